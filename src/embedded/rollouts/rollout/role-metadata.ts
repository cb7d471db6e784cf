import type { Pod } from '../../../kube/types/core.ts';
import type { PodTemplateMetadata } from '../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { cloneJson } from '../../../system/json.ts';
import { ApiError } from '../../api/api-error.ts';
import { isControlledBy } from '../../controllers/ownership.ts';
import { REPLICA_SETS } from './names.ts';
import { applyRoleMetadata, injectedMetadata, withRoleMetadata } from './replica-sets/ephemeral-annotation.ts';
import { hashOf, isActive } from './replica-sets/replica-set-facts.ts';
import type { RolloutPass } from './rollout-pass.ts';
import { blueGreenOf, canaryOf } from './rollout-spec.ts';

/** Gives ReplicaSets and their pods the labels and annotations of their present role; nothing when no role has any. Models reconcileEphemeralMetadata. */
export function syncRoleMetadata(pass: RolloutPass): void {
  const [canary, blueGreen] = [canaryOf(pass.rollout), blueGreenOf(pass.rollout)];
  const fresh = canary ? canary.canaryMetadata : blueGreen?.previewMetadata;
  const settled = canary ? canary.stableMetadata : blueGreen?.activeMetadata;
  if (!fresh && !settled) return;
  const isRolledOut = !pass.status.stableRS || pass.status.stableRS === hashOf(pass.newRS);
  syncReplicaSet(pass, pass.newRS, isRolledOut ? settled : fresh);
  if (!isRolledOut) syncReplicaSet(pass, pass.stableRS, settled);
  for (const replicaSet of pass.otherRSs) syncReplicaSet(pass, replicaSet, undefined);
}

/** The ReplicaSet first, so that pods that come meanwhile are right already. */
function syncReplicaSet(pass: RolloutPass, replicaSet: ReplicaSet | undefined, desired: PodTemplateMetadata | undefined): void {
  if (!replicaSet) return;
  const updated = withRoleMetadata(replicaSet, desired);
  if (updated) pass.tools.api.update(REPLICA_SETS, updated);
  if (!isActive(replicaSet)) return;
  const existing = injectedMetadata(replicaSet);
  for (const pod of podsOf(pass, replicaSet)) syncPod(pass, pod, existing, desired);
}

function podsOf({ tools, namespace }: RolloutPass, replicaSet: ReplicaSet): Pod[] {
  const pods = tools.api.list<Pod>('pods', { namespace, selector: replicaSet.spec.selector });
  return pods.filter((pod) => isControlledBy(pod, replicaSet));
}

function syncPod(
  { tools }: RolloutPass,
  pod: Pod,
  existing: PodTemplateMetadata | undefined,
  desired: PodTemplateMetadata | undefined,
): void {
  const draft = cloneJson(pod);
  if (!applyRoleMetadata(draft.metadata, existing, desired)) return;
  try {
    tools.api.update('pods', draft);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
  }
}
