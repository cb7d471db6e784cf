import type { Pod } from '../../kube/types/core.ts';
import { isToRun, type ContainerSlot } from './container-slot.ts';

/** Why a container that runs is to be stopped. */
export interface Replacement {
  slot: ContainerSlot;
  message: string;
  /** The probe that it failed, if that is why. */
  probe: 'startup' | 'liveness' | undefined;
}

/** What has to be done so that a pod's containers are as they should be. */
export interface PodActions {
  /** Nothing is left to run: what still runs is stopped. */
  isOver: boolean;
  replace: Replacement[];
  start: ContainerSlot[];
}

/** Models kuberuntime_manager.go computePodActions and computeInitContainerActions. */
export function podActions(pod: Pod, slots: readonly ContainerSlot[]): PodActions {
  const init = slots.filter(({ kind }) => kind !== 'main');
  const main = slots.filter(({ kind }) => kind === 'main');
  const hasBegun = main.some(({ isRunning }) => isRunning);
  const actions: PodActions = { isOver: false, replace: [], start: [] };
  if (hasBegun || hasInitialized(init)) {
    for (const slot of init) if (slot.kind === 'sidecar') keepSidecar(slot, actions);
    keepMain(pod, main, actions);
    return actions;
  }
  initialize(pod, init, actions);
  return actions;
}

/** Init containers have ended well one after the other; what comes after a sidecar waits until that is up. */
function hasInitialized(init: readonly ContainerSlot[]): boolean {
  return init.every((slot) => (slot.kind === 'sidecar' ? slot.isStarted : slot.current?.end?.exitCode === 0));
}

function initialize(pod: Pod, init: readonly ContainerSlot[], actions: PodActions): void {
  for (const slot of init) {
    if (slot.kind === 'sidecar') {
      keepSidecar(slot, actions);
      if (slot.isStarted && problemOf(slot) === undefined) continue;
      return;
    }
    if (slot.current?.end?.exitCode === 0) continue;
    if (slot.isRunning) return;
    if (isToRun(pod, slot)) actions.start.push(slot);
    else Object.assign(actions, { isOver: true, start: [], replace: [] });
    return;
  }
}

function keepSidecar(slot: ContainerSlot, actions: PodActions): void {
  const problem = slot.isRunning ? problemOf(slot) : undefined;
  if (slot.isRunning && problem === undefined) return;
  if (problem !== undefined) actions.replace.push({ slot, message: `Init container ${slot.name} ${problem}`, probe: slot.failedProbe });
  actions.start.push(slot);
}

/** Why a running container cannot stay. */
function problemOf({ isOutdated, failedProbe }: ContainerSlot): string | undefined {
  if (isOutdated) return 'definition changed';
  return failedProbe && `failed ${failedProbe} probe`;
}

function keepMain(pod: Pod, main: readonly ContainerSlot[], actions: PodActions): void {
  let kept = 0;
  const toStart: ContainerSlot[] = [];
  for (const slot of main) {
    const problem = problemOf(slot);
    if (!slot.isRunning) {
      if (isToRun(pod, slot)) toStart.push(slot);
    } else if (problem !== undefined) {
      const isRestarted = pod.spec.restartPolicy !== 'Never' || slot.isOutdated;
      const message = `Container ${slot.name} ${problem}${isRestarted ? ', will be restarted' : ''}`;
      actions.replace.push({ slot, message, probe: slot.failedProbe });
      if (isRestarted) toStart.push(slot);
    } else kept += 1;
  }
  if (kept === 0 && toStart.length === 0) Object.assign(actions, { isOver: true, start: [] });
  else actions.start.push(...toStart);
}
