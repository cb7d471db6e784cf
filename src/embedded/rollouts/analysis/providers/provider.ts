import type { AnalysisRun, Measurement, Metric, MetricResult } from '../../../../kube/types/rollouts.ts';

/** What a provider is asked about: the metric has its arguments in it, secrets included. */
export interface MeasuredMetric {
  run: AnalysisRun;
  metric: Metric;
  /** What is known of the metric so far. */
  result: MetricResult | undefined;
}

/** Takes measurements of one kind; what goes wrong becomes a measurement in phase Error. */
export interface Provider {
  /** Begins a measurement; one that has not ended when it is answered is resumed later. */
  run(measured: MeasuredMetric): Measurement | Promise<Measurement>;
  /** Looks after a measurement that has not ended. */
  resume(measured: MeasuredMetric, measurement: Measurement): Measurement;
  /** Ends a measurement early. */
  terminate(measured: MeasuredMetric, measurement: Measurement): Measurement;
  /** Removes what measurements beyond the newest `limit` left behind. Throws ApiError. */
  collectGarbage?(run: AnalysisRun, limit: number): void;
  /** Kept with the metric's result. */
  metadata?(metric: Metric): Record<string, string>;
}

/** A metric that no provider can be made for; the message becomes that of the measurement. */
export class ProviderError extends Error {}
