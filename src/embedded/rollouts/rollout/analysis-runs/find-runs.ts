import type { AnalysisRun, AnalysisRunStatusReference } from '../../../../kube/types/rollouts.ts';
import type { ApiClient } from '../../../api/client.ts';
import { isControlledBy } from '../../../controllers/ownership.ts';
import { ANALYSIS_RUNS } from '../names.ts';
import type { NormalRollout } from '../normal-rollout.ts';
import type { CurrentRuns } from '../rollout-pass.ts';

/** The AnalysisRuns of a Rollout: those that its status names, whoever owns them, and the others that it owns. Models getAnalysisRunsForRollout and FilterCurrentRolloutAnalysisRuns. */
export function findRuns(api: ApiClient, rollout: NormalRollout): { current: CurrentRuns; others: AnalysisRun[] } {
  const { namespace } = rollout.metadata;
  const { canary, blueGreen } = rollout.status;
  const read = (reference: AnalysisRunStatusReference | undefined): AnalysisRun | undefined =>
    reference?.name ? api.get<AnalysisRun>(ANALYSIS_RUNS, namespace, reference.name) : undefined;
  const step = read(canary.currentStepAnalysisRunStatus);
  const background = read(canary.currentBackgroundAnalysisRunStatus);
  const prePromotion = read(blueGreen.prePromotionAnalysisRunStatus);
  const postPromotion = read(blueGreen.postPromotionAnalysisRunStatus);
  const current = {
    ...(step && { step }),
    ...(background && { background }),
    ...(prePromotion && { prePromotion }),
    ...(postPromotion && { postPromotion }),
  };
  const named = new Set(Object.values(current).map(({ metadata }) => metadata.name));
  const owned = api.list<AnalysisRun>(ANALYSIS_RUNS, { namespace: namespace! }).filter((run) => isControlledBy(run, rollout));
  return { current, others: owned.filter(({ metadata }) => !named.has(metadata.name)) };
}
