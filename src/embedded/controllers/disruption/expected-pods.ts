import type { Pod, PodDisruptionBudget } from '../../../kube/types/core.ts';
import { controllerOf, type KubeObject, type OwnerReference } from '../../../kube/types/meta.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import type { ApiClient } from '../../api/client.ts';
import { scaledValue } from '../scaled-value.ts';

/** How many pods a budget is about, and how many of them must stay healthy. */
export interface Expectation {
  expectedPods: number;
  desiredHealthy: number;
  /** Pods without a controller, which make a relative budget meaningless. */
  unmanaged: readonly string[];
}

/** Models disruption.go getExpectedPodCount; throws an Error with the real controller's text when the pods' controllers have no size. */
export function expectedPods(api: ApiClient, { spec }: PodDisruptionBudget, pods: readonly Pod[]): Expectation {
  const { maxUnavailable, minAvailable } = spec;
  if (maxUnavailable === undefined && typeof minAvailable === 'number') {
    return { expectedPods: pods.length, desiredHealthy: minAvailable, unmanaged: [] };
  }
  const { scale, unmanaged } = scaleOfControllers(api, pods);
  if (maxUnavailable !== undefined) {
    return { expectedPods: scale, desiredHealthy: Math.max(0, scale - scaledValue(maxUnavailable, scale, 'up')), unmanaged };
  }
  if (minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0, unmanaged: [] };
  return { expectedPods: scale, desiredHealthy: scaledValue(minAvailable, scale, 'up'), unmanaged };
}

function scaleOfControllers(api: ApiClient, pods: readonly Pod[]): { scale: number; unmanaged: string[] } {
  const scales = new Map<string, number>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const controller = controllerOf(pod);
    if (!controller) {
      unmanaged.push(pod.metadata.name);
      continue;
    }
    const found = scaleOf(api, controller, pod.metadata.namespace!);
    if (!found) throw new Error(`found no controllers for pod "${pod.metadata.name}"`);
    scales.set(found.uid, found.scale);
  }
  return { scale: [...scales.values()].reduce((sum, scale) => sum + scale, 0), unmanaged };
}

/** A replica set counts as its Deployment when it has one, as itself when something else owns it, such as a Rollout. */
function scaleOf(api: ApiClient, { kind, name, uid }: OwnerReference, namespace: string): { uid: string; scale: number } | undefined {
  if (kind === 'StatefulSet') return sized(api.get('statefulsets.apps', namespace, name), uid);
  if (kind !== 'ReplicaSet') return undefined;
  const replicaSet = api.get<ReplicaSet>('replicasets.apps', namespace, name);
  const owner = replicaSet && controllerOf(replicaSet);
  if (owner?.kind === 'Deployment') return sized(api.get('deployments.apps', namespace, owner.name), owner.uid);
  return sized(replicaSet, uid);
}

function sized(object: KubeObject | undefined, uid: string): { uid: string; scale: number } | undefined {
  if (object?.metadata.uid !== uid) return undefined;
  return { uid, scale: (object['spec'] as { replicas?: number }).replicas ?? 1 };
}
