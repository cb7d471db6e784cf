import type { JobSpec } from '../../../kube/types/workloads.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { duplicateValue, invalidValue, requiredValue, tooMany } from '../../schema/field-causes.ts';
import { checkNonNegative, checkSupported } from '../checks.ts';
import { qualifiedName } from '../name-problems.ts';
import { checkName } from '../checks.ts';
import { checkPodTemplate } from '../pods/pod-spec-validation.ts';

const MOST_PARALLEL_INDEXED = 100_000;
const MOST_EXIT_CODES = 255;
const COUNTS = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'] as const; // prettier-ignore
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

interface ExitCodes {
  containerName?: string;
  operator?: string;
  values?: number[];
}

interface FailureRule {
  action?: string;
  onExitCodes?: ExitCodes;
  onPodConditions?: { type?: string; status?: string }[];
}

/** Checks the spec of a Job or of a CronJob's template, selector apart. Models batch/validation validateJobSpec. */
export function checkJobSpec(field: string, spec: JobSpec): StatusCause[] {
  const policy = spec['podFailurePolicy'] as { rules?: FailureRule[] } | undefined;
  return [
    ...COUNTS.flatMap((name) => checkNonNegative(`${field}.${name}`, spec[name] as number | undefined)),
    ...checkCompletionMode(field, spec),
    ...(policy?.rules ?? []).flatMap((rule, index) => checkFailureRule(`${field}.podFailurePolicy.rules[${index}]`, rule, spec)),
    ...checkReplacementPolicy(`${field}.podReplacementPolicy`, spec, policy !== undefined),
    ...checkPodTemplate(`${field}.template`, spec.template),
    ...checkRestartPolicy(`${field}.template.spec.restartPolicy`, spec, policy !== undefined),
  ];
}

function checkCompletionMode(field: string, spec: JobSpec): StatusCause[] {
  const { completionMode: mode = 'NonIndexed', parallelism } = spec;
  if (mode !== 'NonIndexed' && mode !== 'Indexed') return checkSupported(`${field}.completionMode`, mode, ['NonIndexed', 'Indexed']);
  if (mode === 'NonIndexed') {
    return (['backoffLimitPerIndex', 'maxFailedIndexes'] as const).flatMap((name) =>
      spec[name] === undefined ? [] : [invalidValue(`${field}.${name}`, spec[name], 'requires indexed completion mode')],
    );
  }
  const tooWide = parallelism !== undefined && parallelism > MOST_PARALLEL_INDEXED;
  const detail = `must be less than or equal to ${MOST_PARALLEL_INDEXED} when completion mode is Indexed`;
  return [
    ...(spec.completions === undefined ? [requiredValue(`${field}.completions`, 'when completion mode is Indexed')] : []),
    ...(tooWide ? [invalidValue(`${field}.parallelism`, parallelism, detail)] : []),
  ];
}

function checkReplacementPolicy(field: string, { podReplacementPolicy: policy }: JobSpec, hasFailurePolicy: boolean): StatusCause[] {
  if (policy === undefined) return [];
  if (!hasFailurePolicy) return checkSupported(field, policy, ['Failed', 'TerminatingOrFailed']);
  return checkSupported(field, policy, ['Failed']);
}

function checkRestartPolicy(field: string, { template }: JobSpec, hasFailurePolicy: boolean): StatusCause[] {
  const policy = template.spec.restartPolicy;
  if (policy === undefined || policy === 'Always') return [requiredValue(field, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return checkSupported(field, policy, ['OnFailure', 'Never']);
  const isUnsuited = hasFailurePolicy && policy !== 'Never';
  return isUnsuited ? [invalidValue(field, policy, 'only "Never" is supported when podFailurePolicy is specified')] : [];
}

function checkFailureRule(field: string, rule: FailureRule, spec: JobSpec): StatusCause[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const hasConditions = onPodConditions.length > 0;
  const needsIndex = action === 'FailIndex' && spec['backoffLimitPerIndex'] === undefined;
  return [
    ...(action
      ? checkSupported(`${field}.action`, action, ACTIONS)
      : [requiredValue(`${field}.action`, `valid values: ${JSON.stringify(ACTIONS).replaceAll(',', ' ')}`)]),
    ...(needsIndex ? [invalidValue(`${field}.action`, action, 'requires the backoffLimitPerIndex to be set')] : []),
    ...(onExitCodes ? checkExitCodes(`${field}.onExitCodes`, onExitCodes, spec) : []),
    ...onPodConditions.flatMap(({ type, status }, index) => [
      ...checkName(`${field}.onPodConditions[${index}].type`, type ?? '', qualifiedName),
      ...checkSupported(`${field}.onPodConditions[${index}].status`, status, ['False', 'True', 'Unknown']),
    ]),
    ...(onExitCodes && hasConditions ? [withoutValue(field, 'specifying both OnExitCodes and OnPodConditions is not supported')] : []),
    ...(!onExitCodes && !hasConditions ? [withoutValue(field, 'specifying one of OnExitCodes and OnPodConditions is required')] : []),
  ];
}

/** Why: here the server leaves the value out of the message. */
function withoutValue(field: string, detail: string): StatusCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${detail}`, field };
}

function checkExitCodes(field: string, { containerName, operator, values = [] }: ExitCodes, spec: JobSpec): StatusCause[] {
  const { containers, initContainers = [] } = spec.template.spec;
  const isKnown = [...(containers ?? []), ...initContainers].some(({ name }) => name === containerName);
  const isOrdered = values.every((value, index) => index === 0 || values[index - 1]! <= value);
  return [
    ...checkSupported(`${field}.operator`, operator, ['In', 'NotIn']),
    ...(containerName !== undefined && !isKnown
      ? [invalidValue(`${field}.containerName`, containerName, 'must be one of the container or initContainer names in the pod template')]
      : []),
    ...(values.length === 0 ? [invalidValue(`${field}.values`, values, 'at least one value is required')] : []),
    ...(values.length > MOST_EXIT_CODES ? [tooMany(`${field}.values`, values.length, MOST_EXIT_CODES)] : []),
    ...values.flatMap((value, index) => [
      ...(operator === 'In' && value === 0 ? [invalidValue(`${field}.values[${index}]`, value, 'must not be 0 for the In operator')] : []),
      ...(values.indexOf(value) < index ? [duplicateValue(`${field}.values[${index}]`, value)] : []),
    ]),
    ...(isOrdered ? [] : [invalidValue(`${field}.values`, values, 'must be ordered')]),
  ];
}
