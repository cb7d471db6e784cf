import type { Service } from '../../../../kube/types/core.ts';
import { HASH_LABEL } from '../names.ts';
import { pauseOf } from '../pause-plan.ts';
import { availableOf, hashOf, sizeOf } from '../replica-sets/replica-set-facts.ts';
import { wantedSize } from '../replica-sets/wanted-size.ts';
import { isFastRollback } from '../rollback.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { blueGreenOf } from '../rollout-spec.ts';

/** Whether the new ReplicaSet has the size that it is to have now, and all its pods are available. Models replicaset ReadyForPause. */
export function isReadyForPause(pass: RolloutPass): boolean {
  const newRS = pass.newRS!;
  const wanted = wantedSize(pass, newRS);
  return sizeOf(newRS) === wanted && availableOf(newRS) === wanted;
}

/** Whether the update skips its pause: it goes back, somebody asked for it, or the active Service leads to every revision or to the new one. Models isBlueGreenFastTracked. */
export function isFastTracked(pass: RolloutPass, active: Service): boolean {
  if (isFastRollback(pass) || pass.status.promoteFull) return true;
  const selected = active.spec?.selector?.[HASH_LABEL];
  return selected === undefined || selected === hashOf(pass.newRS);
}

/** Whether the analysis before promotion is done with, or there is none. Models completedPrePromotionAnalysis. */
export function isAnalysisPassed({ rollout, runs }: RolloutPass): boolean {
  return !blueGreenOf(rollout)?.prePromotionAnalysis || runs.prePromotion?.status?.phase === 'Successful';
}

/** Whether the pause is over, because time is up or because somebody said so. Models pauseContext.CompletedBlueGreenPause. */
export function isPauseCompleted({ rollout, status, pause, nowMs }: RolloutPass): boolean {
  if (pause.addsPause) return false;
  if (status.blueGreen.scaleUpPreviewCheckPoint) return true;
  const { autoPromotionEnabled = true, autoPromotionSeconds = 0 } = blueGreenOf(rollout)!;
  const condition = pauseOf(status, 'BlueGreenPause');
  if (!autoPromotionEnabled) return Boolean(status.controllerPause) && !condition;
  if (autoPromotionSeconds === 0) return true;
  return condition !== undefined && nowMs > Date.parse(condition.startTime) + autoPromotionSeconds * 1000;
}
