import type { Pod } from '../../../kube/types/core.ts';
import { isToRun, type ContainerSlot } from '../container-slot.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** The phase that a pod's containers amount to; `isEnding` says that none of them will run again. Models kubelet_pods.go getPhase. */
export function phaseOf(pod: Pod, slots: readonly ContainerSlot[], isEnding: boolean): PodPhase {
  const init = slots.filter(({ kind }) => kind === 'init');
  const sidecars = slots.filter(({ kind }) => kind === 'sidecar');
  const main = slots.filter(({ kind }) => kind === 'main');
  if (pod.spec.restartPolicy === 'Never' && init.some(hasFailed)) return 'Failed';
  const hasBegun = main.some(({ current }) => current !== undefined);
  const isInitializing = init.some((slot) => !slot.current?.end) || (!hasBegun && sidecars.some((slot) => !slot.isStarted));
  if (isInitializing || main.some(({ current }) => current === undefined)) return 'Pending';
  if ([...sidecars, ...main].some(({ isRunning }) => isRunning)) return 'Running';
  if (!isEnding && main.some((slot) => isToRun(pod, slot))) return 'Running';
  return main.some(hasFailed) ? 'Failed' : 'Succeeded';
}

function hasFailed({ current }: ContainerSlot): boolean {
  return current?.end !== undefined && current.end.exitCode !== 0;
}
