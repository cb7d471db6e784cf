import type { Rollout } from '../../../../kube/types/rollouts.ts';
import { isHalted } from '../halt.ts';
import { pauseOf } from '../pause-plan.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { blueGreenOf } from '../rollout-spec.ts';
import { isAnalysisPassed, isFastTracked, isPauseCompleted, isReadyForPause } from './blue-green-progress.ts';
import type { BlueGreenServices } from './blue-green-services.ts';

/** Pauses an update that is ready to be promoted, or ends the pause. Models reconcileBlueGreenPause. */
export function planBlueGreenPause(pass: RolloutPass, { active }: BlueGreenServices): void {
  if (pass.status.abort || !isReadyForPause(pass) || isHalted(pass)) return;
  const needsNoPause = isFastTracked(pass, active) || pass.status.blueGreen.scaleUpPreviewCheckPoint || !pausesItself(pass.rollout);
  if (needsNoPause) pass.pause.removePause('BlueGreenPause');
  else if (isAnalysisPassed(pass)) pauseOrResume(pass);
}

/** Whether promotion waits for somebody, or for a time. */
function pausesItself(rollout: Rollout): boolean {
  const { autoPromotionEnabled = true, autoPromotionSeconds = 0 } = blueGreenOf(rollout)!;
  return !autoPromotionEnabled || autoPromotionSeconds > 0;
}

function pauseOrResume(pass: RolloutPass): void {
  const condition = pauseOf(pass.status, 'BlueGreenPause');
  if (!condition) {
    // Without a condition, controllerPause says that the pause was there and that somebody ended it.
    if (!pass.status.controllerPause) pass.pause.addPause('BlueGreenPause');
  } else if (isPauseCompleted(pass)) pass.pause.removePause('BlueGreenPause');
  else waitForEnd(pass, Date.parse(condition.startTime));
}

function waitForEnd(pass: RolloutPass, sinceMs: number): void {
  const seconds = blueGreenOf(pass.rollout)!.autoPromotionSeconds ?? 0;
  const remainingMs = sinceMs + seconds * 1000 - pass.nowMs;
  if (seconds > 0 && remainingMs >= 0) pass.requeueAfter(remainingMs);
}
