import type { Deployment, ReplicaSet } from '../../../kube/types/workloads.ts';
import { desiredReplicas, isRolling, maxSurge } from './deployment-spec.ts';
import { totalWanted } from './replica-set-family.ts';

/** The size that the current replica set may have now, given the old ones and its own size. Models deployment_util.go NewRSNewReplicas. */
export function replicasForCurrent(deployment: Deployment, old: readonly ReplicaSet[], currentSize: number): number {
  const desired = desiredReplicas(deployment);
  if (!isRolling(deployment)) return desired;
  const room = desired + maxSurge(deployment) - totalWanted(old) - currentSize;
  return room <= 0 ? currentSize : currentSize + Math.min(room, desired - currentSize);
}
