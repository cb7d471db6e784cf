import type { Metric, MetricProvider } from '../../../kube/types/rollouts.ts';
import { goRegExp } from '../../schema/go-regexp.ts';
import { AnalysisProblem } from './analysis-problem.ts';
import { parseGoDuration } from './go-duration.ts';
import { intValue } from './metric-limits.ts';

const PROVIDERS: readonly string[] = [
  'prometheus',
  'job',
  'web',
  'wavefront',
  'kayenta',
  'datadog',
  'newRelic',
  'cloudWatch',
  'graphite',
  'influxdb',
  'skywalking',
];

/** Throws an AnalysisProblem for the first metric that cannot be run. Models utils/analysis ValidateMetrics. */
export function validateMetrics(metrics: readonly Metric[]): void {
  if (metrics.length === 0) throw new AnalysisProblem('no metrics specified');
  const names = new Set<string>();
  metrics.forEach((metric, index) => {
    if (names.has(metric.name)) throw new AnalysisProblem(`metrics[${index}]: duplicate name '${metric.name}'`);
    names.add(metric.name);
    const problem = problemOf(metric);
    if (problem !== undefined) throw new AnalysisProblem(`metrics[${index}]: ${problem}`);
  });
}

function problemOf(metric: Metric): string | undefined {
  return problemOfLimits(metric) ?? problemOfTimes(metric) ?? problemOfProviders(metric.provider);
}

function problemOfLimits(metric: Metric): string | undefined {
  const failureLimit = intValue(metric.failureLimit);
  const consecutiveSuccessLimit = intValue(metric.consecutiveSuccessLimit);
  if (consecutiveSuccessLimit < 0) return 'consecutiveSuccessLimit must be >= 0';
  if (failureLimit < -1) return 'failureLimit must be >= 0, or -1 to be disabled';
  if (consecutiveSuccessLimit === 0 && failureLimit === -1) return 'failureLimit and consecutiveSuccessLimit cannot both be disabled';
  if (intValue(metric.inconclusiveLimit) < 0) return 'inconclusiveLimit must be >= 0';
  if (intValue(metric.consecutiveErrorLimit) < 0) return 'consecutiveErrorLimit must be >= 0';
  return intValue(metric.count) > 0 ? problemOfCount(metric) : undefined;
}

/** A metric without a count is not held against its limits. */
function problemOfCount(metric: Metric): string | undefined {
  const count = intValue(metric.count);
  const failureLimit = intValue(metric.failureLimit);
  const consecutiveSuccessLimit = intValue(metric.consecutiveSuccessLimit);
  if (failureLimit >= 0 && count < failureLimit + consecutiveSuccessLimit) {
    return `count (${count}) must be >= failureLimit + consecutiveSuccessLimit (${failureLimit} + ${consecutiveSuccessLimit}) if both >= 0`;
  }
  if (failureLimit < 0 && count < consecutiveSuccessLimit) return 'count must be >= consecutiveSuccessLimit';
  if (count < intValue(metric.inconclusiveLimit)) return 'count must be >= inconclusiveLimit';
  return undefined;
}

function problemOfTimes({ count, interval = '', initialDelay = '' }: Metric): string | undefined {
  if (intValue(count) > 1 && interval === '') return 'interval must be specified when count > 1';
  // Why: the second message names a field that no longer exists; the real one does so too.
  return problemOfDuration('interval', interval) ?? problemOfDuration('startDelay', initialDelay);
}

function problemOfDuration(field: string, text: string): string | undefined {
  if (text === '') return undefined;
  try {
    parseGoDuration(text);
    return undefined;
  } catch (error) {
    return `invalid ${field} string: ${(error as Error).message}`;
  }
}

function problemOfProviders(provider: MetricProvider): string | undefined {
  const named = PROVIDERS.filter((name) => provider[name] !== undefined && provider[name] !== null).length;
  const plugins = Object.keys(provider['plugin'] ?? {}).length;
  if (named + plugins === 0) return 'no provider specified';
  return named + plugins > 1 ? 'multiple providers specified' : undefined;
}

/**
 * The metrics that rules such as dryRun are about, by name, each with the last rule that matches it; names are unanchored regular expressions.
 * Throws an AnalysisProblem for a rule that matches nothing.
 */
export function matchRules<T extends { metricName: string }>(
  field: 'dryRun' | 'measurementRetention',
  rules: readonly T[],
  metrics: readonly Metric[],
): Map<string, T> {
  const matched = new Map<string, T>();
  rules.forEach((rule, index) => {
    const names = metrics.map(({ name }) => name).filter((name) => goRegExp(rule.metricName)?.test(name));
    if (names.length === 0) throw new AnalysisProblem(`${field}[${index}]: Rule didn't match any metric name(s)`);
    for (const name of names) matched.set(name, rule);
  });
  return matched;
}
