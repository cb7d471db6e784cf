import type { KubeObject } from '../../../../kube/types/meta.ts';
import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { REVISION } from '../names.ts';

/** The revision of a Rollout or ReplicaSet; 0 when it has none that can be read. */
export function revisionOf(object: KubeObject): number {
  return readRevision(object) ?? 0;
}

function readRevision({ metadata }: KubeObject): number | undefined {
  const text = metadata.annotations?.[REVISION];
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** The revision that the next new ReplicaSet gets. */
export function nextRevision(older: readonly ReplicaSet[]): number {
  return Math.max(0, ...older.map(revisionOf)) + 1;
}

/** Newest revision first; of equal ones the youngest first. Models ReplicaSetsByRevisionNumber, reversed. */
export function byRevisionDescending(a: ReplicaSet, b: ReplicaSet): number {
  const [first, second] = [readRevision(a), readRevision(b)];
  if (first !== undefined && second !== undefined && first !== second) return second - first;
  if ((first === undefined) !== (second === undefined)) return first === undefined ? 1 : -1;
  return createdMs(b) - createdMs(a);
}

/** Oldest first; of those created in the same second by name. */
export function byCreation(a: KubeObject, b: KubeObject): number {
  return createdMs(a) - createdMs(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

/** When an object was created, in milliseconds since the epoch; whole seconds. */
export function createdMs({ metadata }: KubeObject): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}
