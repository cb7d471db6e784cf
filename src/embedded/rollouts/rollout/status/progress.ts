import type { RolloutStatus } from '../../../../kube/types/rollouts.ts';
import { conditionOf } from '../../../controllers/pod-state.ts';
import { currentStep } from '../canary/current-step.ts';
import type { NormalRollout, NormalStatus } from '../normal-rollout.ts';
import { hasDeadline } from '../replica-sets/scale-down-deadline.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { blueGreenOf, canaryOf, progressDeadlineSeconds, replicasOf } from '../rollout-spec.ts';
import { isConditionTrue, Reason } from './conditions.ts';
import { isPromoted } from './phase.ts';

/** Whether something moved between the status that is there and the next one. Models conditions RolloutProgressing. */
export function isProgressing(rollout: NormalRollout, next: NormalStatus): boolean {
  const before = rollout.status;
  if (blueGreenOf(rollout)) {
    if ((before.blueGreen.activeSelector ?? '') !== (next.blueGreen.activeSelector ?? '')) return true;
    if ((before.blueGreen.previewSelector ?? '') !== (next.blueGreen.previewSelector ?? '')) return true;
  } else if (canaryOf(rollout) && isCanaryMoving(before, next)) return true;
  return (
    count(next, 'updatedReplicas') !== count(before, 'updatedReplicas') ||
    oldReplicas(next) < oldReplicas(before) ||
    count(next, 'readyReplicas') > count(before, 'readyReplicas') ||
    count(next, 'availableReplicas') > count(before, 'availableReplicas')
  );
}

function isCanaryMoving(before: RolloutStatus, next: RolloutStatus): boolean {
  if ((next.stableRS ?? '') !== (before.stableRS ?? '') || (next.currentStepHash ?? '') !== (before.currentStepHash ?? '')) return true;
  const [from, to] = [before.currentStepIndex, next.currentStepIndex];
  return from !== undefined && to !== undefined && from !== to;
}

function oldReplicas(status: RolloutStatus): number {
  return count(status, 'replicas') - count(status, 'updatedReplicas');
}

function count(status: RolloutStatus, field: 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'): number {
  return status[field] ?? 0;
}

/** Whether all desired pods are of the new revision, available, and served. Models conditions RolloutHealthy. */
export function isHealthy(rollout: NormalRollout, next: NormalStatus): boolean {
  const replicas = replicasOf(rollout);
  const isObserved = rollout.status.observedGeneration === String(rollout.metadata.generation ?? 0);
  const hasAll = count(next, 'updatedReplicas') === replicas && count(next, 'availableReplicas') === replicas;
  return hasAll && isObserved && (blueGreenOf(rollout) ? areServicesDone(rollout, next) : isCanaryDone(rollout, next));
}

function areServicesDone(rollout: NormalRollout, { blueGreen, currentPodHash = '' }: NormalStatus): boolean {
  const isPreviewDone = !blueGreenOf(rollout)!.previewService || (blueGreen.previewSelector ?? '') === currentPodHash;
  return isPreviewDone && (blueGreen.activeSelector ?? '') === currentPodHash;
}

function isCanaryDone(rollout: NormalRollout, next: NormalStatus): boolean {
  const steps = canaryOf(rollout)?.steps?.length ?? 0;
  const isThrough = steps === 0 || next.currentStepIndex === undefined || next.currentStepIndex === steps;
  return isThrough && isPromoted(next) && count(next, 'replicas') === replicasOf(rollout);
}

/** Whether the deadline does not apply: a step takes the time it takes, or the Rollout is paused. Models isIndefiniteStep. */
export function isIndefiniteStep(rollout: NormalRollout): boolean {
  const { step } = currentStep(rollout);
  if (step && (step.experiment ?? step.analysis ?? step.pause)) return true;
  return isConditionTrue(rollout.status, 'Paused');
}

/** Whether the present lack of progress counts. Models the conditions under which calculateRolloutConditions times out. */
export function isTimedOut(pass: RolloutPass, status: RolloutStatus): boolean {
  if (isIndefiniteStep(pass.rollout) || pass.otherRSs.some(hasDeadline)) return false;
  const condition = conditionOf(status, 'Progressing');
  if (!condition || condition.reason === Reason.aborted || condition.reason === Reason.paused) return false;
  if (condition.reason === Reason.timedOut) return true;
  return Date.parse(condition.lastUpdateTime ?? '') + progressDeadlineSeconds(pass.rollout) * 1000 < pass.nowMs;
}

export function timedOutMessage({ newRS, rollout }: RolloutPass): string {
  return newRS
    ? `ReplicaSet "${newRS.metadata.name}" has timed out progressing.`
    : `Rollout "${rollout.metadata.name}" has timed out progressing.`;
}

/** Aborts an update that made no progress in time, if the Rollout asks for that; never one that is complete. Models evaluateProgressDeadlineAbort. */
export function abortIfStuck(pass: RolloutPass, next: NormalStatus): void {
  if (!pass.rollout.spec.progressDeadlineAbort || pass.pause.isAborted) return;
  if (isPromoted(next) || isProgressing(pass.rollout, next) || !isTimedOut(pass, pass.status)) return;
  pass.pause.addAbort(timedOutMessage(pass));
  pass.tell(Reason.aborted, timedOutMessage(pass), 'Warning');
}
