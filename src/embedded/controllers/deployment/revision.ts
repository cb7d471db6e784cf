import type { Deployment, ReplicaSet } from '../../../kube/types/workloads.ts';
import { desiredReplicas, maxSurge } from './deployment-spec.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** Annotations of a Deployment that its replica sets do not take over. */
const OWN_ANNOTATIONS = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

const MAX_HISTORY_CHARACTERS = 2000;

type Annotations = Record<string, string>;

/** The revision of a replica set; 0 when it has none that can be read. */
export function revisionOf({ metadata }: ReplicaSet): number {
  const revision = metadata.annotations?.[REVISION] ?? '0';
  return /^[+-]?\d+$/.test(revision) ? Number(revision) : 0;
}

export function nextRevision(old: readonly ReplicaSet[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

/** The annotations that the current replica set is to carry. Nothing changes when its revision cannot be read. Models deployment_util.go SetNewReplicaSetAnnotations. */
export function currentAnnotations(deployment: Deployment, existing: Annotations | undefined, revision: number): Annotations {
  const earlier = existing?.[REVISION];
  if (earlier && !/^[+-]?\d+$/.test(earlier)) return { ...existing };
  const annotations: Annotations = { ...existing };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!OWN_ANNOTATIONS.has(key)) annotations[key] = value;
  if (Number(earlier ?? 0) >= revision) return annotations;
  annotations[REVISION] = String(revision);
  if (earlier !== undefined) appendToHistory(annotations, earlier);
  return annotations;
}

/** Keeps the revision that a replica set had before it became current again; the oldest ones give way when the list gets long. */
function appendToHistory(annotations: Annotations, revision: string): void {
  const kept = (annotations[REVISION_HISTORY] ?? '').split(',').filter(Boolean);
  while (kept.length > 0 && [...kept, revision].join(',').length > MAX_HISTORY_CHARACTERS) kept.shift();
  annotations[REVISION_HISTORY] = [...kept, revision].join(',');
}

/** The sizes by which a replica set later tells scaling from a rollout. Models deployment_util.go SetReplicasAnnotations. */
export function sizeAnnotations(deployment: Deployment): Annotations {
  const desired = desiredReplicas(deployment);
  return { [DESIRED_REPLICAS]: String(desired), [MAX_REPLICAS]: String(desired + maxSurge(deployment)) };
}

/** A size annotation as a number; undefined when it is missing or cannot be read. */
export function sizeAnnotation({ metadata }: ReplicaSet, key: string): number | undefined {
  const text = metadata.annotations?.[key];
  return text !== undefined && /^\d+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined;
}
