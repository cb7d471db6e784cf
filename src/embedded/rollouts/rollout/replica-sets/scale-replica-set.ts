import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { cloneJson } from '../../../../system/json.ts';
import { DESIRED_REPLICAS, REPLICA_SETS, SCALE_DOWN_DEADLINE } from '../names.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { replicasOf } from '../rollout-spec.ts';
import { staysAfterAbort } from './abort-delay.ts';
import { sizeOf } from './replica-set-facts.ts';
import { revisionOf } from './revision.ts';

/**
 * Gives a ReplicaSet a size and notes the Rollout's size on it; an event tells when the size changed, and the answer says so.
 * Refused when the ReplicaSet was written since the pass looked at it. Models rollout/sync.go scaleReplicaSet.
 */
export function scaleReplicaSet(pass: RolloutPass, replicaSet: ReplicaSet, size: number): { isScaled: boolean; replicaSet: ReplicaSet } {
  const before = sizeOf(replicaSet);
  if (before === size && !isNoteStale(replicaSet, replicasOf(pass.rollout))) return { isScaled: false, replicaSet };
  const draft = cloneJson(replicaSet);
  draft.spec.replicas = size;
  const annotations: Record<string, string> = { ...draft.metadata.annotations, [DESIRED_REPLICAS]: String(replicasOf(pass.rollout)) };
  if (size === 0 && !staysAfterAbort(pass)) delete annotations[SCALE_DOWN_DEADLINE];
  draft.metadata.annotations = annotations;
  const updated = cloneJson(pass.tools.api.update(REPLICA_SETS, draft));
  if (before === size) return { isScaled: false, replicaSet: updated };
  const direction = before < size ? 'up' : 'down';
  const { name } = updated.metadata;
  pass.tell('ScalingReplicaSet', `Scaled ${direction} ReplicaSet ${name} (revision ${revisionOf(updated)}) from ${before} to ${size}`);
  return { isScaled: true, replicaSet: updated };
}

/** Whether the size of the Rollout that a ReplicaSet notes is not the one it has now. Models annotations ReplicasAnnotationsNeedUpdate. */
export function isNoteStale({ metadata }: ReplicaSet, replicas: number): boolean {
  const { [DESIRED_REPLICAS]: noted, [SCALE_DOWN_DEADLINE]: deadline } = metadata.annotations ?? {};
  return noted !== String(replicas) || (replicas === 0 && Boolean(deadline));
}
