import type { AnalysisRun } from '../../../../kube/types/rollouts.ts';
import { HASH_LABEL } from '../names.ts';
import { hashOf } from '../replica-sets/replica-set-facts.ts';
import { createdMs } from '../replica-sets/revision.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { successfulRunHistoryLimit, unsuccessfulRunHistoryLimit } from '../rollout-spec.ts';

/** The runs beyond the history that is kept, and those whose ReplicaSet is gone or going; unfinished ones stay. Models FilterAnalysisRunsToDelete. */
export function runsToDelete({ rollout, replicaSets }: RolloutPass, others: readonly AnalysisRun[]): AnalysisRun[] {
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
