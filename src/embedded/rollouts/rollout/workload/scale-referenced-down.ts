import type { Deployment, ReplicaSet } from '../../../../kube/types/workloads.ts';
import { cloneJson } from '../../../../system/json.ts';
import { ApiError } from '../../../api/api-error.ts';
import { DEPLOYMENTS } from '../names.ts';
import { revisionOf } from '../replica-sets/revision.ts';
import { sizeOf } from '../replica-sets/replica-set-facts.ts';
import type { RolloutPass } from '../rollout-pass.ts';

/**
 * Takes pods from the Deployment that a Rollout replaces as the Rollout's own become ready (`scaleDown: progressively`); only for the
 * first revision. A refused write is left to a later pass. Models the end of rollout/replicaset.go reconcileNewReplicaSet.
 */
export function scaleReferencedDown(pass: RolloutPass, newRS: ReplicaSet, wanted: number): void {
  const { rollout, status } = pass;
  if (revisionOf(newRS) !== 1 || rollout.spec.workloadRef?.scaleDown !== 'progressively') return;
  const ready = status.readyReplicas ?? 0;
  if (status.phase === 'Healthy') tryToScale(pass, 0);
  else if (rollout.spec.replicas !== undefined && (ready > 0 || sizeOf(newRS) > wanted)) tryToScale(pass, rollout.spec.replicas - ready);
}

/** Gives the Deployment that the Rollout refers to a size; throws when that is refused. Models rollout/scale_utils.go scaleDeployment. */
export function scaleReferenced({ tools, namespace, rollout }: RolloutPass, size: number): void {
  const name = rollout.spec.workloadRef?.name ?? '';
  const deployment = tools.api.get<Deployment>(DEPLOYMENTS, namespace, name);
  if (!deployment) throw new ApiError(404, 'NotFound', `deployments.apps "${name}" not found`);
  const replicas = Math.max(0, size);
  if ((deployment.spec.replicas ?? 1) === replicas) return;
  const draft = cloneJson(deployment);
  draft.spec.replicas = replicas;
  tools.api.update(DEPLOYMENTS, draft);
}

function tryToScale(pass: RolloutPass, size: number): void {
  try {
    scaleReferenced(pass, size);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
