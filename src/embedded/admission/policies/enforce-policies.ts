import { ApiError, forbidden, targetOf } from '../../api/api-error.ts';
import type { ApiRequest } from '../../api/request.ts';
import type { ObjectChange } from '../../api/writes.ts';
import { toCelValue } from '../../schema/cel-values.ts';
import type { Store } from '../../store/store.ts';
import { isAbout, type PolicyRequest } from './match-policy.ts';
import { evaluate } from './policy-expression.ts';
import { POLICIES, POLICY_BINDINGS, type AdmissionPolicy, type AdmissionPolicyBinding, type PolicyValidation } from './policy.ts';

/** A validation that did not hold, or could not be evaluated. */
interface Denial {
  message: string;
  reason: string;
}

const CODES: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, RequestEntityTooLarge: 413, Invalid: 422 };

/**
 * Holds a write against the ValidatingAdmissionPolicies that a binding puts in force: hands out the warnings of those that only warn, and
 * then throws for the first that denies. Policies about policies would lock their owner out, so there are none.
 * Models admission/plugin/policy/validating.
 */
export function enforcePolicies(store: Store, request: ApiRequest, change: ObjectChange): void {
  if (request.definition.group === 'admissionregistration.k8s.io') return;
  const policies = store.list(POLICIES) as AdmissionPolicy[];
  if (policies.length === 0) return;
  const subject = subjectOf(store, request, change);
  const bindings = store.list(POLICY_BINDINGS) as AdmissionPolicyBinding[];
  const refusals: ApiError[] = [];
  for (const policy of policies) {
    if (!isAbout(policy.spec.matchConstraints, subject)) continue;
    const own = bindings.filter(({ spec }) => spec.policyName === policy.metadata.name && isAbout(spec.matchResources, subject));
    const denials = own.length > 0 ? denialsOf(policy, subject) : [];
    for (const binding of own) for (const denial of denials) refusals.push(...act(denial, { policy, binding, request, change }));
  }
  if (refusals[0]) throw refusals[0];
}

function subjectOf(store: Store, request: ApiRequest, change: ObjectChange): PolicyRequest {
  const operation = !change.oldObject ? 'CREATE' : change.object ? 'UPDATE' : 'DELETE';
  const namespace = request.namespace === undefined ? undefined : store.get('namespaces', undefined, request.namespace);
  return { request, change, operation, namespace };
}

/** Warns of a denial where that is asked for; answers the refusal where it is. */
function act(
  { message, reason }: Denial,
  {
    policy,
    binding,
    request,
    change,
  }: { policy: AdmissionPolicy; binding: AdmissionPolicyBinding; request: ApiRequest; change: ObjectChange },
): ApiError[] {
  const [policyName, bindingName] = [policy.metadata.name, binding.metadata.name];
  const actions = binding.spec.validationActions ?? [];
  if (actions.includes('Warn')) {
    request.warn?.(`Validation failed for ValidatingAdmissionPolicy '${policyName}' with binding '${bindingName}': ${message}`);
  }
  if (!actions.includes('Deny')) return [];
  const text = `ValidatingAdmissionPolicy '${policyName}' with binding '${bindingName}' denied request: ${message}`;
  const { status } = forbidden(targetOf(request.definition, (change.object ?? change.oldObject)!.metadata.name), text);
  return [new ApiError(CODES[reason] ?? 422, reason, status.message!, { ...status.details, causes: [{ message: text }] })];
}

/** What a policy has against a request. */
function denialsOf({ spec }: AdmissionPolicy, subject: PolicyRequest): Denial[] {
  const isForgiving = spec.failurePolicy === 'Ignore';
  const activation = activationOf(spec.variables ?? [], subject);
  const failure = (message: string): Denial[] => (isForgiving ? [] : [{ message, reason: 'Invalid' }]);
  const conditions = (spec.matchConditions ?? []).map(({ expression }) => evaluate(expression, activation));
  if (conditions.some((outcome) => 'value' in outcome && outcome.value === false)) return [];
  const broken = conditions.find((outcome) => 'error' in outcome);
  if (broken && 'error' in broken) return failure(broken.error);
  return (spec.validations ?? []).flatMap((validation) => {
    const outcome = evaluate(validation.expression, activation);
    if ('error' in outcome) return failure(outcome.error);
    if (outcome.value === true) return [];
    return [{ message: messageOf(validation, activation), reason: validation.reason ?? 'Invalid' }];
  });
}

function messageOf({ expression, message, messageExpression }: PolicyValidation, activation: Record<string, unknown>): string {
  const outcome = messageExpression ? evaluate(messageExpression, activation) : undefined;
  const text = outcome && 'value' in outcome && typeof outcome.value === 'string' ? outcome.value.trim() : '';
  if (text !== '' && !text.includes('\n')) return text;
  return message ? message.trim() : `failed expression: ${expression.trim()}`;
}

function activationOf(variables: readonly { name: string; expression: string }[], subject: PolicyRequest): Record<string, unknown> {
  const { change, namespace } = subject;
  const activation: Record<string, unknown> = {
    object: toCelValue(undefined, change.object ?? null),
    oldObject: toCelValue(undefined, change.oldObject ?? null),
    request: toCelValue(undefined, describeRequest(subject)),
    namespaceObject: toCelValue(undefined, namespace ?? null),
  };
  activation['variables'] = lazily(variables, activation);
  return activation;
}

/** Why: an expression that nobody gets to needs no value, and may have none. */
function lazily(variables: readonly { name: string; expression: string }[], activation: Record<string, unknown>): object {
  const values = {};
  for (const { name, expression } of variables) {
    let known: unknown;
    Object.defineProperty(values, name, {
      enumerable: true,
      get() {
        if (known !== undefined) return known;
        const outcome = evaluate(expression, activation);
        if ('error' in outcome) throw new Error(outcome.error);
        return (known = outcome.value);
      },
    });
  }
  return values;
}

function describeRequest({ request, change, operation }: PolicyRequest): object {
  const { definition, subresource = '', namespace, caller, isDryRun = false } = request;
  const { group, version, kind, plural } = definition;
  const resource = { group, version, resource: plural };
  return {
    kind: { group, version, kind },
    resource,
    subResource: subresource,
    requestKind: { group, version, kind },
    requestResource: resource,
    requestSubResource: subresource,
    name: (change.object ?? change.oldObject)!.metadata.name,
    ...(namespace !== undefined && { namespace }),
    operation,
    userInfo: {
      username: caller.user,
      groups: [...caller.groups],
      ...(caller.uid !== undefined && { uid: caller.uid }),
      extra: caller.extra ?? {},
    },
    dryRun: isDryRun,
  };
}
