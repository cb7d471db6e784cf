import type { Container, Pod, PodSpec } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { equalJson } from '../../../system/json.ts';
import { forbiddenValue, invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkBetween } from '../checks.ts';
import { checkPodSpec } from './pod-spec-validation.ts';
import type { Toleration } from './scheduling-validation.ts';

const MOST_DEADLINE_SECONDS = 2 ** 31 - 1;
const UPDATABLE =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** A pod's spec hardly ever changes. Models core/validation ValidatePodUpdate. */
export function checkPodUpdate({ spec }: Pod, { spec: before }: Pod): StatusCause[] {
  if (equalJson(spec, before)) return [];
  const containers = checkContainerCount('containers', spec, before);
  if (containers.length > 0) return containers;
  const deadline = checkDeadline(spec.activeDeadlineSeconds, before.activeDeadlineSeconds);
  return [
    ...checkPodSpec('spec', spec),
    ...deadline,
    ...checkTolerationsKept((spec['tolerations'] ?? []) as Toleration[], (before['tolerations'] ?? []) as Toleration[]),
    ...(equalJson(withoutUpdatable(spec, before), before) ? [] : [forbiddenValue('spec', whatChanged(spec, before))]),
  ];
}

function checkContainerCount(list: 'containers' | 'initContainers', spec: PodSpec, before: PodSpec): StatusCause[] {
  const count = spec[list]?.length ?? 0;
  if (count !== (before[list]?.length ?? 0)) return [forbiddenValue(`spec.${list}`, 'pod updates may not add or remove containers')];
  const missing = (spec[list] ?? []).flatMap(({ image }, index) => (image ? [] : [requiredValue(`spec.${list}[${index}].image`)]));
  return list === 'containers' ? [...missing, ...checkContainerCount('initContainers', spec, before)] : missing;
}

function checkDeadline(deadline: number | undefined, before: number | undefined): StatusCause[] {
  const field = 'spec.activeDeadlineSeconds';
  if (deadline === undefined) {
    return before === undefined ? [] : [invalidValue(field, null, 'must not update from a positive integer to nil value')];
  }
  const outside = checkBetween(field, deadline, 0, MOST_DEADLINE_SECONDS);
  if (outside.length > 0 || before === undefined || deadline <= before) return outside;
  return [invalidValue(field, deadline, 'must be less than or equal to previous value')];
}

/** Tolerations may be added; those that are there may only change for how long they hold. */
function checkTolerationsKept(tolerations: readonly Toleration[], before: readonly Toleration[]): StatusCause[] {
  const timeless = ({ tolerationSeconds: _, ...toleration }: Toleration) => toleration;
  const lost = before.some((old) => !tolerations.some((toleration) => equalJson(timeless(toleration), timeless(old))));
  const detail = 'existing toleration can not be modified except its tolerationSeconds';
  return lost ? [forbiddenValue('spec.tolerations', detail)] : [];
}

/** The new spec with what may change set back to what it was. */
function withoutUpdatable(spec: PodSpec, before: PodSpec): PodSpec {
  const images = (list: 'containers' | 'initContainers'): Container[] | undefined =>
    spec[list]?.map((container, index) => ({ ...container, image: before[list]![index]!.image! }));
  const gates = before['schedulingGates'];
  const becameOne = (before.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1;
  const initContainers = images('initContainers');
  const restored: PodSpec = { ...spec, containers: images('containers')!, ...(initContainers && { initContainers }) };
  restored['tolerations'] = before['tolerations'];
  restored['schedulingGates'] = gates;
  if (before.activeDeadlineSeconds === undefined) delete restored.activeDeadlineSeconds;
  else restored.activeDeadlineSeconds = before.activeDeadlineSeconds;
  if (becameOne) restored.terminationGracePeriodSeconds = before.terminationGracePeriodSeconds!;
  return restored;
}

/** The server prints a diff of its internal form here; this one names the fields and their values. */
function whatChanged(spec: PodSpec, before: PodSpec): string {
  const restored = withoutUpdatable(spec, before);
  const keys = [...new Set([...Object.keys(before), ...Object.keys(restored)])].filter((key) => !equalJson(before[key], restored[key]));
  const lines = keys.flatMap((key) => [`- \t${key}: ${JSON.stringify(before[key])}`, `+ \t${key}: ${JSON.stringify(restored[key])}`]);
  return `pod updates may not change fields other than ${UPDATABLE}\n${lines.join('\n')}\n`;
}
