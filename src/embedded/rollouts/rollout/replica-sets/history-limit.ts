import type { KubeObject } from '../../../../kube/types/meta.ts';
import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { deleteIfThere } from '../delete-if-there.ts';
import { ANALYSIS_RUNS, EXPERIMENTS, HASH_LABEL, REPLICA_SETS } from '../names.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { revisionHistoryLimit } from '../rollout-spec.ts';
import { hashOf, sizeOf } from './replica-set-facts.ts';
import { byCreation } from './revision.ts';

/** Deletes the oldest of the other ReplicaSets beyond the history that is kept, as far as they have no pods, and their AnalysisRuns and Experiments. Models reconcileRevisionHistoryLimit. */
export function cleanUpHistory(pass: RolloutPass): void {
  const alive = pass.otherRSs.filter(({ metadata }) => !metadata.deletionTimestamp).sort(byCreation);
  const excess = Math.max(0, alive.length - revisionHistoryLimit(pass.rollout));
  for (const replicaSet of alive.slice(0, excess).filter(isIdle)) {
    deleteIfThere(pass, REPLICA_SETS, replicaSet);
    deleteWithHash(pass, hashOf(replicaSet), { resource: ANALYSIS_RUNS, objects: pass.otherRuns });
    deleteWithHash(pass, hashOf(replicaSet), { resource: EXPERIMENTS, objects: pass.otherExperiments });
  }
}

function deleteWithHash(
  pass: RolloutPass,
  hash: string,
  { resource, objects }: { resource: string; objects: readonly KubeObject[] },
): void {
  for (const object of objects) {
    if (object.metadata.labels?.[HASH_LABEL] === hash && !object.metadata.deletionTimestamp) deleteIfThere(pass, resource, object);
  }
}

function isIdle(replicaSet: ReplicaSet): boolean {
  const { status, metadata } = replicaSet;
  const isObserved = (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
  return (status?.replicas ?? 0) === 0 && sizeOf(replicaSet) === 0 && isObserved;
}
