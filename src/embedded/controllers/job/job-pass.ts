import type { Pod } from '../../../kube/types/core.ts';
import type { Condition } from '../../../kube/types/meta.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import type { Clock } from '../../../system/clock.ts';
import { cloneJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import type { ApiError } from '../../api/api-error.ts';
import type { ApiClient } from '../../api/client.ts';
import type { EventSink } from '../event-recorder.ts';
import type { PodControl } from '../pod-control.ts';
import { isPodReady } from '../pod-state.ts';
import { inDeletionOrder } from '../replica-set/deletion-rank.ts';
import { completionsReached, decidedEnd, ensureCondition, failureByLimits, jobCondition, untilDeadlineMs } from './job-conditions.ts';
import { countPods, type JobCount } from './job-count.ts';
import { JobLedger } from './job-ledger.ts';
import { createJobPods, removeTrackingFinalizer } from './job-pods.ts';
import { completions, isIndexed, isSuspended, replacesOnlyFailed, validIndex } from './job-spec.ts';
import { afterEnds, remainingBackoffMs, type BackoffRecord } from './pod-backoff.ts';

const MOST_PODS_PER_PASS = 500;

/** What a pass over a Job works with. */
export interface JobTools {
  api: ApiClient;
  clock: Clock;
  events: EventSink;
  control: PodControl;
  /** The failures on record when the pass begins. */
  backoff: BackoffRecord;
  /** Takes the failures on record when the pass has written them down. */
  setBackoff(record: BackoffRecord): void;
  /** Asks for another pass over the same Job. */
  again(delayMs: number): void;
}

/** One pass over an unfinished Job: counts its pods, starts or stops some, and writes down what came of it. Models job_controller.go syncJob. */
export class JobPass {
  readonly #tools: JobTools;
  readonly #original: Job;
  readonly #draft: Job;
  readonly #pods: readonly Pod[];
  readonly #count: JobCount;
  readonly #backoff: BackoffRecord;
  #active: number;
  #ready: number;
  #terminating: number;
  #failure: ApiError | undefined;

  constructor(tools: JobTools, job: Job, pods: readonly Pod[]) {
    this.#tools = tools;
    this.#original = job;
    this.#draft = cloneJson(job);
    this.#draft.status ??= {};
    this.#pods = pods;
    this.#count = countPods(job, pods);
    this.#backoff = afterEnds(tools.backoff, this.#count.newlySucceeded, this.#count.newlyFailed);
    this.#active = this.#count.active.length;
    this.#ready = this.#count.ready;
    this.#terminating = this.#count.terminating;
  }

  /** Carries the pass out; throws what kept it from creating pods, after everything else is written. */
  run(): void {
    const nowMs = this.#tools.clock.now();
    if (!isSuspended(this.#draft)) this.#draft.status!.startTime ??= toSecondsTimestamp(nowMs);
    let finish = decidedEnd(this.#draft, nowMs) ?? failureByLimits(this.#draft, this.#count.failed, this.#pods, nowMs);
    let isChanged = false;
    if (finish) this.#stop(this.#count.active);
    else {
      this.#managePods(nowMs);
      if (this.#isComplete()) finish = completionsReached(nowMs);
      else isChanged = this.#noteSuspension(nowMs);
    }
    this.#writeDown(finish, isChanged, nowMs);
    if (this.#failure) throw this.#failure;
  }

  #writeDown(finish: Condition | undefined, isChanged: boolean, nowMs: number): void {
    const ledger = new JobLedger(this.#tools.api, this.#draft, this.#original.status ?? {}, this.#pods, this.#count);
    const outcome = { active: this.#active, ready: this.#ready, terminating: this.#terminating, finish, isChanged };
    const end = ledger.write(outcome, nowMs, () => this.#tools.setBackoff(this.#backoff));
    if (end?.type === 'Complete') this.#tell('Normal', 'Completed', 'Job completed');
    else if (end) this.#tell('Warning', end.reason ?? '', end.message ?? '');
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#tools.events.record(this.#original, type, reason, message);
  }

  #stop(pods: readonly Pod[]): void {
    for (const pod of pods) {
      this.#tools.control.delete(this.#original, pod);
      this.#active -= 1;
      this.#terminating += 1;
      if (isPodReady(pod)) this.#ready -= 1;
    }
  }

  #isComplete(): boolean {
    const wanted = completions(this.#original);
    return this.#active === 0 && (wanted === undefined ? this.#count.succeeded > 0 : this.#count.succeeded >= wanted);
  }

  /** Models manageJob: stops pods that are too many or starts those that are missing, never both in one pass. */
  #managePods(nowMs: number): void {
    const remainingMs = untilDeadlineMs(this.#draft, nowMs);
    if (remainingMs !== undefined) this.#tools.again(remainingMs);
    if (this.#original.metadata.deletionTimestamp) return;
    const excess = isSuspended(this.#original) ? this.#count.active : this.#excessPods(nowMs);
    for (const pod of excess) removeTrackingFinalizer(this.#tools.api, pod);
    this.#stop(excess);
    if (excess.length === 0 && !isSuspended(this.#original)) this.#startMissing(nowMs);
  }

  #wantedActive(): number {
    const parallelism = this.#original.spec.parallelism ?? 1;
    const wanted = completions(this.#original);
    if (wanted === undefined) return this.#count.succeeded > 0 ? this.#active : parallelism;
    return Math.max(0, Math.min(parallelism, wanted - this.#count.succeeded));
  }

  /** Pods that must go: of an Indexed Job those without a valid index or with a taken one, then the least useful. */
  #excessPods(nowMs: number): Pod[] {
    const ordered = inDeletionOrder(this.#count.active, { nowMs, relatedPodsOnNode: new Map() });
    const misplaced = isIndexed(this.#original) ? this.#misplaced(ordered) : [];
    const others = ordered.filter((pod) => !misplaced.includes(pod));
    const tooMany = Math.max(0, this.#active - this.#wantedActive() - misplaced.length);
    return [...misplaced, ...others.slice(0, tooMany)].slice(0, MOST_PODS_PER_PASS);
  }

  #misplaced(ordered: readonly Pod[]): Pod[] {
    const taken = new Set<number>();
    return [...ordered].reverse().filter((pod) => {
      const index = validIndex(pod, this.#original);
      if (index === undefined || taken.has(index)) return true;
      taken.add(index);
      return false;
    });
  }

  #startMissing(nowMs: number): void {
    const terminating = replacesOnlyFailed(this.#original) ? this.#terminating : 0;
    const missing = Math.min(MOST_PODS_PER_PASS, this.#wantedActive() - terminating - this.#active);
    if (missing <= 0) return;
    const waitMs = remainingBackoffMs(this.#backoff, nowMs);
    if (waitMs > 0) {
      this.#tools.again(waitMs);
      // Why: while it backs off, the real controller reports no active pods at all, even when some are.
      this.#active = 0;
      return;
    }
    const indexes = isIndexed(this.#original) ? this.#pendingIndexes(missing) : undefined;
    const { created, failure } = createJobPods(this.#tools.control, this.#original, indexes?.length ?? missing, indexes);
    this.#active += created;
    this.#failure = failure;
  }

  #pendingIndexes(count: number): number[] {
    const taken = new Set([...this.#count.succeededIndexes, ...this.#count.active.map((pod) => validIndex(pod, this.#original))]);
    const pending: number[] = [];
    const wanted = completions(this.#original) ?? 0;
    for (let index = 0; index < wanted && pending.length < count; index += 1) if (!taken.has(index)) pending.push(index);
    return pending;
  }

  #noteSuspension(nowMs: number): boolean {
    if (this.#original.metadata.deletionTimestamp) return false;
    const isNowSuspended = isSuspended(this.#original);
    const condition = isNowSuspended
      ? jobCondition('Suspended', 'True', 'JobSuspended', 'Job suspended', nowMs)
      : jobCondition('Suspended', 'False', 'JobResumed', 'Job resumed', nowMs);
    if (!ensureCondition(this.#draft.status!, condition)) return false;
    this.#tell('Normal', isNowSuspended ? 'Suspended' : 'Resumed', condition.message ?? '');
    if (!isNowSuspended) this.#draft.status!.startTime = toSecondsTimestamp(nowMs);
    return true;
  }
}
