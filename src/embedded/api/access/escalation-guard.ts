import type { KubeObject } from '../../../kube/types/meta.ts';
import { equalJson } from '../../../system/json.ts';
import { forbidden, notFound, unclassified } from '../api-error.ts';
import { MASTERS_GROUP } from '../caller.ts';
import type { ApiRequest } from '../request.ts';
import { describeRules, quoteAll, uncoveredRules, type PolicyRule } from './policy-rule.ts';
import { describeMissingRoles, type RbacAuthorizer } from './rbac-authorizer.ts';
import type { Role, RoleBinding } from './role-bindings.ts';

const EVERYTHING: PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];

/**
 * Refuses a write to a role or binding that would hand out more than the caller holds, unless the caller may `escalate` the role or
 * `bind` it; throws 403. Models registry/rbac policybased storage.
 */
export function refuseEscalation(
  authorizer: RbacAuthorizer,
  request: ApiRequest,
  draft: KubeObject,
  previous: KubeObject | undefined,
): void {
  const { caller, definition } = request;
  if (definition.group !== 'rbac.authorization.k8s.io' || caller.groups.includes(MASTERS_GROUP)) return;
  if (previous && changesOnlyGarbageCollection(draft, previous)) return;
  if (definition.kind.endsWith('Binding')) guardBinding(authorizer, request, draft as RoleBinding);
  else guardRole(authorizer, request, draft, previous);
}

function guardRole(authorizer: RbacAuthorizer, request: ApiRequest, draft: Role, previous: Role | undefined): void {
  const { caller, definition, namespace, name } = request;
  const mayEscalate = authorizer.authorize(caller, {
    verb: 'escalate',
    group: definition.group,
    resource: definition.plural,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  }).isAllowed;
  if (mayEscalate) return;
  requireHeld(authorizer, request, draft, draft.rules ?? []);
  const isAggregated = [draft, previous].some((role) => role?.aggregationRule?.clusterRoleSelectors?.length);
  if (isAggregated && uncoveredRules(authorizer.rulesFor(caller, namespace).rules, EVERYTHING).length > 0) {
    throw forbidden({ ...definition, name: draft.metadata.name }, 'must have cluster-admin privileges to use the aggregationRule');
  }
}

function guardBinding(authorizer: RbacAuthorizer, request: ApiRequest, draft: RoleBinding): void {
  const { caller, definition, namespace } = request;
  const { roleRef } = draft;
  if (roleRef?.kind !== 'ClusterRole' && roleRef?.kind !== 'Role') {
    throw unclassified(`unsupported role reference kind: ${JSON.stringify(roleRef?.kind ?? '')}`);
  }
  const resource = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  const mayBind = authorizer.authorize(caller, {
    verb: 'bind',
    group: definition.group,
    resource,
    ...(namespace !== undefined && { namespace }),
    name: roleRef.name,
  }).isAllowed;
  if (mayBind) return;
  const rules = authorizer.rulesOfRole(roleRef, namespace);
  if (!rules) throw notFound({ plural: definition.plural, group: definition.group, name: roleRef.name });
  requireHeld(authorizer, request, draft, rules);
}

function requireHeld(
  authorizer: RbacAuthorizer,
  { caller, definition, namespace }: ApiRequest,
  draft: KubeObject,
  rules: PolicyRule[],
): void {
  const held = authorizer.rulesFor(caller, namespace);
  const missing = uncoveredRules(held.rules, rules);
  if (missing.length === 0) return;
  const problems = held.missing.length > 0 ? `; resolution errors: [${describeMissingRoles(held.missing, definition.plural)}]` : '';
  throw forbidden(
    { ...definition, name: draft.metadata.name },
    `user ${JSON.stringify(caller.user)} (groups=${quoteAll(caller.groups)}) is attempting to grant RBAC permissions not currently held:\n${describeRules(missing).join('\n')}${problems}`,
  );
}

/** Models rbac IsOnlyMutatingGCFields: owner references and finalizers may change without holding the role's rules. */
function changesOnlyGarbageCollection(draft: KubeObject, previous: KubeObject): boolean {
  const comparable = ({
    metadata: { ownerReferences: _, finalizers: __, managedFields: ___, resourceVersion: ____, ...metadata },
    ...rest
  }: KubeObject): unknown => ({
    ...rest,
    metadata,
  });
  return equalJson(comparable(draft), comparable(previous));
}
