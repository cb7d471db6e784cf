import type { AnalysisRun } from '../../../../kube/types/rollouts.ts';
import { pauseOf } from '../pause-plan.ts';
import type { RolloutPass } from '../rollout-pass.ts';

/**
 * Whether an analysis is to begin: there is none yet, the last one belongs to an update that was aborted, or it was inconclusive
 * and somebody ended the pause that followed. Models needsNewAnalysisRun.
 */
export function needsNewRun({ status }: RolloutPass, current: AnalysisRun | undefined): boolean {
  if (!current) return true;
  const wasResumed = status.controllerPause && !pauseOf(status, 'CanaryPauseStep') && !pauseOf(status, 'BlueGreenPause');
  return wasResumed ? current.status?.phase === 'Inconclusive' : status.abortedAt !== undefined;
}
