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

/**
 * Marks the containers of a pod that is over which never ran although their time had come. Models status_manager.go TerminatePod.
 */
export function markMissing(slots: readonly ContainerSlot[]): void {
  const init = slots.filter(({ kind }) => kind !== 'main');
  const main = slots.filter(({ kind }) => kind === 'main');
  const lastInit = init.at(-1);
  const hasInitialized =
    !lastInit ||
    main.some(({ current }) => current !== undefined) ||
    (lastInit.kind === 'sidecar' ? lastInit.isStarted : lastInit.current?.end?.exitCode === 0);
  const begun = init.slice(0, init.findLastIndex(({ current }) => current !== undefined) + 1);
  for (const slot of [...begun, ...(hasInitialized ? main : [])]) slot.isMissing = slot.current === undefined;
}

function hasFailed({ current }: ContainerSlot): boolean {
  return current?.end !== undefined && current.end.exitCode !== 0;
}
