import type { AnalysisRun, AnalysisRunStatus, Measurement, Metric, MetricResult } from '../../../kube/types/rollouts.ts';
import { isCompleted } from './analysis-phase.ts';
import { parseGoDuration } from './go-duration.ts';
import { effectiveCount } from './metric-limits.ts';

/** When a measurement that ended in an error is taken again, whatever the interval. */
const ERROR_RETRY_MS = 10_000;

/** A metric that is to be measured in this pass; with the measurement that goes on, if one does. */
export interface MetricTask {
  /** Index in spec.metrics. */
  index: number;
  inProgress?: Measurement;
}

export function resultOf(status: AnalysisRunStatus, name: string): MetricResult | undefined {
  return status.metricResults?.find((result) => result.name === name);
}

/** Whether the run is to end: it was told to, or a metric that counts did not succeed. */
export function isTerminating({ spec }: AnalysisRun, status: AnalysisRunStatus): boolean {
  if (spec.terminate) return true;
  return (status.metricResults ?? []).some(({ phase, dryRun }) => !dryRun && isCompleted(phase) && phase !== 'Successful');
}

/** What is to be measured now. Models analysis.go generateMetricTasks. */
export function dueTasks(status: AnalysisRunStatus, metrics: readonly Metric[], isEnding: boolean, nowMs: number): MetricTask[] {
  return metrics.flatMap((metric, index): MetricTask[] => {
    const result = resultOf(status, metric.name);
    const last = result?.measurements?.at(-1);
    if (isCompleted(result?.phase)) return [];
    if (last && !last.finishedAt) return isEnding || isPast(last.resumeAt, nowMs) ? [{ index, inProgress: last }] : [];
    if (isEnding) return [];
    if (!last) return isPastInitialDelay(metric, status, nowMs) ? [{ index }] : [];
    if (hasAllMeasurements(metric, result!)) return [];
    return nowMs > Date.parse(last.finishedAt!) + retryDelayMs(metric, last) ? [{ index }] : [];
  });
}

function isPast(time: string | undefined, nowMs: number): boolean {
  return time === undefined || Date.parse(time) <= nowMs;
}

function isPastInitialDelay({ initialDelay = '' }: Metric, { startedAt }: AnalysisRunStatus, nowMs: number): boolean {
  if (initialDelay === '') return true;
  return startedAt !== undefined && Date.parse(startedAt) + parseGoDuration(initialDelay) <= nowMs;
}

function hasAllMeasurements(metric: Metric, { count = 0 }: MetricResult): boolean {
  const wanted = effectiveCount(metric);
  return wanted !== undefined && count >= wanted;
}

function retryDelayMs({ interval = '' }: Metric, last: Measurement): number {
  return last.phase === 'Error' || interval === '' ? ERROR_RETRY_MS : parseGoDuration(interval);
}

/** When the run has to be looked at again, if time alone brings it on. Models analysis.go calculateNextReconcileTime. */
export function nextPassMs(status: AnalysisRunStatus, metrics: readonly Metric[], nowMs: number): number | undefined {
  const times = metrics.map((metric) => nextTimeOf(metric, status, nowMs)).filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function nextTimeOf(metric: Metric, status: AnalysisRunStatus, nowMs: number): number | undefined {
  const result = resultOf(status, metric.name);
  const last = result?.measurements?.at(-1);
  if (isCompleted(result?.phase)) return undefined;
  if (!last) {
    const { initialDelay = '' } = metric;
    if (initialDelay === '') return undefined;
    return (status.startedAt === undefined ? nowMs : Date.parse(status.startedAt)) + parseGoDuration(initialDelay);
  }
  if (!last.finishedAt) return last.resumeAt === undefined ? undefined : Date.parse(last.resumeAt);
  if (hasAllMeasurements(metric, result!)) return undefined;
  return Date.parse(last.finishedAt) + retryDelayMs(metric, last);
}
