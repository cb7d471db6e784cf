import type { ContainerStatus, Pod } from '../../../../kube/types/core.ts';
import { controllerOf } from '../../../../kube/types/meta.ts';
import type { AnalysisRun, Measurement } from '../../../../kube/types/rollouts.ts';
import type { Job } from '../../../../kube/types/workloads.ts';
import type { Clock } from '../../../../system/clock.ts';
import { cloneJson } from '../../../../system/json.ts';
import { ApiError } from '../../../api/api-error.ts';
import type { ApiClient } from '../../../api/client.ts';
import { matchesLabelSelector } from '../../../api/selectors.ts';
import { controllerReference } from '../../../controllers/ownership.ts';
import { preciseTime, withError } from '../measurement.ts';
import type { MeasuredMetric, Provider } from './provider.ts';

const JOBS = 'jobs.batch';
/** On a metric's Job and its pods: the uid of the AnalysisRun. */
export const RUN_UID_LABEL = 'analysisrun.argoproj.io/uid';
const RUN_NAME = 'analysisrun.argoproj.io/name';
const RUN_NAMESPACE = 'analysisrun.argoproj.io/namespace';
const METRIC_NAME = 'analysisrun.argoproj.io/metric-name';
/** Job names become label values. */
const LONGEST_JOB_NAME = 63;
/** Reasons of waiting containers that no patience helps against. */
const TERMINAL_REASONS: ReadonlySet<string> = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName']);

/** Measures by running a Job: its end decides, conditions do not count. Models metricproviders/job. */
export class JobProvider implements Provider {
  readonly #api: ApiClient;
  readonly #clock: Clock;

  constructor({ api, clock }: { api: ApiClient; clock: Clock }) {
    this.#api = api;
    this.#clock = clock;
  }

