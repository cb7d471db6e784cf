import type { Pod } from '../../../kube/types/core.ts';
import type { Condition } from '../../../kube/types/meta.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import { conditionOf } from '../pod-state.ts';
import { COMPLETION_INDEX } from './completion-indexes.ts';

export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
const DEFAULT_BACKOFF_LIMIT = 6;

export type JobStatus = NonNullable<Job['status']>;

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}

export function isSuspended({ spec }: Job): boolean {
  return spec.suspend ?? false;
}

export function backoffLimit({ spec }: Job): number {
  return spec.backoffLimit ?? DEFAULT_BACKOFF_LIMIT;
}

/** How many pods are to succeed; undefined for a work queue, which is done when one has succeeded and the others have ended. */
export function completions({ spec }: Job): number | undefined {
  return spec.completions ?? (spec.parallelism === undefined ? 1 : undefined);
}

/** The condition that says that the Job is over: Complete or Failed. */
export function finishedCondition({ status }: Job): Condition | undefined {
  return ['Complete', 'Failed'].map((type) => conditionOf(status, type)).find((condition) => condition?.status === 'True');
}

/** Whether only pods that reached their end are replaced, and not those that are being deleted. */
export function replacesOnlyFailed({ spec }: Job): boolean {
  return (spec.podReplacementPolicy ?? (spec['podFailurePolicy'] ? 'Failed' : undefined)) === 'Failed';
}

/** Models job_controller.go isPodFailed: a pod that is being deleted before its end counts as failed. */
export function isPodFailed(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === 'Failed') return true;
  return !replacesOnlyFailed(job) && pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== 'Succeeded';
}

export function hasTrackingFinalizer({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;
}

/** The index of a pod of an Indexed Job; undefined when it has none within the Job's completions. */
export function validIndex(pod: Pod, job: Job): number | undefined {
  const index = Number(pod.metadata.annotations?.[COMPLETION_INDEX] ?? NaN);
  return Number.isInteger(index) && index >= 0 && index < (completions(job) ?? 0) ? index : undefined;
}
