import type { KubeObject, StatusCause } from '../../../kube/types/meta.ts';
import { compareQuantities, parseQuantity } from '../../schema/quantity.ts';
import { duplicateValue, forbiddenValue, invalidValue } from '../../schema/field-causes.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain } from '../name-problems.ts';
import { checkStandardName } from '../pods/resource-validation.ts';

type Amounts = Record<string, string>;

interface ResourceQuota extends KubeObject {
  spec?: { hard?: Amounts };
}

const COUNTED = ['pods', 'services', 'replicationcontrollers', 'resourcequotas', 'secrets', 'configmaps', 'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers']; // prettier-ignore
const MEASURED = ['cpu', 'memory', 'ephemeral-storage', 'requests.cpu', 'requests.memory', 'requests.ephemeral-storage', 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage', 'requests.storage']; // prettier-ignore
const NANO_PER_UNIT = 1_000_000_000n;

/** Rules for ResourceQuotas: their form. What they limit is counted in admission/quota. Models core/validation ValidateResourceQuotaSpec. */
export const resourceQuotaRules: KindRules<ResourceQuota> = {
  validate: (draft, previous) => [
    ...checkMetadata(draft, previous, dns1123Subdomain),
    ...Object.entries(draft.spec?.hard ?? {}).flatMap(([name, amount]) => checkHard(`spec.hard[${name}]`, name, amount)),
  ],
};

function checkHard(field: string, name: string, amount: string): StatusCause[] {
  const quantity = parseQuantity(amount);
  const isKnown = COUNTED.includes(name) || MEASURED.includes(name) || name.includes('/') || /^(?:requests\.)?hugepages-/.test(name);
  const isFraction = COUNTED.includes(name) && quantity.nano % NANO_PER_UNIT !== 0n;
  return [
    ...checkStandardName(field, name),
    ...(isKnown ? [] : [invalidValue(field, name, 'must be a standard resource for quota')]),
    ...(quantity.nano < 0n ? [invalidValue(field, amount, 'must be greater than or equal to 0')] : []),
    ...(isFraction ? [invalidValue(field, amount, 'must be an integer')] : []),
  ];
}

interface Limit {
  type: string;
  max?: Amounts;
  min?: Amounts;
  default?: Amounts;
  defaultRequest?: Amounts;
}

interface LimitRange extends KubeObject {
  spec?: { limits?: Limit[] | null };
}

/** Rules for LimitRanges: their form and defaults. Models apis/core/v1/defaults.go and core/validation ValidateLimitRange. */
export const limitRangeRules: KindRules<LimitRange> = {
  completeDefaults({ spec }) {
    for (const limit of spec?.limits ?? []) if (limit.type === 'Container') defaultLimit(limit);
  },
  validate(draft, previous) {
    const limits = draft.spec?.limits ?? [];
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...limits.flatMap((limit, index) => [
        ...(limits.findIndex(({ type }) => type === limit.type) < index ? [duplicateValue(`spec.limits[${index}].type`, limit.type)] : []),
        ...checkLimit(`spec.limits[${index}]`, limit),
      ]),
    ];
  },
};

/** Limits are the maximum unless said, requests what the limit is, or else the minimum. */
function defaultLimit(limit: Limit): void {
  const limits = { ...limit.max, ...limit.default };
  const requests = { ...limit.min, ...limits, ...limit.defaultRequest };
  if (Object.keys(limits).length > 0) limit.default = limits;
  if (Object.keys(requests).length > 0) limit.defaultRequest = requests;
}

function checkLimit(field: string, limit: Limit): StatusCause[] {
  if (limit.type === 'Pod') {
    return (['default', 'defaultRequest'] as const).flatMap((key) =>
      limit[key] ? [forbiddenValue(`${field}.${key}`, "may not be specified when `type` is 'Pod'")] : [],
    );
  }
  const names = new Set([limit.max, limit.min, limit.default, limit.defaultRequest].flatMap((amounts) => Object.keys(amounts ?? {})));
  return [...names].flatMap((name) => checkAmounts(field, name, limit));
}

/** Why: the server quotes the request where a default limit is too large. */
function checkAmounts(field: string, name: string, { max, min, default: limit, defaultRequest: request }: Limit): StatusCause[] {
  const causes: StatusCause[] = [];
  const refuse = (list: string, a: Amounts | undefined, b: Amounts | undefined, words: [string, string], quoted = a) => {
    const [low, high] = [a?.[name], b?.[name]];
    if (low === undefined || high === undefined || compareQuantities(parseQuantity(low), parseQuantity(high)) <= 0) return;
    causes.push(
      invalidValue(
        `${field}.${list}[${name}]`,
        quoted?.[name] ?? low,
        `${words[0]} value ${low} is greater than ${words[1]} value ${high}`,
      ),
    );
  };
  refuse('min', min, max, ['min', 'max']);
  refuse('defaultRequest', min, request, ['min', 'default request'], request);
  refuse('defaultRequest', request, max, ['default request', 'max']);
  refuse('defaultRequest', request, limit, ['default request', 'default limit']);
  refuse('default', min, limit, ['min', 'default'], min);
  refuse('default', limit, max, ['default', 'max'], max);
  return causes;
}
