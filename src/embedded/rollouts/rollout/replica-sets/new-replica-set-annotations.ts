import type { Rollout } from '../../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { DESIRED_REPLICAS, REVISION, REVISION_HISTORY } from '../names.ts';
import { replicasOf } from '../rollout-spec.ts';

/** Annotations of a Rollout that its ReplicaSets do not take over. */
const OWN = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  'notified.notifications.argoproj.io',
]);

/**
 * Gives the new ReplicaSet, in place, the Rollout's annotations and its revision; says whether that changed anything.
 * As in the real one, any change of an existing ReplicaSet notes its earlier revision in the history, not only a new revision.
 * Models annotations SetNewReplicaSetAnnotations.
 */
export function annotateNewReplicaSet(rollout: Rollout, replicaSet: ReplicaSet, revision: number, exists: boolean): boolean {
  const annotations = (replicaSet.metadata.annotations ??= {});
  let isChanged = copyAnnotations(rollout, annotations);
  const earlier = annotations[REVISION];
  if (earlier && !/^[+-]?\d+$/.test(earlier)) return false;
  if (Number(earlier ?? 0) < revision) {
    annotations[REVISION] = String(revision);
    isChanged = true;
  }
  if (earlier !== undefined && isChanged) {
    annotations[REVISION_HISTORY] = [annotations[REVISION_HISTORY], earlier].filter(Boolean).join(',');
  }
  const noted = String(replicasOf(rollout));
  if (exists || annotations[DESIRED_REPLICAS] === noted) return isChanged;
  annotations[DESIRED_REPLICAS] = noted;
  return true;
}

function copyAnnotations(rollout: Rollout, annotations: Record<string, string>): boolean {
  let isChanged = false;
  for (const [key, value] of Object.entries(rollout.metadata.annotations ?? {})) {
    if (OWN.has(key) || annotations[key] === value) continue;
    annotations[key] = value;
    isChanged = true;
  }
  return isChanged;
}
