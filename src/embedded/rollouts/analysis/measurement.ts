import type { Measurement, MetricResult } from '../../../kube/types/rollouts.ts';

/**
 * A time in a pass that is under way. It has milliseconds, like the controller's own; what is stored has whole seconds,
 * so that a controller which reads a time back finds it up to a second earlier.
 */
export function preciseTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** The measurement, ended by an error. */
export function withError(measurement: Measurement, message: string, nowMs: number): Measurement {
  return { ...measurement, phase: 'Error', message, finishedAt: measurement.finishedAt ?? preciseTime(nowMs) };
}

/** The result with one more completed measurement counted: an error counts as error only, and any success ends a row of errors. */
export function countMeasurement(result: MetricResult, phase: Measurement['phase']): MetricResult {
  const { count = 0, successful = 0, failed = 0, inconclusive = 0, error = 0, consecutiveError = 0, consecutiveSuccess = 0 } = result;
  switch (phase) {
    case 'Successful':
      return { ...result, count: count + 1, successful: successful + 1, consecutiveError: 0, consecutiveSuccess: consecutiveSuccess + 1 };
    case 'Failed':
      return { ...result, count: count + 1, failed: failed + 1, consecutiveError: 0, consecutiveSuccess: 0 };
    case 'Inconclusive':
      return { ...result, count: count + 1, inconclusive: inconclusive + 1, consecutiveError: 0, consecutiveSuccess: 0 };
    case 'Error':
      return { ...result, error: error + 1, consecutiveError: consecutiveError + 1, consecutiveSuccess: 0 };
    default:
      return result;
  }
}
