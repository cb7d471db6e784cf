import { formatLabelSelector } from '../../../api/selectors.ts';
import type { NormalStatus } from '../normal-rollout.ts';
import { availableOf, hashOf, isActive, sizeOf, totalOf } from '../replica-sets/replica-set-facts.ts';
import { isFastRollback, isRollbackWithinWindow, rollbackReason } from '../rollback.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { canaryOf, replicasOf } from '../rollout-spec.ts';
import { baseStatus, resetForNewTemplate } from '../status/base-status.ts';
import { persistStatus } from '../status/persist-status.ts';
import { isPromoted } from '../status/phase.ts';
import { promote } from '../status/promote.ts';
import { isCanaryPauseCompleted } from './canary-pause.ts';
import { canarySizes } from './canary-sizes.ts';
import { currentStep, stepName } from './current-step.ts';
import { currentStepsHash, isTemplateOrStepsChanged } from './steps-change.ts';

/** Puts the status together at the end of a pass: begins anew, promotes, goes back to the first step, or on to the next, and writes. Models syncRolloutStatusCanary. */
export function writeCanaryStatus(pass: RolloutPass): void {
  const status = countedStatus(pass);
  if (isTemplateOrStepsChanged(pass)) beginAnew(pass, status);
  else goOn(pass, status);
  persistStatus(pass, status);
}

function countedStatus(pass: RolloutPass): NormalStatus {
  return {
    ...baseStatus(pass),
    availableReplicas: totalOf(pass.replicaSets, 'availableReplicas'),
    HPAReplicas: totalOf(pass.replicaSets, 'replicas'),
    selector: formatLabelSelector(pass.rollout.spec.selector),
    currentStepHash: currentStepsHash(pass),
  };
}

function stepCount({ rollout }: RolloutPass): number {
  return canaryOf(rollout)?.steps?.length ?? 0;
}

/** Steps are skipped on the way back to stable pods, or to a recent revision that still has some. */
function beginAnew(pass: RolloutPass, status: NormalStatus): void {
  resetForNewTemplate(pass, status);
  if (!pass.newRS || stepCount(pass) === 0) return;
  const isBack = pass.status.stableRS === hashOf(pass.newRS);
  if (!isBack && !(isRollbackWithinWindow(pass) && isActive(pass.newRS))) return;
  pass.tell('SkipSteps', isBack ? 'Rollback to stable ReplicaSets' : 'Rollback to active ReplicaSets within RollbackWindow');
  status.currentStepIndex = stepCount(pass);
}

function goOn(pass: RolloutPass, status: NormalStatus): void {
  const count = stepCount(pass);
  let { index } = currentStep(pass.rollout);
  if (pass.status.promoteFull || isRollbackWithinWindow(pass)) {
    pass.pause.clearPauses();
    pass.pause.removeAbort();
    if (count > 0) index = count;
  }
  const reason = promotionReason(pass);
  if (reason !== undefined) promote(pass, status, reason);
  else if (pass.pause.isAborted) {
    if (count > 0) status.currentStepIndex = isPromoted(status) ? count : 0;
  } else {
    const next = isStepCompleted(pass) ? completeStep(pass, status, index!) : index;
    if (next !== undefined) status.currentStepIndex = next;
  }
}

/** Why the canary becomes the stable revision now; undefined when it does not. The order matters. Models shouldFullPromote. */
function promotionReason(pass: RolloutPass): string | undefined {
  if (!pass.stableRS) return 'Initial deploy';
  if (pass.pause.isAborted || availableOf(pass.newRS) < replicasOf(pass.rollout)) return undefined;
  if (pass.status.promoteFull) return 'Full promotion requested';
  if (isFastRollback(pass)) return rollbackReason(pass);
  const count = stepCount(pass);
  const { index } = currentStep(pass.rollout);
  return count === 0 || index === count ? `Completed all ${count} canary steps` : undefined;
}

function completeStep(pass: RolloutPass, status: NormalStatus, index: number): number {
  const { step } = currentStep(pass.rollout);
  delete status.canary.currentStepAnalysisRunStatus;
  // Why not the count itself: for who skips to the end, the real controller counts on in the very number of steps.
  const shownCount = Math.max(stepCount(pass), index + 1);
  pass.tell('RolloutStepCompleted', `Rollout step ${index + 1}/${shownCount} completed (${stepName(step!)})`);
  pass.pause.removePause('CanaryPauseStep');
  return index + 1;
}

/** Models completedCurrentCanaryStep. */
function isStepCompleted(pass: RolloutPass): boolean {
  const { step } = currentStep(pass.rollout);
  if (!step || pass.rollout.spec.paused) return false;
  if (step.pause) return isCanaryPauseCompleted(pass);
  if (step.setWeight !== undefined) return isAtWantedSizes(pass);
  if (step.experiment) return pass.experiment?.status?.phase === 'Successful';
  return step.analysis !== undefined && pass.runs.step?.status?.phase === 'Successful';
}

/** Models AtDesiredReplicaCountsForCanary. */
function isAtWantedSizes(pass: RolloutPass): boolean {
  const { newRS, stableRS } = pass;
  const wanted = canarySizes(pass);
  const isNewThere = newRS !== undefined && sizeOf(newRS) === wanted.canary && availableOf(newRS) === wanted.canary;
  const isStableThere = stableRS !== undefined && sizeOf(stableRS) === wanted.stable && (stableRS.status?.replicas ?? 0) === wanted.stable;
  return isNewThere && isStableThere && totalOf(pass.otherRSs, 'availableReplicas') === 0;
}
