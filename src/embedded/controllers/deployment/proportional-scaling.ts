import type { Deployment, ReplicaSet } from '../../../kube/types/workloads.ts';
import { wantedReplicas } from '../replica-set/replica-set-status.ts';
import { desiredReplicas, isRolling, maxSurge } from './deployment-spec.ts';
import type { DeploymentPass } from './deployment-pass.ts';
import { byCreation, isActive, membersOf, totalWanted, type ReplicaSetFamily } from './replica-set-family.ts';
import { DESIRED_REPLICAS, MAX_REPLICAS, sizeAnnotation } from './revision.ts';

/** Brings the replica sets to a changed size of the Deployment without hastening a rollout that is under way. Models sync.go scale. */
export function scaleProportionally(pass: DeploymentPass): void {
  const { deployment, family } = pass;
  const only = onlyActiveOrLatest(family);
  if (only) {
    pass.scale(only, desiredReplicas(deployment));
  } else if (isSaturated(deployment, family.current)) {
    for (const replicaSet of family.old.filter(isActive)) pass.scale(replicaSet, 0);
  } else if (isRolling(deployment)) {
    for (const { replicaSet, size } of shares(deployment, membersOf(family).filter(isActive))) pass.scaleAndNote(replicaSet, size);
  }
}

/** The one replica set with pods; if none has any, the current or else the youngest one. Undefined when several have. */
function onlyActiveOrLatest(family: ReplicaSetFamily): ReplicaSet | undefined {
  const active = membersOf(family).filter(isActive);
  return active.length > 0 ? (active.length === 1 ? active[0] : undefined) : (family.current ?? family.old.at(-1));
}

function isSaturated(deployment: Deployment, current: ReplicaSet | undefined): boolean {
  const desired = desiredReplicas(deployment);
  return (
    current !== undefined &&
    wantedReplicas(current) === desired &&
    sizeAnnotation(current, DESIRED_REPLICAS) === desired &&
    (current.status?.availableReplicas ?? 0) === desired
  );
}

/** The size of each active replica set: changed in proportion to what it has, and what rounding leaves over goes to the largest. */
export function shares(deployment: Deployment, active: readonly ReplicaSet[]): { replicaSet: ReplicaSet; size: number }[] {
  const desired = desiredReplicas(deployment);
  const allowed = desired > 0 ? desired + maxSurge(deployment) : 0;
  const change = allowed - totalWanted(active);
  const bySize = [...active].sort((a, b) => wantedReplicas(b) - wantedReplicas(a) || (change > 0 ? byCreation(b, a) : byCreation(a, b)));
  let changed = 0;
  const sizes = bySize.map((replicaSet) => {
    const share = shareOf(deployment, replicaSet, change, changed);
    changed += share;
    return { replicaSet, size: wantedReplicas(replicaSet) + share };
  });
  const largest = sizes[0];
  if (largest && change !== 0) largest.size = Math.max(0, largest.size + change - changed);
  return sizes;
}

/** Models deployment_util.go GetReplicaSetProportion. */
function shareOf(deployment: Deployment, replicaSet: ReplicaSet, change: number, changed: number): number {
  if (change === 0 || change === changed) return 0;
  const left = change - changed;
  const fraction = fractionOf(deployment, replicaSet);
  return change > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

function fractionOf(deployment: Deployment, replicaSet: ReplicaSet): number {
  const size = wantedReplicas(replicaSet);
  const desired = desiredReplicas(deployment);
  if (desired === 0) return -size;
  const before = sizeAnnotation(replicaSet, MAX_REPLICAS) || (deployment.status?.replicas ?? 0);
  return before === 0 ? 0 : Math.round((size * (desired + maxSurge(deployment))) / before) - size;
}
