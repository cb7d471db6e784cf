import type { Pod } from '../../../kube/types/core.ts';
import type { Condition } from '../../../kube/types/meta.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { matchesLabels } from '../../api/selectors.ts';
import { conditionOf, isPodAvailable, isPodReady } from '../pod-state.ts';

export type ReplicaSetStatus = NonNullable<ReplicaSet['status']>;

/** The number of pods a replica set wants: 1 unless it says otherwise. */
export function wantedReplicas({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}

/**
 * The status that the active pods of a replica set amount to; `failure` is why pods could not be created or deleted.
 * Counts of zero are left out, as the API leaves them out. Models replica_set_utils.go calculateStatus.
 */
export function replicaSetStatus(
  replicaSet: ReplicaSet,
  activePods: readonly Pod[],
  { nowMs, failure }: { nowMs: number; failure?: string },
): ReplicaSetStatus {
  const { spec, metadata } = replicaSet;
  const labels = spec.template.metadata?.labels ?? {};
  const fullyLabeledReplicas = activePods.filter((pod) => matchesLabels(labels, pod.metadata.labels ?? {})).length;
  const readyReplicas = activePods.filter(isPodReady).length;
  const availableReplicas = activePods.filter((pod) => isPodAvailable(pod, spec.minReadySeconds ?? 0, nowMs)).length;
  const conditions = withFailure(replicaSet, activePods.length, failure, nowMs);
  return {
    replicas: activePods.length,
    ...(fullyLabeledReplicas > 0 && { fullyLabeledReplicas }),
    ...(readyReplicas > 0 && { readyReplicas }),
    ...(availableReplicas > 0 && { availableReplicas }),
    observedGeneration: metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  };
}

/** A failure stays as it was first reported until pods can be managed again. */
function withFailure(replicaSet: ReplicaSet, activeCount: number, failure: string | undefined, nowMs: number): Condition[] {
  const conditions = replicaSet.status?.conditions ?? [];
  const others = conditions.filter(({ type }) => type !== 'ReplicaFailure');
  if (failure === undefined) return others;
  if (conditionOf(replicaSet.status, 'ReplicaFailure')) return conditions;
  return [
    ...others,
    {
      type: 'ReplicaFailure',
      status: 'True',
      lastTransitionTime: toSecondsTimestamp(nowMs),
      reason: activeCount < wantedReplicas(replicaSet) ? 'FailedCreate' : 'FailedDelete',
      message: failure,
    },
  ];
}
