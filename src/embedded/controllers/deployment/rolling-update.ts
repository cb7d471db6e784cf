import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { wantedReplicas } from '../replica-set/replica-set-status.ts';
import { desiredReplicas, maxUnavailable } from './deployment-spec.ts';
import type { DeploymentPass } from './deployment-pass.ts';
import { isComplete, rolloutStatus } from './deployment-status.ts';
import { isActive, membersOf, totalCounted, totalWanted } from './replica-set-family.ts';
import { replicasForCurrent } from './rolling-sizes.ts';

/** One step of a rolling update: the current replica set grows, or else old ones shrink. Models rolling.go rolloutRolling. */
export function rollingUpdate(pass: DeploymentPass): void {
  const current = pass.ensureCurrent();
  if (!growCurrent(pass, current) && !shrinkOld(pass) && isComplete(pass.deployment, pass.deployment.status ?? {})) pass.cleanUpHistory();
  pass.writeStatus(rolloutStatus(pass.deployment, pass.family, pass.nowMs));
}

function growCurrent(pass: DeploymentPass, current: ReplicaSet): boolean {
  const desired = desiredReplicas(pass.deployment);
  const size = wantedReplicas(current);
  if (size === desired) return false;
  return pass.scale(current, size > desired ? desired : replicasForCurrent(pass.deployment, pass.family.old, size));
}

function shrinkOld(pass: DeploymentPass): boolean {
  const spare = spareUnavailability(pass);
  if (totalWanted(pass.family.old) === 0 || spare <= 0) return false;
  const cleaned = removeUnhealthy(pass, spare);
  const removed = removeAvailable(pass);
  return cleaned + removed > 0;
}

/** How many old pods may go even if none of the current ones that are still missing ever comes up. */
function spareUnavailability(pass: DeploymentPass): number {
  const { family } = pass;
  const current = family.current!;
  const notYetAvailable = wantedReplicas(current) - (current.status?.availableReplicas ?? 0);
  return totalWanted(membersOf(family)) - minimumAvailable(pass) - notYetAvailable;
}

function minimumAvailable({ deployment }: DeploymentPass): number {
  return desiredReplicas(deployment) - maxUnavailable(deployment);
}

/** Old pods that are unavailable anyway go first, oldest replica set first. Models rolling.go cleanupUnhealthyReplicas. */
function removeUnhealthy(pass: DeploymentPass, most: number): number {
  let removed = 0;
  for (const replicaSet of pass.family.old.filter(isActive)) {
    const unhealthy = wantedReplicas(replicaSet) - (replicaSet.status?.availableReplicas ?? 0);
    const count = Math.min(most - removed, unhealthy);
    if (count <= 0) continue;
    pass.scale(replicaSet, wantedReplicas(replicaSet) - count);
    removed += count;
  }
  return removed;
}

/** Old pods go as far as enough available ones remain. Models rolling.go scaleDownOldReplicaSetsForRollingUpdate. */
function removeAvailable(pass: DeploymentPass): number {
  const spare = totalCounted(membersOf(pass.family), 'availableReplicas') - minimumAvailable(pass);
  let removed = 0;
  for (const replicaSet of pass.family.old.filter(isActive)) {
    const count = Math.min(wantedReplicas(replicaSet), spare - removed);
    if (count <= 0) continue;
    pass.scale(replicaSet, wantedReplicas(replicaSet) - count);
    removed += count;
  }
  return removed;
}
