import { pauseOf } from './pause-plan.ts';
import type { RolloutPass } from './rollout-pass.ts';

/** Whether an update may not go on: somebody paused it, or an analysis was inconclusive. Models rollout/context.go haltProgress. */
export function isHalted({ rollout, status }: RolloutPass): boolean {
  return Boolean(rollout.spec.paused) || pauseOf(status, 'InconclusiveAnalysisRun') !== undefined;
}
