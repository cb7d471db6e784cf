import type { KubeObject } from '../../../../kube/types/meta.ts';
import { HASH_LABEL } from '../names.ts';
import { hashOf } from '../replica-sets/replica-set-facts.ts';
import { createdMs } from '../replica-sets/revision.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { successfulRunHistoryLimit, unsuccessfulRunHistoryLimit } from '../rollout-spec.ts';

/**
 * The AnalysisRuns or Experiments beyond the history that is kept, and those whose ReplicaSet is gone or going; unfinished ones stay.
 * Models FilterAnalysisRunsToDelete and FilterExperimentsToDelete.
 */
export function finishedBeyondHistory<T extends KubeObject & { status?: { phase?: string } }>(
  { rollout, replicaSets }: RolloutPass,
  others: readonly T[],
): T[] {
  const alive = new Set(replicaSets.filter(({ metadata }) => !metadata.deletionTimestamp).map(hashOf));
  const left = { successful: successfulRunHistoryLimit(rollout), unsuccessful: unsuccessfulRunHistoryLimit(rollout) };
  const newestFirst = [...others].sort((a, b) => createdMs(b) - createdMs(a));
  return newestFirst.filter(({ metadata, status }) => {
    if (!alive.has(metadata.labels?.[HASH_LABEL] ?? '')) return true;
    const outcome = outcomeOf(status?.phase);
    if (outcome === undefined) return false;
    left[outcome] -= 1;
    return left[outcome] < 0;
  });
}

function outcomeOf(phase: string | undefined): 'successful' | 'unsuccessful' | undefined {
  if (phase === 'Successful') return 'successful';
  return phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive' ? 'unsuccessful' : undefined;
}
