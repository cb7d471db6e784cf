import type { AnalysisRun, AnalysisRunStatus, Measurement, Metric } from '../../../kube/types/rollouts.ts';
import type { Clock } from '../../../system/clock.ts';
import { cloneJson } from '../../../system/json.ts';
import { ApiError } from '../../api/api-error.ts';
import type { ApiClient } from '../../api/client.ts';
import type { EventSink } from '../../controllers/event-recorder.ts';
import { AnalysisProblem } from './analysis-problem.ts';
import { eventTypeOf, isCompleted } from './analysis-phase.ts';
import { countMeasurement, preciseTime } from './measurement.ts';
import { dueTasks, isTerminating, nextPassMs, resultOf, type MetricTask } from './metric-tasks.ts';
import { matchRules, validateMetrics } from './metric-validation.ts';
import { ProviderError, type MeasuredMetric, type Provider } from './providers/provider.ts';
import { assessRun } from './run-assessment.ts';
import { redact, withoutSecrets, withSecrets } from './secret-arguments.ts';
import { resolveMetric } from './template-arguments.ts';

/** Measurements that a metric keeps unless measurementRetention says otherwise. */
const KEPT_MEASUREMENTS = 10;

export interface PassTools {
  api: ApiClient;
  clock: Clock;
  events: EventSink;
  /** Throws ProviderError. */
  providerFor: (metric: Metric) => Provider;
}

export interface PassOutcome {
  status: AnalysisRunStatus;
  /** When time alone makes another pass necessary. */
  nextPassMs?: number;
}

/** What a run asks for, once its arguments are in it and its rules hold. */
interface Plan {
  metrics: Metric[];
  dryRun: ReadonlySet<string>;
  retention: ReadonlyMap<string, { limit: number }>;
}

interface Measured {
  name: string;
  measurement: Measurement;
  isContinued: boolean;
  metadata: Record<string, string> | undefined;
}

/** One look at a run that has not completed: takes the measurements that are due and judges. Models analysis.go reconcileAnalysisRun. */
export class AnalysisPass {
  readonly #tools: PassTools;
  readonly #run: AnalysisRun;
  readonly #status: AnalysisRunStatus;
  #secrets: ReadonlySet<string> = new Set();

  constructor(tools: PassTools, run: AnalysisRun) {
    this.#tools = tools;
    this.#run = run;
    this.#status = cloneJson(run.status ?? { phase: '' });
    this.#status.metricResults ??= [];
  }

  /** Answers at once unless a measurement has to be waited for. */
  execute(): PassOutcome | Promise<PassOutcome> {
    let plan: Plan;
    let measuring: (Measured | Promise<Measured>)[];
    try {
      plan = this.#plan();
      measuring = this.#measure(plan);
    } catch (error) {
      if (!(error instanceof AnalysisProblem)) throw error;
      return this.#refuse(error.message);
    }
    if (measuring.every(isKnown)) return this.#conclude(plan, measuring);
    return Promise.all(measuring.map(async (measured) => measured)).then((measured) => this.#conclude(plan, measured));
  }

  #plan(): Plan {
    const { spec } = this.#run;
    const metrics = explaining('Unable to resolve metric arguments', () => {
      const args = withoutSecrets(spec.args ?? []);
      return spec.metrics.map((metric) => resolveMetric(metric, args));
    });
    return explaining('Analysis spec invalid', () => {
      validateMetrics(metrics);
      const dryRun = new Set(matchRules('dryRun', spec.dryRun ?? [], metrics).keys());
      return { metrics, dryRun, retention: matchRules('measurementRetention', spec.measurementRetention ?? [], metrics) };
    });
  }

  /** An unusable run ends without having been measured; nothing says when. */
  #refuse(message: string): PassOutcome {
    this.#status.phase = 'Error';
    this.#status.message = message;
    this.#announceEnd('Error');
    return { status: this.#status };
  }

