import type { PodTemplateSpec } from '../../../kube/types/core.ts';
import type { Deployment, ReplicaSet } from '../../../kube/types/workloads.ts';
import { equalJson } from '../../../system/json.ts';
import { wantedReplicas } from '../replica-set/replica-set-status.ts';

export const POD_TEMPLATE_HASH = 'pod-template-hash';

/** The replica sets of a Deployment: the one of its current template, and the others, oldest first. */
export interface ReplicaSetFamily {
  current: ReplicaSet | undefined;
  old: readonly ReplicaSet[];
}

/** Models deployment_util.go FindNewReplicaSet and FindOldReplicaSets: of several with the current template the oldest counts. */
export function familyOf(deployment: Deployment, owned: readonly ReplicaSet[]): ReplicaSetFamily {
  const byAge = [...owned].sort(byCreation);
  const current = byAge.find(({ spec }) => equalTemplates(spec.template, deployment.spec.template));
  return { current, old: byAge.filter((replicaSet) => replicaSet !== current) };
}

export function membersOf({ current, old }: ReplicaSetFamily): ReplicaSet[] {
  return current ? [...old, current] : [...old];
}

/** Whether two pod templates are the same but for the hash label. Models deployment_util.go EqualIgnoreHash. */
export function equalTemplates(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return equalJson(withoutHash(a), withoutHash(b));
}

function withoutHash({ metadata = {}, ...rest }: PodTemplateSpec): unknown {
  const { labels = {}, annotations = {}, creationTimestamp: _, ...others } = metadata;
  return { ...rest, metadata: { ...others, labels: { ...labels, [POD_TEMPLATE_HASH]: undefined }, annotations } };
}

export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  const [first = '', second = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (first !== second) return first < second ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

export function isActive(replicaSet: ReplicaSet): boolean {
  return wantedReplicas(replicaSet) > 0;
}

export function totalWanted(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + wantedReplicas(replicaSet), 0);
}

export type CountedStatus = 'replicas' | 'readyReplicas' | 'availableReplicas';

export function totalCounted(replicaSets: readonly ReplicaSet[], field: CountedStatus): number {
  return replicaSets.reduce((sum, { status }) => sum + (status?.[field] ?? 0), 0);
}
