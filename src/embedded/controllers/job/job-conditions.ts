import type { Pod } from '../../../kube/types/core.ts';
import type { Condition } from '../../../kube/types/meta.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { conditionOf } from '../pod-state.ts';
import { backoffLimit, isSuspended, type JobStatus } from './job-spec.ts';

/** A Job's condition with the times that the real controller gives it. */
export function jobCondition(type: string, status: 'True' | 'False', reason: string, message: string, nowMs: number): Condition {
  const now = toSecondsTimestamp(nowMs);
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

/** Adds or replaces a condition, in place; one that was never there is not added as False. Answers whether anything changed. Models ensureJobConditionStatus. */
export function ensureCondition(status: JobStatus, condition: Condition): boolean {
  const conditions = status.conditions ?? [];
  const current = conditions.find(({ type }) => type === condition.type);
  if (!current && condition.status === 'False') return false;
  if (current?.status === condition.status && current.reason === condition.reason && current.message === condition.message) return false;
  status.conditions = current ? conditions.map((other) => (other === current ? condition : other)) : [...conditions, condition];
  return true;
}

/** What has already been decided about how the Job ends: success criteria that were met, or the failure it is heading for. */
export function decidedEnd({ status }: Job, nowMs: number): Condition | undefined {
  const met = conditionOf(status, 'SuccessCriteriaMet');
  if (met?.status === 'True') return met;
  const target = conditionOf(status, 'FailureTarget');
  return target?.status === 'True' ? jobCondition('Failed', 'True', target.reason ?? '', target.message ?? '', nowMs) : undefined;
}

/** The failure that the Job's limits now amount to, if any. */
export function failureByLimits(job: Job, failedCount: number, pods: readonly Pod[], nowMs: number): Condition | undefined {
  if (failedCount > backoffLimit(job) || restartsExceedLimit(job, pods)) {
    return jobCondition('FailureTarget', 'True', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', nowMs);
  }
  const remainingMs = untilDeadlineMs(job, nowMs);
  if (remainingMs === undefined || remainingMs > 0) return undefined;
  return jobCondition('FailureTarget', 'True', 'DeadlineExceeded', 'Job was active longer than specified deadline', nowMs);
}

/** How long the Job may still be active; undefined when it may be for ever. */
export function untilDeadlineMs(job: Job, nowMs: number): number | undefined {
  const seconds = job.spec.activeDeadlineSeconds;
  const startTime = job.status?.startTime;
  if (seconds === undefined || startTime === undefined || isSuspended(job)) return undefined;
  return Date.parse(startTime) + seconds * 1000 - nowMs;
}

/** Models pastBackoffLimitOnFailure: with restartPolicy OnFailure the restarts of containers count as failures. */
function restartsExceedLimit(job: Job, pods: readonly Pod[]): boolean {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false;
  const unfinished = pods.filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending');
  const statuses = unfinished.flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]);
  const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  return backoffLimit(job) === 0 ? restarts > 0 : restarts >= backoffLimit(job);
}

export function completionsReached(nowMs: number): Condition {
  return jobCondition('SuccessCriteriaMet', 'True', 'CompletionsReached', 'Reached expected number of succeeded pods', nowMs);
}