  #measure({ metrics }: Plan): (Measured | Promise<Measured>)[] {
    const { spec, metadata } = this.#run;
    const isEnding = isTerminating(this.#run, this.#status);
    const tasks = dueTasks(this.#status, metrics, isEnding, this.#tools.clock.now());
    return explaining('Unable to resolve metric arguments', () => {
      const { args, secrets } = withSecrets(this.#tools.api, metadata.namespace!, spec.args ?? []);
      this.#secrets = secrets;
      const resolved = tasks.map((task) => ({ task, metric: resolveMetric(spec.metrics[task.index]!, args) }));
      return resolved.map(({ task, metric }) => this.#perform(task, metric, isEnding));
    });
  }

  #perform({ inProgress }: MetricTask, metric: Metric, isEnding: boolean): Measured | Promise<Measured> {
    const measured: MeasuredMetric = { run: this.#run, metric, result: resultOf(this.#status, metric.name) };
    const isContinued = inProgress !== undefined;
    try {
      const provider = this.#tools.providerFor(metric);
      const metadata = provider.metadata?.(metric);
      const as = (measurement: Measurement): Measured => ({ name: metric.name, measurement, isContinued, metadata });
      if (!inProgress) {
        const begun = provider.run(measured);
        return begun instanceof Promise ? begun.then(as) : as(begun);
      }
      if (!isEnding) return as(provider.resume(measured, inProgress));
      const ended = provider.terminate(measured, inProgress);
      return as(ended.phase === 'Error' ? ended : { ...ended, message: 'Metric Terminated' });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const begun: Measurement = inProgress ?? { phase: 'Error', startedAt: preciseTime(this.#tools.clock.now()) };
      return { name: metric.name, measurement: { ...begun, phase: 'Error', message: error.message }, isContinued, metadata: undefined };
    }
  }

  #conclude(plan: Plan, measured: readonly Measured[]): PassOutcome {
    for (const each of measured) this.#record(each, plan.dryRun.has(each.name));
    this.#judge(plan);
    this.#trimMeasurements(plan);
    const next = nextPassMs(this.#status, plan.metrics, this.#tools.clock.now());
    return { status: this.#status, ...(next !== undefined && { nextPassMs: next }) };
  }

  #record({ name, measurement, isContinued, metadata }: Measured, isDryRun: boolean): void {
    const results = this.#status.metricResults!;
    const known = resultOf(this.#status, name) ?? { name, phase: 'Running', dryRun: isDryRun, ...(metadata && { metadata }) };
    const ended = isCompleted(measurement.phase);
    const counted = ended ? countMeasurement(known, measurement.phase) : known;
    const recorded: Measurement = {
      ...measurement,
      ...(ended && { finishedAt: measurement.finishedAt ?? preciseTime(this.#tools.clock.now()) }),
      ...(measurement.message !== undefined && { message: redact(measurement.message, this.#secrets) }),
    };
    const earlier = known.measurements ?? [];
    const measurements = [...(isContinued ? earlier.slice(0, -1) : earlier), recorded];
    const index = results.findIndex((result) => result.name === name);
    results.splice(index === -1 ? results.length : index, 1, { ...counted, measurements });
  }

  #judge({ metrics, dryRun }: Plan): void {
    const { phase, message } = assessRun({
      run: this.#run,
      status: this.#status,
      metrics,
      isDryRun: (name) => dryRun.has(name),
      nowMs: this.#tools.clock.now(),
      onMetricCompleted: (name, end) => this.#tell(end, `Metric${end}`, `Metric '${name}' Completed. Result: ${end}`),
    });
    if (phase === this.#status.phase) return;
    this.#status.phase = phase;
    this.#status.message = message;
    if (!isCompleted(phase)) return;
    this.#announceEnd(phase);
    this.#status.completedAt ??= preciseTime(this.#tools.clock.now());
  }

  #announceEnd(phase: Measurement['phase']): void {
    this.#tell(phase, `AnalysisRun${phase}`, `Analysis Completed. Result: ${phase}`);
  }

  #tell(end: Measurement['phase'], reason: string, message: string): void {
    this.#tools.events.record(this.#run, eventTypeOf(end), reason, message);
  }

  /** Keeps the newest measurements; where that fails the old ones stay until the next pass. */
  #trimMeasurements({ metrics, retention }: Plan): void {
    for (const result of this.#status.metricResults!) {
      const configured = retention.get(result.name)?.limit ?? 0;
      const limit = configured > 0 ? configured : KEPT_MEASUREMENTS;
      const metric = metrics.find(({ name }) => name === result.name);
      if (!metric || (result.measurements?.length ?? 0) <= limit) continue;
      try {
        this.#tools.providerFor(metric).collectGarbage?.(this.#run, limit);
        result.measurements = result.measurements!.slice(-limit);
      } catch (error) {
        if (!(error instanceof ApiError) && !(error instanceof ProviderError)) throw error;
      }
    }
  }
}

function isKnown(measured: Measured | Promise<Measured>): measured is Measured {
  return !(measured instanceof Promise);
}

/** Puts what the attempt was for before the message of an AnalysisProblem. */
function explaining<T>(purpose: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof AnalysisProblem) throw new AnalysisProblem(`${purpose}: ${error.message}`);
    throw error;
  }
}
