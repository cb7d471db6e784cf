import type { Pod } from '../../../kube/types/core.ts';
import type { Condition } from '../../../kube/types/meta.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import { cloneJson } from '../../../system/json.ts';
import type { ApiClient } from '../../api/client.ts';
import { conditionOf } from '../pod-state.ts';
import { formatIndexes } from './completion-indexes.ts';
import { ensureCondition, jobCondition } from './job-conditions.ts';
import type { JobCount } from './job-count.ts';
import { removeTrackingFinalizer } from './job-pods.ts';
import { hasTrackingFinalizer, isIndexed, isPodFailed, validIndex, type JobStatus } from './job-spec.ts';

const RESOURCE = 'jobs.batch';

/** What a pass decided, to be written down. */
export interface JobOutcome {
  active: number;
  ready: number;
  terminating: number;
  /** How the Job ends, if it does. */
  finish: Condition | undefined;
  /** Conditions of the status were changed during the pass. */
  isChanged: boolean;
}

/**
 * Writes the outcome of a pass down so that no pod is missed or counted twice: uids of ended pods go into the status, then their
 * finalizers go, then the counters rise. Models job_controller.go trackJobStatusAndRemoveFinalizers.
 */
export class JobLedger {
  readonly #api: ApiClient;
  readonly #pods: readonly Pod[];
  readonly #count: JobCount;
  readonly #before: JobStatus;
  #job: Job;

  /** `job` is the draft that the pass has been changing; `before` is the status it began with. */
  constructor(api: ApiClient, job: Job, before: JobStatus, pods: readonly Pod[], count: JobCount) {
    this.#api = api;
    this.#job = job;
    this.#before = before;
    this.#pods = pods;
    this.#count = count;
  }

  /** Answers the condition that ended the Job in this pass, if one did. `onCounted` is called once ended pods are on record. */
  write(outcome: JobOutcome, nowMs: number, onCounted: () => void): Condition | undefined {
    const { active = 0, ready, terminating } = this.#before;
    const areCountsNew = outcome.active !== active || outcome.ready !== ready || outcome.terminating !== terminating;
    this.#setCounts(outcome);
    const isSettled = this.#settle(new Set(this.#pods.filter(hasTrackingFinalizer).map(({ metadata }) => metadata.uid!)));
    const ended = this.#pods.filter((pod) => hasTrackingFinalizer(pod) && this.#isAccountable(pod, outcome.finish));
    const isNoted = ended.map((pod) => this.#note(pod, outcome.finish)).includes(true);
    const areIndexesNew = this.#noteIndexes();
    const { isAnnounced, end } = this.#announce(outcome.finish, nowMs);
    if (outcome.isChanged || areCountsNew || isSettled || isNoted || areIndexesNew || isAnnounced) this.#flush();
    onCounted();
    for (const pod of ended) removeTrackingFinalizer(this.#api, pod);
    const isCounted = this.#settle(new Set());
    const isOver = end !== undefined && outcome.terminating === 0;
    if (isOver) this.#enact(end);
    if (isCounted || isOver) this.#flush();
    return isOver ? end : undefined;
  }

  get #status(): JobStatus {
    return this.#job.status!;
  }

  #setCounts({ active, ready, terminating }: JobOutcome): void {
    setCount(this.#status, 'active', active);
    this.#status.ready = ready;
    this.#status.terminating = terminating;
    this.#status.uncountedTerminatedPods ??= {};
  }

  /** Whether the pod need not be kept any longer for the sake of counting. Models canRemoveFinalizer. */
  #isAccountable(pod: Pod, finish: Condition | undefined): boolean {
    const isJobEnding = this.#job.metadata.deletionTimestamp !== undefined || finish !== undefined;
    return isJobEnding || pod.status?.phase === 'Succeeded' || isPodFailed(pod, this.#job);
  }

  /** Puts the uid of an ended pod on the list of those to be counted; answers whether the list changed. */
  #note(pod: Pod, finish: Condition | undefined): boolean {
    const { succeeded = [], failed = [] } = this.#before.uncountedTerminatedPods ?? {};
    const uncounted = this.#status.uncountedTerminatedPods!;
    const uid = pod.metadata.uid!;
    if (pod.status?.phase === 'Succeeded' && !failed.includes(uid)) {
      if (isIndexed(this.#job) || succeeded.includes(uid)) return false;
      uncounted.succeeded = [...(uncounted.succeeded ?? []), uid];
      return true;
    }
    const hasFailed = isPodFailed(pod, this.#job) || (finish !== undefined && finish.type !== 'SuccessCriteriaMet');
    const isCountable = !isIndexed(this.#job) || validIndex(pod, this.#job) !== undefined;
    if (!hasFailed || !isCountable || failed.includes(uid)) return false;
    uncounted.failed = [...(uncounted.failed ?? []), uid];
    return true;
  }

  #noteIndexes(): boolean {
    if (!isIndexed(this.#job)) return false;
    const text = formatIndexes(this.#count.succeededIndexes);
    setCount(this.#status, 'succeeded', this.#count.succeededIndexes.size);
    if (text) this.#status.completedIndexes = text;
    else delete this.#status.completedIndexes;
    return text !== (this.#before.completedIndexes ?? '');
  }

  /** Shows how the Job will end before its pods are let go; the end itself follows when they are. */
  #announce(finish: Condition | undefined, nowMs: number): { isAnnounced: boolean; end: Condition | undefined } {
    if (finish?.type !== 'FailureTarget' && finish?.type !== 'SuccessCriteriaMet') return { isAnnounced: false, end: finish };
    const isAnnounced = !conditionOf(this.#status, finish.type);
    if (isAnnounced) this.#status.conditions = [...(this.#status.conditions ?? []), finish];
    const type = finish.type === 'FailureTarget' ? 'Failed' : 'Complete';
    return { isAnnounced, end: jobCondition(type, 'True', finish.reason ?? '', finish.message ?? '', nowMs) };
  }

  /** Moves uids whose pods have no finalizer any more from the list into the counters. Models cleanUncountedPodsWithoutFinalizers. */
  #settle(withFinalizer: ReadonlySet<string>): boolean {
    const uncounted = this.#status.uncountedTerminatedPods!;
    let isChanged = false;
    for (const end of ['succeeded', 'failed'] as const) {
      const uids = uncounted[end] ?? [];
      const kept = uids.filter((uid) => withFinalizer.has(uid));
      if (kept.length === uids.length) continue;
      isChanged = true;
      setCount(this.#status, end, (this.#status[end] ?? 0) + uids.length - kept.length);
      if (kept.length > 0) uncounted[end] = kept;
      else delete uncounted[end];
    }
    return isChanged;
  }

  #enact(end: Condition): void {
    ensureCondition(this.#status, end);
    if (end.type === 'Complete') this.#status.completionTime = end.lastTransitionTime!;
  }

  #flush(): void {
    this.#job = cloneJson(this.#api.update(RESOURCE, this.#job, 'status'));
    this.#job.status!.uncountedTerminatedPods ??= {};
  }
}

/** Counts of zero are left out, as the API leaves them out. */
function setCount(status: JobStatus, field: 'active' | 'succeeded' | 'failed', count: number): void {
  if (count > 0) status[field] = count;
  else delete status[field];
}