  run(measured: MeasuredMetric): Measurement {
    const now = preciseTime(this.#clock.now());
    const begun: Measurement = { phase: 'Running', startedAt: now };
    try {
      const { name, namespace } = this.#createOrFind(jobFor(measured), measured.run).metadata;
      return { ...begun, metadata: { 'job-name': name, 'job-namespace': namespace! }, resumeAt: now };
    } catch (error) {
      return this.#failedBy(error, begun);
    }
  }

  resume({ run }: MeasuredMetric, measurement: Measurement): Measurement {
    const found = this.#jobOf(run, measurement);
    if (typeof found === 'string') return withError(measurement, found, this.#clock.now());
    const end = endOf(found);
    if (end) return this.#ended(measurement, end);
    const hopeless = this.#podsOf(found).map(terminalProblem).find(Boolean);
    if (hopeless !== undefined) return this.#ended({ ...measurement, message: hopeless }, 'Inconclusive');
    return { ...measurement, resumeAt: preciseTime(this.#nextLookMs(measurement)) };
  }

  terminate({ run }: MeasuredMetric, measurement: Measurement): Measurement {
    const { 'job-name': name, 'job-namespace': namespace } = measurement.metadata ?? {};
    if (!name) return withError(measurement, 'job metadata reference missing', this.#clock.now());
    try {
      this.#delete(namespace ?? run.metadata.namespace!, name);
      return this.#ended(measurement, 'Inconclusive');
    } catch (error) {
      return this.#failedBy(error, measurement);
    }
  }

  /** Counts the Jobs of all the run's metrics together. */
  collectGarbage(run: AnalysisRun, limit: number): void {
    const jobs = this.#api
      .list<Job>(JOBS, { selector: { matchLabels: { [RUN_UID_LABEL]: run.metadata.uid! } } })
      .sort((a, b) => (a.metadata.creationTimestamp! < b.metadata.creationTimestamp! ? -1 : 1));
    for (const { metadata } of jobs.slice(0, Math.max(0, jobs.length - limit))) this.#delete(metadata.namespace!, metadata.name);
  }

  /** A Job of that name that this run controls already is taken for the one that was to be made. */
  #createOrFind(job: Job, run: AnalysisRun): Job {
    try {
      return this.#api.create(JOBS, job);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
      const existing = this.#api.get<Job>(JOBS, job.metadata.namespace, job.metadata.name);
      if (!existing || controllerOf(existing)?.uid !== run.metadata.uid) throw error;
      return existing;
    }
  }

  /** The Job, or why there is none; the controller sees only Jobs that carry the label. */
  #jobOf(run: AnalysisRun, { metadata = {} }: Measurement): Job | string {
    const { 'job-name': name, 'job-namespace': namespace = run.metadata.namespace } = metadata;
    if (!name) return 'job metadata reference missing';
    const job = this.#api.get<Job>(JOBS, namespace, name);
    return job && RUN_UID_LABEL in (job.metadata.labels ?? {}) ? job : `job.batch "${name}" not found`;
  }

  #podsOf({ metadata, spec }: Job): Pod[] {
    if (!spec.selector) return [];
    const pods = this.#api.list<Pod>('pods', { namespace: metadata.namespace!, selector: spec.selector });
    return pods.filter((pod) =>
      matchesLabelSelector({ matchExpressions: [{ key: RUN_UID_LABEL, operator: 'Exists' }] }, pod.metadata.labels ?? {}),
    );
  }

  /** The longer a Job runs, the more rarely it is looked at. */
  #nextLookMs({ startedAt }: Measurement): number {
    const nowMs = this.#clock.now();
    const elapsedSeconds = Math.max(0, (nowMs - Date.parse(startedAt!)) / 1_000);
    return nowMs + Math.sqrt(2 * elapsedSeconds) * 1_000;
  }

  #ended(measurement: Measurement, phase: Measurement['phase']): Measurement {
    return { ...measurement, phase, finishedAt: preciseTime(this.#clock.now()) };
  }

  #failedBy(error: unknown, measurement: Measurement): Measurement {
    if (!(error instanceof ApiError)) throw error;
    return withError(measurement, error.message, this.#clock.now());
  }

  #delete(namespace: string, name: string): void {
    try {
      this.#api.delete(JOBS, namespace, name, { propagationPolicy: 'Foreground' });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
    }
  }
}

function jobFor({ run, metric, result }: MeasuredMetric): Job {
  const { metadata = {}, spec: given } = metric.provider.job!;
  const uid = run.metadata.uid!;
  const spec = cloneJson(given);
  spec.template = { ...spec.template, metadata: withLabel(spec.template.metadata, uid) };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(uid, metric.name, (result?.count ?? 0) + (result?.error ?? 0) + 1),
      namespace: run.metadata.namespace!,
      ownerReferences: [controllerReference(run)],
      annotations: {
        ...metadata.annotations,
        [RUN_NAME]: run.metadata.name,
        [RUN_NAMESPACE]: run.metadata.namespace!,
        [METRIC_NAME]: metric.name,
      },
      labels: { ...metadata.labels, [RUN_UID_LABEL]: uid },
    },
    spec,
  };
}

type TemplateMetadata = Job['spec']['template']['metadata'];

function withLabel(metadata: TemplateMetadata, uid: string): TemplateMetadata {
  return { ...metadata, labels: { ...metadata?.labels, [RUN_UID_LABEL]: uid } };
}

/** The name of the metric gives way when the whole is too long. */
function jobName(uid: string, metricName: string, number: number): string {
  const excess = `${uid}.${metricName}.${number}`.length - LONGEST_JOB_NAME;
  return `${uid}.${excess > 0 ? metricName.slice(0, -excess) : metricName}.${number}`;
}

/** As the provider reads them: a condition counts by its type alone, the last one decides. */
function endOf({ status }: Job): 'Successful' | 'Failed' | undefined {
  const ends = { Complete: 'Successful', Failed: 'Failed' } as const;
  return status?.conditions
    ?.map(({ type }) => (type in ends ? ends[type as keyof typeof ends] : undefined))
    .filter((end) => end !== undefined)
    .at(-1);
}

function terminalProblem({ metadata, status = {} }: Pod): string | undefined {
  const containers: ContainerStatus[] = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  for (const { name, state } of containers) {
    const { reason = '', message = '' } = state?.waiting ?? {};
    if (TERMINAL_REASONS.has(reason)) return `Pod ${metadata.name}, container ${name} has terminal error (${reason}): ${message}\n`;
  }
  return undefined;
}
