import { pauseOf } from '../pause-plan.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { currentStep, pauseSeconds } from './current-step.ts';

/** Begins the pause of a pause step, or waits for its end. Models reconcileCanaryPause. */
export function planCanaryPause(pass: RolloutPass): void {
  if (pass.rollout.spec.paused || pass.status.promoteFull) return;
  const { step } = currentStep(pass.rollout);
  if (!step?.pause) return;
  const condition = pauseOf(pass.status, 'CanaryPauseStep');
  if (!condition) {
    // Without a condition, controllerPause says that the pause was there and that somebody ended it.
    if (!pass.status.controllerPause) pass.pause.addPause('CanaryPauseStep');
    return;
  }
  const seconds = pauseSeconds(step);
  const remainingMs = Date.parse(condition.startTime) + (seconds ?? 0) * 1000 - pass.nowMs;
  if (seconds !== undefined && remainingMs >= 0) pass.requeueAfter(remainingMs);
}

/** Whether the pause of the present step is over. Models pauseContext.CompletedCanaryPauseStep. */
export function isCanaryPauseCompleted({ rollout, status, nowMs }: RolloutPass): boolean {
  const condition = pauseOf(status, 'CanaryPauseStep');
  if (!condition) return Boolean(status.controllerPause);
  const { step } = currentStep(rollout);
  const seconds = step && pauseSeconds(step);
  return seconds !== undefined && nowMs > Date.parse(condition.startTime) + seconds * 1000;
}
