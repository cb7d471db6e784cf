import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { DESIRED_REPLICAS, HASH_LABEL } from '../names.ts';

export function hashOf(replicaSet: ReplicaSet | undefined): string {
  return replicaSet?.metadata.labels?.[HASH_LABEL] ?? '';
}

export function sizeOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}

export function availableOf(replicaSet: ReplicaSet | undefined): number {
  return replicaSet?.status?.availableReplicas ?? 0;
}

/** Whether the ReplicaSet has, or ought to have, pods. */
export function isActive(replicaSet: ReplicaSet | undefined): replicaSet is ReplicaSet {
  return replicaSet !== undefined && sizeOf(replicaSet) > 0;
}

/** The size of the Rollout that a ReplicaSet was last scaled for; undefined when it is not noted or cannot be read. */
export function notedReplicas({ metadata }: ReplicaSet): number | undefined {
  const text = metadata.annotations?.[DESIRED_REPLICAS];
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** Whether all pods that the Rollout wants are in this one ReplicaSet and available. Models annotations IsSaturated. */
export function isSaturated(replicaSet: ReplicaSet | undefined, replicas: number): boolean {
  if (!replicaSet || notedReplicas(replicaSet) !== replicas) return false;
  return sizeOf(replicaSet) === replicas && availableOf(replicaSet) === replicas;
}

/** The ReplicaSet with a hash; undefined also for an empty hash. */
export function withHash(replicaSets: readonly ReplicaSet[], hash: string | undefined): ReplicaSet | undefined {
  return hash ? replicaSets.find((replicaSet) => hashOf(replicaSet) === hash) : undefined;
}

export type StatusCount = 'replicas' | 'readyReplicas' | 'availableReplicas';

export function totalOf(replicaSets: readonly (ReplicaSet | undefined)[], count: StatusCount): number {
  return replicaSets.reduce((sum, replicaSet) => sum + (replicaSet?.status?.[count] ?? 0), 0);
}

export function totalSize(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + sizeOf(replicaSet), 0);
}

export function isSame(a: ReplicaSet | undefined, b: ReplicaSet | undefined): boolean {
  return a !== undefined && b !== undefined && a.metadata.name === b.metadata.name;
}
