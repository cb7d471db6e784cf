import type { AnalysisPhase, Metric, MetricResult } from '../../../kube/types/rollouts.ts';
import { isCompleted } from './analysis-phase.ts';
import { effectiveCount, intValue } from './metric-limits.ts';

const DEFAULT_CONSECUTIVE_ERROR_LIMIT = 4;

/** Why a metric did not succeed, in the controller's words. */
export interface ExceededLimit {
  phase: 'Failed' | 'Inconclusive' | 'Error';
  reason: string;
}

/** The limit that a metric's counts exceed; of several the gravest in the order failed, inconclusive, errors in a row. */
export function exceededLimit(metric: Metric, result: MetricResult): ExceededLimit | undefined {
  const { failed = 0, inconclusive = 0, consecutiveError = 0 } = result;
  const failureLimit = intValue(metric.failureLimit);
  const inconclusiveLimit = intValue(metric.inconclusiveLimit);
  const errorLimit = metric.consecutiveErrorLimit === undefined ? DEFAULT_CONSECUTIVE_ERROR_LIMIT : intValue(metric.consecutiveErrorLimit);
  if (consecutiveError > errorLimit) {
    return { phase: 'Error', reason: `consecutiveErrors (${consecutiveError}) > consecutiveErrorLimit (${errorLimit})` };
  }
  if (inconclusive > inconclusiveLimit) {
    return { phase: 'Inconclusive', reason: `inconclusive (${inconclusive}) > inconclusiveLimit (${inconclusiveLimit})` };
  }
  if (failureLimit >= 0 && failed > failureLimit) {
    return { phase: 'Failed', reason: `failed (${failed}) > failureLimit (${failureLimit})` };
  }
  return undefined;
}

/** Where a metric stands. Models analysis.go assessMetricStatus; once it has completed it stays so. */
export function assessMetric(metric: Metric, result: MetricResult, isTerminating: boolean): AnalysisPhase {
  if (isCompleted(result.phase)) return result.phase;
  const last = result.measurements?.at(-1);
  if (!last) return isTerminating ? 'Successful' : 'Pending';
  if (!isCompleted(last.phase)) return 'Running';
  const exceeded = exceededLimit(metric, result);
  if (exceeded) return exceeded.phase;
  const consecutiveSuccessLimit = intValue(metric.consecutiveSuccessLimit);
  if (consecutiveSuccessLimit > 0 && (result.consecutiveSuccess ?? 0) >= consecutiveSuccessLimit) return 'Successful';
  const wanted = effectiveCount(metric);
  if (wanted !== undefined && (result.count ?? 0) >= wanted) return atFullCount(metric);
  return isTerminating ? 'Successful' : 'Running';
}

/** All measurements were taken, no limit was exceeded, and the successes in a row that may have been asked for did not come. */
function atFullCount(metric: Metric): AnalysisPhase {
  if (intValue(metric.consecutiveSuccessLimit) <= 0) return 'Successful';
  return intValue(metric.failureLimit) >= 0 ? 'Inconclusive' : 'Failed';
}
