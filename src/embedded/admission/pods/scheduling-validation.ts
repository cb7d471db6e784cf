import type { LabelSelector, StatusCause } from '../../../kube/types/meta.ts';
import { invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkBetween, checkName, checkSupported } from '../checks.ts';
import { checkLabelSelector } from '../label-validation.ts';
import { qualifiedName } from '../name-problems.ts';

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Models core/validation ValidateTolerations. */
export function checkTolerations(field: string, tolerations: readonly Toleration[]): StatusCause[] {
  return tolerations.flatMap(({ key, operator = '', value, effect = '', tolerationSeconds }, index) => {
    const place = `${field}[${index}]`;
    return [
      ...(key ? checkName(`${place}.key`, key, qualifiedName) : []),
      ...(!key && operator !== 'Exists'
        ? [
            invalidValue(
              `${place}.operator`,
              operator,
              'operator must be Exists when `key` is empty, which means "match all values and all keys"',
            ),
          ]
        : []),
      ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
        ? [invalidValue(`${place}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
        : []),
      ...checkOperator(`${place}.operator`, operator, value),
      ...(effect ? checkSupported(`${place}.effect`, effect, EFFECTS) : []),
    ];
  });
}

function checkOperator(field: string, operator: string, value: string | undefined): StatusCause[] {
  if (operator === 'Exists') return value ? [invalidValue(field, value, "value must be empty when `operator` is 'Exists'")] : [];
  return operator === '' ? [] : checkSupported(field, operator, ['Equal', 'Exists']);
}

interface AffinityTerm {
  topologyKey?: string;
  labelSelector?: LabelSelector;
}

interface PodAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: AffinityTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: { weight?: number; podAffinityTerm?: AffinityTerm }[];
}

interface NodeTerm {
  matchExpressions?: { key?: string; operator?: string; values?: string[] }[];
}

interface Affinity {
  nodeAffinity?: {
    requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: NodeTerm[] };
    preferredDuringSchedulingIgnoredDuringExecution?: { weight?: number; preference?: NodeTerm }[];
  };
  podAffinity?: PodAffinity;
  podAntiAffinity?: PodAffinity;
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Models core/validation validateAffinity. */
export function checkAffinity(field: string, value: unknown): StatusCause[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = (value ?? {}) as Affinity;
  return [
    ...(nodeAffinity ? checkNodeAffinity(`${field}.nodeAffinity`, nodeAffinity) : []),
    ...(podAffinity ? checkPodAffinity(`${field}.podAffinity`, podAffinity) : []),
    ...(podAntiAffinity ? checkPodAffinity(`${field}.podAntiAffinity`, podAntiAffinity) : []),
  ];
}

function checkNodeAffinity(field: string, affinity: NonNullable<Affinity['nodeAffinity']>): StatusCause[] {
  const required = affinity[REQUIRED];
  const terms = required?.nodeSelectorTerms ?? [];
  const place = `${field}.${REQUIRED}.nodeSelectorTerms`;
  return [
    ...(required && terms.length === 0 ? [requiredValue(place, 'must have at least one node selector term')] : []),
    ...terms.flatMap((term, index) => checkNodeTerm(`${place}[${index}]`, term)),
    ...(affinity[PREFERRED] ?? []).flatMap(({ weight, preference }, index) => [
      ...checkWeight(`${field}.${PREFERRED}[${index}].weight`, weight),
      ...checkNodeTerm(`${field}.${PREFERRED}[${index}].preference`, preference ?? {}),
    ]),
  ];
}

const NODE_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'];

function checkNodeTerm(field: string, { matchExpressions = [] }: NodeTerm): StatusCause[] {
  return matchExpressions.flatMap(({ key = '', operator = '', values = [] }, index) => {
    const place = `${field}.matchExpressions[${index}]`;
    const needsValues = operator === 'In' || operator === 'NotIn';
    return [
      ...(needsValues && values.length === 0
        ? [requiredValue(`${place}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
        : []),
      ...(NODE_OPERATORS.includes(operator) ? [] : [invalidValue(`${place}.operator`, operator, 'not a valid selector operator')]),
      ...checkName(`${place}.key`, key, qualifiedName),
    ];
  });
}

function checkPodAffinity(field: string, affinity: PodAffinity): StatusCause[] {
  return [
    ...(affinity[REQUIRED] ?? []).flatMap((term, index) => checkAffinityTerm(`${field}.${REQUIRED}[${index}]`, term)),
    ...(affinity[PREFERRED] ?? []).flatMap(({ weight, podAffinityTerm }, index) => [
      ...checkWeight(`${field}.${PREFERRED}[${index}].weight`, weight),
      ...checkAffinityTerm(`${field}.${PREFERRED}[${index}].podAffinityTerm`, podAffinityTerm ?? {}),
    ]),
  ];
}

function checkAffinityTerm(field: string, { labelSelector, topologyKey = '' }: AffinityTerm): StatusCause[] {
  return [
    ...checkLabelSelector(`${field}.labelSelector`, labelSelector),
    ...(topologyKey ? [] : [requiredValue(`${field}.topologyKey`, 'can not be empty')]),
    ...checkName(`${field}.topologyKey`, topologyKey, qualifiedName),
  ];
}

/** Why: the server's message names the range without saying inclusive. */
function checkWeight(field: string, weight: number | undefined): StatusCause[] {
  return checkBetween(field, weight ?? 0, 1, 100).map((cause) => ({
    ...cause,
    message: `Invalid value: ${weight ?? 0}: must be in the range 1-100`,
  }));
}

interface SpreadConstraint {
  maxSkew?: number;
  topologyKey?: string;
  whenUnsatisfiable?: string;
  labelSelector?: LabelSelector;
}

/** Models core/validation validateTopologySpreadConstraints. */
export function checkTopologySpread(field: string, constraints: readonly SpreadConstraint[]): StatusCause[] {
  return constraints.flatMap(({ maxSkew = 0, topologyKey, whenUnsatisfiable, labelSelector }, index) => {
    const place = `${field}[${index}]`;
    return [
      ...(maxSkew <= 0 ? [invalidValue(`${place}.maxSkew`, maxSkew, 'must be greater than zero')] : []),
      ...(topologyKey ? [] : [requiredValue(`${place}.topologyKey`, 'can not be empty')]),
      ...checkSupported(`${place}.whenUnsatisfiable`, whenUnsatisfiable ?? '', ['DoNotSchedule', 'ScheduleAnyway']),
      ...checkLabelSelector(`${place}.labelSelector`, labelSelector),
    ];
  });
}
