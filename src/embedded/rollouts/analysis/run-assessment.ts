import type {
  AnalysisPhase,
  AnalysisRun,
  AnalysisRunStatus,
  AnalysisRunSummary,
  Metric,
  MetricResult,
} from '../../../kube/types/rollouts.ts';
import { isCompleted, isWorse } from './analysis-phase.ts';
import { preciseTime } from './measurement.ts';
import { assessMetric, exceededLimit, type ExceededLimit } from './metric-verdict.ts';
import { isTerminating, resultOf } from './metric-tasks.ts';

export interface RunVerdict {
  phase: AnalysisPhase;
  message: string;
}

export interface AssessmentParts {
  run: AnalysisRun;
  /** Is brought up to date: phases and messages of metrics, the summaries, startedAt. */
  status: AnalysisRunStatus;
  metrics: readonly Metric[];
  isDryRun: (metricName: string) => boolean;
  nowMs: number;
  /** Hears of each metric that has just come to its end. */
  onMetricCompleted: (name: string, phase: AnalysisPhase) => void;
}

const SUMMARY_FIELDS = { Successful: 'successful', Failed: 'failed', Inconclusive: 'inconclusive', Error: 'error' } as const;

/**
 * Judges the run by its metrics: Running until all have ended, then as bad as the worst of those that count.
 * Models analysis.go assessRunStatus.
 */
export function assessRun(parts: AssessmentParts): RunVerdict {
  const { run, status, metrics, isDryRun, nowMs } = parts;
  const isEnding = isTerminating(run, status);
  status.startedAt ??= preciseTime(nowMs);
  const runSummary: AnalysisRunSummary = {};
  const dryRunSummary: AnalysisRunSummary = {};
  let worst: AnalysisPhase | undefined;
  let message = run.spec.terminate ? 'Run Terminated' : '';
  let isEverythingCompleted = true;
  for (const metric of metrics) {
    const isDry = isDryRun(metric.name);
    const summary = isDry ? dryRunSummary : runSummary;
    summary.count = (summary.count ?? 0) + 1;
    const result = resultOf(status, metric.name);
    if (result) bringUpToDate(metric, result, isEnding, parts);
    if (!result || !isCompleted(result.phase)) {
      isEverythingCompleted = false;
      continue;
    }
    const exceeded = exceededLimit(metric, result);
    addToSummary(summary, exceeded);
    if (isDry) {
      worst ??= 'Successful';
      if (exceeded) result.message = `Metric assessed ${result.phase} due to ${exceeded.reason}`;
    } else if (!worst || isWorse(result.phase, worst)) {
      if (exceeded) message = explain(metric, result, exceeded);
      worst = result.phase;
    }
  }
  status.runSummary = runSummary;
  status.dryRunSummary = dryRunSummary;
  if (isEnding) return { phase: worst ?? 'Successful', message: message.trim() };
  return isEverythingCompleted && worst ? { phase: worst, message: message.trim() } : { phase: 'Running', message: '' };
}

function bringUpToDate(metric: Metric, result: MetricResult, isEnding: boolean, { onMetricCompleted }: AssessmentParts): void {
  const phase = assessMetric(metric, result, isEnding);
  if (phase === result.phase) return;
  if (isCompleted(phase)) onMetricCompleted(metric.name, phase);
  const last = result.measurements?.at(-1);
  if (last) result.message = last.message ?? '';
  result.phase = phase;
}

/** Counts what exceeded no limit as success. */
function addToSummary(summary: AnalysisRunSummary, exceeded: ExceededLimit | undefined): void {
  const field = SUMMARY_FIELDS[exceeded?.phase ?? 'Successful'];
  summary[field] = (summary[field] ?? 0) + 1;
}

function explain({ name }: Metric, { phase, message }: MetricResult, { reason }: ExceededLimit): string {
  return `Metric "${name}" assessed ${phase} due to ${reason}${message ? `: "Error Message: ${message}"` : ''}`;
}
