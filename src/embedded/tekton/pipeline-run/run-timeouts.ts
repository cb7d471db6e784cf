import { DEFAULT_TIMEOUT, timeoutMs } from '../durations.ts';
import type { PipelineRun } from '../types.ts';

/** How long a run and its parts may take, in milliseconds; undefined for a part without a limit of its own, 0 for as long as it likes. */
export interface RunLimits {
  pipelineMs: number;
  tasksMs: number | undefined;
  finallyMs: number | undefined;
}

/** Models pkg/apis/pipeline/v1 PipelineTimeout, TasksTimeout and FinallyTimeout: the part that is not named is what the other leaves. */
export function limitsOf({ spec }: PipelineRun): RunLimits {
  const pipelineMs = timeoutMs(spec.timeouts?.pipeline ?? DEFAULT_TIMEOUT) ?? 0;
  const [tasks, last] = [timeoutMs(spec.timeouts?.tasks), timeoutMs(spec.timeouts?.finally)];
  const rest = (other: number | undefined): number | undefined =>
    other === undefined || other === 0 || pipelineMs === 0 ? undefined : pipelineMs - other;
  return { pipelineMs, tasksMs: tasks ?? rest(last), finallyMs: last ?? rest(tasks) };
}

/** Whether a time that began then has been exceeded. */
export function isOverdue(since: string | undefined, limitMs: number | undefined, nowMs: number): boolean {
  return since !== undefined && limitMs !== undefined && limitMs !== 0 && nowMs - Date.parse(since) >= limitMs;
}

/** How long until the next of the run's limits is reached; undefined when there is none to come. */
export function untilNextLimitMs(run: PipelineRun, nowMs: number): number | undefined {
  const { startTime, finallyStartTime } = run.status ?? {};
  const { pipelineMs, tasksMs, finallyMs } = limitsOf(run);
  const dues = [
    [startTime, pipelineMs],
    [finallyStartTime === undefined ? startTime : undefined, tasksMs],
    [finallyStartTime, finallyMs],
  ] as const;
  const waits = dues.flatMap(([since, limitMs]) => (since !== undefined && limitMs ? [Date.parse(since) + limitMs - nowMs] : []));
  const future = waits.filter((waitMs) => waitMs > 0);
  return future.length > 0 ? Math.min(...future) : undefined;
}
