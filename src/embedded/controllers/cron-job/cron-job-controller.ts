import type { ObjectReference } from '../../../kube/types/core.ts';
import { controllerOf } from '../../../kube/types/meta.ts';
import type { CronJob, Job } from '../../../kube/types/workloads.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { ApiError } from '../../api/api-error.ts';
import { managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import type { EventType } from '../event-recorder.ts';
import { finishedCondition } from '../job/job-spec.ts';
import { controllerReference, ownerKeys } from '../ownership.ts';
import { isNamespaceTerminating } from '../pod-control.ts';
import { ReconcilingController } from '../reconciling-controller.ts';
import { parseCronSchedule, type CronSchedule } from './cron-schedule.ts';
import { dueTime, untilNextMs } from './due-time.ts';
import { isTimeZone } from './time-zone.ts';

const RESOURCE = 'cronjobs.batch';
const JOBS = 'jobs.batch';
const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

type Status = NonNullable<CronJob['status']>;

/** Starts Jobs by the clock and clears finished ones away. Models pkg/controller/cronjob (v2). */
export class CronJobController extends ReconcilingController {
  readonly #events = this.recorderFor('cronjob-controller');

  constructor(plane: ControlPlane) {
    super(plane, {
      caller: managerAccount('cronjob-controller'),
      primary: RESOURCE,
      watches: { [JOBS]: ({ object, previous }) => ownerKeys('CronJob', [object, previous]) },
    });
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const cronJob = this.api.get<CronJob>(RESOURCE, namespace, name);
    if (!cronJob) return;
    const jobs = this.api.list<Job>(JOBS, { namespace }).filter((job) => controllerOf(job)?.uid === cronJob.metadata.uid);
    const status = cloneJson(cronJob.status ?? {});
    this.#clearHistory(cronJob, status, jobs);
    this.#noteEnds(cronJob, status, jobs);
    if (!cronJob.metadata.deletionTimestamp && !cronJob.spec.suspend) this.#startDue(key, cronJob, status);
    if (status.active?.length === 0) delete status.active;
    if (!equalJson(status, cronJob.status ?? {})) this.api.update(RESOURCE, { ...cloneJson(cronJob), status }, 'status');
  }

  #clearHistory(cronJob: CronJob, status: Status, jobs: readonly Job[]): void {
    const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cronJob.spec;
    this.#keepNewest(cronJob, status, jobs, 'Complete', successfulJobsHistoryLimit);
    this.#keepNewest(cronJob, status, jobs, 'Failed', failedJobsHistoryLimit);
  }

  #keepNewest(cronJob: CronJob, status: Status, jobs: readonly Job[], end: string, limit: number): void {
    const finished = jobs.filter((job) => finishedCondition(job)?.type === end);
    const byStart = [...finished].sort((a, b) => startedMs(a) - startedMs(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
    for (const job of byStart.slice(0, Math.max(0, byStart.length - limit))) this.#deleteJob(cronJob, status, job);
  }

  #deleteJob(cronJob: CronJob, status: Status, { metadata }: Job): void {
    this.api.delete(JOBS, metadata.namespace, metadata.name, { propagationPolicy: 'Background' });
    status.active = (status.active ?? []).filter(({ uid }) => uid !== metadata.uid);
    this.#tell(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${metadata.name}`);
  }

  /** Brings the list of running Jobs and the time of the last success up to date. */
  #noteEnds(cronJob: CronJob, status: Status, jobs: readonly Job[]): void {
    for (const job of jobs) {
      const { name, uid } = job.metadata;
      const isListed = status.active?.some((reference) => reference.uid === uid) ?? false;
      const end = finishedCondition(job);
      if (!end && !isListed) {
        this.#tell(cronJob, 'Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${name}`);
      }
      if (end && isListed) {
        status.active = status.active!.filter((reference) => reference.uid !== uid);
        this.#tell(cronJob, 'Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${end.type}`);
      }
      const completedAt = end?.type === 'Complete' ? job.status?.completionTime : undefined;
      if (completedAt !== undefined && !(Date.parse(status.lastSuccessfulTime ?? '') >= Date.parse(completedAt))) {
        status.lastSuccessfulTime = completedAt;
      }
    }
    for (const reference of status.active ?? []) {
      if (this.api.get(JOBS, reference.namespace, reference.name ?? '')?.metadata.uid === reference.uid) continue;
      this.#tell(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${reference.name}`);
      status.active = status.active!.filter((other) => other !== reference);
    }
  }

  #startDue(key: string, cronJob: CronJob, status: Status): void {
    const schedule = this.#scheduleOf(cronJob);
    if (!schedule) return;
    const nowMs = this.clock.now();
    const againMs = untilNextMs(schedule, nowMs);
    if (againMs !== undefined) this.enqueueAfter(key, againMs);
    const { dueMs, hasMissedMany } = dueTime(cronJob, schedule, nowMs);
    if (hasMissedMany) {
      this.#tell(
        cronJob,
        'Warning',
        'TooManyMissedTimes',
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      );
    }
    if (dueMs !== undefined && this.#mayStart(cronJob, status, dueMs)) this.#start(cronJob, status, dueMs);
  }

  #scheduleOf(cronJob: CronJob): CronSchedule | undefined {
    const { schedule, timeZone } = cronJob.spec;
    if (timeZone !== undefined && !isTimeZone(timeZone)) {
      this.#tell(cronJob, 'Warning', 'UnknownTimeZone', `invalid timeZone: "${timeZone}": unknown time zone ${timeZone}`);
      return undefined;
    }
    try {
      return parseCronSchedule(schedule, timeZone);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#tell(cronJob, 'Warning', 'UnparseableSchedule', `unparseable schedule: "${schedule}" : ${error.message}`);
      return undefined;
    }
  }

  #mayStart(cronJob: CronJob, status: Status, dueMs: number): boolean {
    const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
    if (startingDeadlineSeconds !== undefined && dueMs + startingDeadlineSeconds * 1000 < this.clock.now()) {
      const text = new Date(dueMs).toUTCString().replace('GMT', '+0000');
      this.#tell(cronJob, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${text}`);
      return false;
    }
    const isStarted = status.active?.some(({ name }) => name === jobName(cronJob, dueMs)) ?? false;
    if (isStarted || status.lastScheduleTime === toSecondsTimestamp(dueMs)) return false;
    if (concurrencyPolicy === 'Forbid' && (status.active?.length ?? 0) > 0) {
      this.#tell(
        cronJob,
        'Normal',
        'JobAlreadyActive',
        'Not starting job because prior execution is running and concurrency policy is Forbid',
      );
      return false;
    }
    return true;
  }

  #start(cronJob: CronJob, status: Status, dueMs: number): void {
    if (cronJob.spec.concurrencyPolicy === 'Replace') this.#deleteActive(cronJob, status);
    const job = this.#createJob(cronJob, dueMs);
    if (!job) return;
    status.active = [...(status.active ?? []), referenceTo(job)];
    status.lastScheduleTime = toSecondsTimestamp(dueMs);
  }

  #deleteActive(cronJob: CronJob, status: Status): void {
    for (const { namespace, name } of status.active ?? []) {
      const job = this.api.get<Job>(JOBS, namespace, name ?? '');
      if (job) this.#deleteJob(cronJob, status, job);
    }
  }

  /** The Job of a scheduled time; undefined when it must not be counted: somebody else's, or the namespace is going away. */
  #createJob(cronJob: CronJob, dueMs: number): Job | undefined {
    const draft = jobFrom(cronJob, dueMs);
    try {
      const job = this.api.create(JOBS, draft);
      this.#tell(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
      return job;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (isNamespaceTerminating(error)) return undefined;
      if (error.reason === 'AlreadyExists') {
        const existing = this.api.get<Job>(JOBS, draft.metadata.namespace, draft.metadata.name);
        return existing && controllerOf(existing)?.uid === cronJob.metadata.uid ? existing : undefined;
      }
      this.#tell(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${error.message}`);
      throw error;
    }
  }

  #tell(cronJob: CronJob, type: EventType, reason: string, message: string): void {
    this.#events.record(cronJob, type, reason, message);
  }
}

function startedMs({ status, metadata }: Job): number {
  return Date.parse(status?.startTime ?? metadata.creationTimestamp ?? '');
}

/** The name that makes the Job of a scheduled time unique. */
function jobName({ metadata }: CronJob, dueMs: number): string {
  return `${metadata.name}-${Math.floor(dueMs / 60_000)}`;
}

function jobFrom(cronJob: CronJob, dueMs: number): Job {
  const { metadata = {}, spec } = cloneJson(cronJob.spec.jobTemplate);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, dueMs),
      namespace: cronJob.metadata.namespace!,
      ...(metadata.labels && { labels: metadata.labels }),
      annotations: { ...metadata.annotations, [SCHEDULED_AT]: toSecondsTimestamp(dueMs) },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec,
  };
}

function referenceTo({ metadata }: Job): ObjectReference {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { kind: 'Job', namespace: namespace!, name, uid: uid!, apiVersion: 'batch/v1', resourceVersion: resourceVersion! };
}
