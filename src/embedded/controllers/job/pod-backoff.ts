import type { Pod } from '../../../kube/types/core.ts';
import { conditionOf } from '../pod-state.ts';

const FIRST_MS = 10_000;
const MAX_MS = 600_000;

/** How often pods of a Job failed since one last succeeded, and when the latest did. */
export interface BackoffRecord {
  failures: number;
  lastFailureMs: number;
}

export const NO_FAILURES: BackoffRecord = { failures: 0, lastFailureMs: -Infinity };

/** The record after more pods ended. Models backoff_utils.go newBackoffRecord. */
export function afterEnds(record: BackoffRecord, succeeded: readonly Pod[], failed: readonly Pod[]): BackoffRecord {
  if (succeeded.length === 0 && failed.length === 0) return record;
  const lastSuccessMs = Math.max(-Infinity, ...succeeded.map(finishedMs));
  const failureTimes = failed.map(finishedMs).filter((ms) => ms > lastSuccessMs);
  const failures = (succeeded.length > 0 ? 0 : record.failures) + failureTimes.length;
  return failures === 0 ? NO_FAILURES : { failures, lastFailureMs: Math.max(record.lastFailureMs, ...failureTimes) };
}

/** How long a Job still waits before it replaces failed pods: 10 s after the first failure, twice as long after each one more, at most 10 min. */
export function remainingBackoffMs({ failures, lastFailureMs }: BackoffRecord, nowMs: number): number {
  if (failures === 0) return 0;
  return Math.max(0, lastFailureMs + Math.min(MAX_MS, FIRST_MS * 2 ** (failures - 1)) - nowMs);
}

/** When a pod ended: with its last container, else when it stopped being ready, else when its deletion began. Models backoff_utils.go getFinishedTime. */
export function finishedMs(pod: Pod): number {
  return containersFinishedMs(pod) ?? unreadySinceMs(pod) ?? deletedMs(pod) ?? Date.parse(pod.metadata.creationTimestamp ?? '');
}

function containersFinishedMs({ spec, status }: Pod): number | undefined {
  const sidecars = new Set(spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
  const statuses = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ];
  const times = statuses.map(({ state }) => state?.terminated?.finishedAt);
  if (times.length === 0 || times.includes(undefined)) return undefined;
  return Math.max(...times.map((time) => Date.parse(time!)));
}

function unreadySinceMs({ status }: Pod): number | undefined {
  const ready = conditionOf(status, 'Ready');
  return ready?.status === 'False' && ready.lastTransitionTime ? Date.parse(ready.lastTransitionTime) : undefined;
}

function deletedMs({ metadata }: Pod): number | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata;
  return deletionTimestamp === undefined ? undefined : Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
}
