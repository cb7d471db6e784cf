import type { AnalysisRun } from '../../../../kube/types/rollouts.ts';
import { ApiError } from '../../../api/api-error.ts';
import { ANALYSIS_RUNS } from '../names.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { isCompleted } from '../status/phase.ts';

/** Asks runs that are under way to end. Models cancelAnalysisRuns. */
export function cancelRuns({ tools }: RolloutPass, runs: readonly (AnalysisRun | undefined)[]): void {
  for (const run of runs) {
    if (!run || run.spec.terminate || isCompleted(run.status?.phase)) continue;
    const { namespace, name } = run.metadata;
    try {
      tools.api.patch(ANALYSIS_RUNS, namespace, name, { type: 'merge', body: { spec: { terminate: true } } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
    }
  }
}
