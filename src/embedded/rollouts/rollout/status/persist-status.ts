import { conditionOf } from '../../../controllers/pod-state.ts';
import { WORKLOAD_GENERATION } from '../names.ts';
import { normalStatus, type NormalStatus } from '../normal-rollout.ts';
import { isPaused } from '../pause-plan.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { progressDeadlineSeconds } from '../rollout-spec.ts';
import { PAUSED_MESSAGE, Reason, RESUMED_MESSAGE } from './conditions.ts';
import { setPhase } from './phase.ts';
import { abortIfStuck, isHealthy, isIndefiniteStep } from './progress.ts';
import { setRolloutConditions } from './rollout-conditions.ts';
import { mergePatchBetween } from './status-patch.ts';

/** Completes a status and writes it with one patch; when nothing changed, waits for the progress deadline instead. Models persistRolloutStatus. */
export function persistStatus(pass: RolloutPass, status: NormalStatus): void {
  noteGenerations(pass, status);
  abortIfStuck(pass, status);
  pass.pause.writeTo(status, pass.nowMs);
  setRolloutConditions(pass, status);
  setPhase(pass.rollout.spec, status);
  const before = pass.status;
  const after = normalStatus(status);
  const patch = mergePatchBetween(before, after);
  if (!patch) {
    waitForDeadline(pass, after);
    return;
  }
  pass.patchStatus(patch);
  tellPause(pass, before, after);
}

function noteGenerations(pass: RolloutPass, status: NormalStatus): void {
  const { generation = 0, annotations = {} } = pass.rollout.metadata;
  status.observedGeneration = String(generation);
  if (pass.isTemplateFromWorkload) status.workloadObservedGeneration = String(Number(annotations[WORKLOAD_GENERATION] ?? 0));
  else delete status.workloadObservedGeneration;
}

/** An abort also ends the pauses, which is not to be taken for a resumption. Models sendStateChangeEvents. */
function tellPause(pass: RolloutPass, before: NormalStatus, after: NormalStatus): void {
  const pause = after.pauseConditions?.[0];
  if ((before.pauseConditions !== undefined) === (pause !== undefined)) return;
  if (pause) pass.tell(Reason.paused, `${PAUSED_MESSAGE} (${pause.reason})`);
  else if (after.abortedAt === undefined) pass.tell(Reason.resumed, RESUMED_MESSAGE);
}

/** Models requeueStuckRollout. */
function waitForDeadline(pass: RolloutPass, status: NormalStatus): void {
  const { rollout } = pass;
  const condition = conditionOf(pass.status, 'Progressing');
  if (!condition || condition.reason === Reason.timedOut || isPaused(rollout) || pass.status.abort) return;
  if (isHealthy(rollout, status) || isIndefiniteStep(rollout)) return;
  const remainingMs = Date.parse(condition.lastUpdateTime ?? '') + progressDeadlineSeconds(rollout) * 1000 - pass.nowMs;
  // Why: the real one looks again and again in the last second, and as long as an overdue deadline doesn't count; that finds nothing new.
  if (remainingMs >= 0) pass.requeueAfter(remainingMs < 1000 ? remainingMs + 1 : remainingMs + 1000);
}
