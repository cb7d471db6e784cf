import type { Store } from '../../store/store.ts';
import { ApiError, forbidden, notFound } from '../api-error.ts';
import { MASTERS_GROUP, type Caller } from '../caller.ts';
import { isPathAccess, qualifiedResource, type AccessAttributes } from './access-attributes.ts';
import { ruleAllows, type PolicyRule } from './policy-rule.ts';
import { describeGrant, subjectFor, type Role, type RoleBinding, type RoleRef, type Subject } from './role-bindings.ts';

export interface Decision {
  isAllowed: boolean;
  /** Who gave the right, or which roles could not be looked up; empty when there is nothing to tell. */
  reason: string;
}

/** Somebody's rules, as far as they could be looked up. */
export interface HeldRules {
  rules: PolicyRule[];
  /** Roles that bindings name and that do not exist. */
  missing: RoleRef[];
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** Decides by the Roles and bindings in the store. Models plugin/pkg/auth/authorizer/rbac, preceded by the privileged group. */
export class RbacAuthorizer {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  authorize(user: Pick<Caller, 'user' | 'groups'>, attributes: AccessAttributes): Decision {
    if (user.groups.includes(MASTERS_GROUP)) return { isAllowed: true, reason: '' };
    const namespace = isPathAccess(attributes) ? undefined : attributes.namespace;
    const missing: RoleRef[] = [];
    for (const { binding, subject } of this.#bindingsOf(user, namespace)) {
      const rules = this.rulesOfRole(binding.roleRef, binding.metadata.namespace);
      if (!rules) missing.push(binding.roleRef);
      else if (rules.some((rule) => ruleAllows(rule, attributes))) {
        return { isAllowed: true, reason: `RBAC: allowed by ${describeGrant(binding, subject)}` };
      }
    }
    return { isAllowed: false, reason: missing.length > 0 ? `RBAC: ${describeMissingRoles(missing)}` : '' };
  }

  /** Throws 403, in the server's words, unless the access is allowed. */
  require(user: Pick<Caller, 'user' | 'groups'>, attributes: AccessAttributes): void {
    const decision = this.authorize(user, attributes);
    if (!decision.isAllowed) throw refusal(user.user, attributes, decision.reason);
  }

  /** Everything a user may do in a namespace, or at the cluster scope. */
  rulesFor(user: Pick<Caller, 'user' | 'groups'>, namespace: string | undefined): HeldRules {
    const rules: PolicyRule[] = [];
    const missing: RoleRef[] = [];
    if (user.groups.includes(MASTERS_GROUP)) {
      rules.push({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'], nonResourceURLs: ['*'] });
    }
    for (const { binding } of this.#bindingsOf(user, namespace)) {
      const granted = this.rulesOfRole(binding.roleRef, binding.metadata.namespace);
      if (granted) rules.push(...granted);
      else missing.push(binding.roleRef);
    }
    return { rules, missing };
  }

  /** The rules of the role that a binding refers to; undefined when there is no such role. */
  rulesOfRole({ kind, name }: RoleRef, namespace: string | undefined): PolicyRule[] | undefined {
    const role =
      kind === 'ClusterRole'
        ? this.#store.get(`clusterroles.${RBAC_GROUP}`, undefined, name)
        : this.#store.get(`roles.${RBAC_GROUP}`, namespace, name);
    return role && ((role as Role).rules ?? []);
  }

  *#bindingsOf(
    user: Pick<Caller, 'user' | 'groups'>,
    namespace: string | undefined,
  ): Generator<{ binding: RoleBinding; subject: Subject }> {
    const bindings = [
      ...this.#store.list(`clusterrolebindings.${RBAC_GROUP}`),
      ...(namespace ? this.#store.list(`rolebindings.${RBAC_GROUP}`, namespace) : []),
    ] as RoleBinding[];
    for (const binding of bindings) {
      const subject = subjectFor(binding, user);
      if (subject) yield { binding, subject };
    }
  }
}

/** Roles that could not be found, as Go's aggregate of errors prints them; under another resource's name where the server does so. */
export function describeMissingRoles(missing: readonly RoleRef[], resource?: string): string {
  const problems = missing.map(({ kind, name }) => notFound({ plural: resource ?? kind.toLowerCase(), group: RBAC_GROUP, name }).message);
  const distinct = [...new Set(problems)];
  return distinct.length === 1 ? distinct[0]! : `[${distinct.join(', ')}]`;
}

function refusal(user: string, attributes: AccessAttributes, reason: string): ApiError {
  const because = reason ? `: ${reason}` : '';
  if (isPathAccess(attributes)) {
    return new ApiError(403, 'Forbidden', `forbidden: User "${user}" cannot ${attributes.verb} path "${attributes.path}"${because}`, {});
  }
  const { verb, group, resource, namespace, name } = attributes;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  return forbidden(
    { plural: resource, group, ...(name && { name }) },
    `User "${user}" cannot ${verb} resource "${qualifiedResource(attributes)}" in API group "${group}" ${where}${because}`,
  );
}
