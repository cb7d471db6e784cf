import type { Pod } from '../../../kube/types/core.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import { isPodActive, isPodReady, isPodTerminal } from '../pod-state.ts';
import { parseIndexes } from './completion-indexes.ts';
import { completions, hasTrackingFinalizer, isIndexed, isPodFailed, validIndex } from './job-spec.ts';

/** What the pods of a Job amount to at the beginning of a pass. */
export interface JobCount {
  active: readonly Pod[];
  ready: number;
  terminating: number;
  /** Pods that ended since the status was last written. */
  newlySucceeded: readonly Pod[];
  newlyFailed: readonly Pod[];
  /** Pods, or indexes of an Indexed Job, that have succeeded in all. */
  succeeded: number;
  failed: number;
  /** Of an Indexed Job, the indexes that have succeeded. */
  succeededIndexes: ReadonlySet<number>;
}

/** Models the counting at the start of job_controller.go syncJob. */
export function countPods(job: Job, pods: readonly Pod[]): JobCount {
  const active = pods.filter(isPodActive);
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  const newlySucceeded = newlyEnded(job, pods, succeeded, ({ status }) => status?.phase === 'Succeeded');
  const newlyFailed = newlyEnded(job, pods, failed, (pod) => isPodFailed(pod, job));
  const indexes = succeededIndexes(job, pods);
  return {
    active,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter((pod) => !isPodTerminal(pod) && pod.metadata.deletionTimestamp).length,
    newlySucceeded,
    newlyFailed,
    succeeded: isIndexed(job) ? indexes.size : (job.status?.succeeded ?? 0) + newlySucceeded.length + succeeded.length,
    failed: (job.status?.failed ?? 0) + newlyFailed.length + failed.length,
    succeededIndexes: indexes,
  };
}

function newlyEnded(job: Job, pods: readonly Pod[], uncounted: readonly string[], hasEnded: (pod: Pod) => boolean): Pod[] {
  return pods.filter(
    (pod) =>
      hasTrackingFinalizer(pod) &&
      !uncounted.includes(pod.metadata.uid!) &&
      (!isIndexed(job) || validIndex(pod, job) !== undefined) &&
      hasEnded(pod),
  );
}

function succeededIndexes(job: Job, pods: readonly Pod[]): Set<number> {
  if (!isIndexed(job)) return new Set();
  const indexes = parseIndexes(job.status?.completedIndexes ?? '', completions(job) ?? 0);
  for (const pod of pods) {
    const index = validIndex(pod, job);
    if (pod.status?.phase === 'Succeeded' && index !== undefined) indexes.add(index);
  }
  return indexes;
}
