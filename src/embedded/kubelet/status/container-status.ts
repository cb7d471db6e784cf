import type { ContainerState, ContainerStatus, Pod } from '../../../kube/types/core.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { isToRun, type ContainerRun, type ContainerSlot } from '../container-slot.ts';

const NOT_LOCATED = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
};
const NEVER_STARTED = '1970-01-01T00:00:00Z';

/** The status of a container as the API shows it. Models kubelet_pods.go convertToAPIContainerStatuses. */
export function containerStatusOf(pod: Pod, slot: ContainerSlot): ContainerStatus {
  const { spec, current, previous, restartCount } = slot;
  const { state, lastState } = statesOf(pod, slot, current, previous);
  const mounts = (spec.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }),
  }));
  const { requests } = spec.resources ?? {};
  return {
    name: spec.name,
    image: current?.image ?? spec.image ?? '',
    imageID: current?.imageID ?? '',
    ...(current && { containerID: current.id }),
    state,
    lastState,
    ready: slot.isReady,
    started: slot.isStarted,
    restartCount,
    ...(current && { resources: spec.resources ?? {} }),
    ...(current && requests && { allocatedResources: requests }),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  };
}

/** A container that is to run and does not shows why, and how it last ended. */
function statesOf(
  pod: Pod,
  slot: ContainerSlot,
  current: ContainerRun | undefined,
  previous: ContainerRun | undefined,
): { state: ContainerState; lastState: ContainerState } {
  if (!current) return { state: unbegunState(pod, slot), lastState: {} };
  const isKeptWaiting = slot.waiting !== undefined && current.end && isToRun(pod, slot) && !pod.metadata.deletionTimestamp;
  if (isKeptWaiting) return { state: { waiting: { ...slot.waiting } }, lastState: stateOf(current) };
  return { state: stateOf(current), lastState: previous ? stateOf(previous) : {} };
}

/** Of a pod that leaves it is not told any more why a container did not start; once it is gone, that it never did counts as a failure. */
function unbegunState(pod: Pod, { waiting, isMissing }: ContainerSlot): ContainerState {
  if (isMissing) return { terminated: { ...NOT_LOCATED } };
  return { waiting: (!pod.metadata.deletionTimestamp && waiting) || { reason: initialReason(pod) } };
}

function initialReason({ spec }: Pod): string {
  return spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
}

function stateOf({ id, startedAtMs, end }: ContainerRun): ContainerState {
  const startedAt = startedAtMs === undefined ? NEVER_STARTED : toSecondsTimestamp(startedAtMs);
  if (!end) return { running: { startedAt } };
  const { exitCode, reason, message, finishedAtMs } = end;
  return {
    terminated: {
      exitCode,
      reason,
      ...(message !== undefined && { message }),
      startedAt,
      finishedAt: toSecondsTimestamp(finishedAtMs),
      containerID: id,
    },
  };
}
