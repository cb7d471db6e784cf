import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { ApiError } from '../../../api/api-error.ts';
import { isHalted } from '../halt.ts';
import { availableOf, isActive, isSame, sizeOf, totalOf } from '../replica-sets/replica-set-facts.ts';
import { byCreation, byRevisionDescending } from '../replica-sets/revision.ts';
import { removeDeadlinesInUse } from '../replica-sets/scale-down-deadline.ts';
import { scaleNewReplicaSet } from '../replica-sets/scale-new-replica-set.ts';
import { scaleReplicaSet } from '../replica-sets/scale-replica-set.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { maxUnavailable, replicasOf } from '../rollout-spec.ts';
import { canarySizes } from './canary-sizes.ts';

/** Moves the sizes towards the present weight, one kind of ReplicaSet per pass: stable, new, others. Says whether anything was scaled. Models reconcileCanaryReplicaSets. */
export function scaleCanary(pass: RolloutPass): boolean {
  if (isHalted(pass)) return false;
  removeDeadlinesInUse(pass);
  return scaleStable(pass) || scaleNewReplicaSet(pass) || scaleOthersDown(pass);
}

function scaleStable(pass: RolloutPass): boolean {
  const { stableRS } = pass;
  if (!stableRS || isSame(stableRS, pass.newRS)) return false;
  return scaleReplicaSet(pass, stableRS, canarySizes(pass).stable).isScaled;
}

/** As in the real one, a refused write ends this step only. */
function scaleOthersDown(pass: RolloutPass): boolean {
  const others = pass.otherRSs.filter(isActive);
  if (others.length === 0) return false;
  try {
    return scaleOldDown(pass, others) > 0;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** Pods that are not available go first; then as many as enough available ones remain, of the newest revision first. Models scaleDownOldReplicaSetsForCanary. */
function scaleOldDown(pass: RolloutPass, others: readonly ReplicaSet[]): number {
  const cleaned = [...others].sort(byCreation).map((replicaSet) => removeUnavailable(pass, replicaSet));
  let removed = cleaned.reduce((sum, { count }) => sum + count, 0);
  let spare = totalOf(pass.replicaSets, 'availableReplicas') - (replicasOf(pass.rollout) - maxUnavailable(pass.rollout));
  if (spare <= 0) return 0;
  for (const { replicaSet } of cleaned.sort((a, b) => byRevisionDescending(a.replicaSet, b.replicaSet))) {
    const size = sizeOf(replicaSet);
    if (spare <= 0 || size === 0) continue;
    const count = Math.min(size, spare);
    scaleReplicaSet(pass, replicaSet, size - count);
    spare -= count;
    removed += count;
  }
  return removed;
}

/** Models cleanupUnhealthyReplicas. */
function removeUnavailable(pass: RolloutPass, replicaSet: ReplicaSet): { replicaSet: ReplicaSet; count: number } {
  const [size, available] = [sizeOf(replicaSet), availableOf(replicaSet)];
  if (size === 0 || available >= size) return { replicaSet, count: 0 };
  return { replicaSet: scaleReplicaSet(pass, replicaSet, available).replicaSet, count: size - available };
}
