import type { Pod } from '../../../kube/types/core.ts';
import { controllerOf, type KubeObject } from '../../../kube/types/meta.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import type { StoreEvent } from '../../store/store.ts';
import { keyOf, managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { claim, ownerKeys } from '../ownership.ts';
import { PodControl } from '../pod-control.ts';
import { ReconcilingController } from '../reconciling-controller.ts';
import { JobPass } from './job-pass.ts';
import { finishedCondition, hasTrackingFinalizer } from './job-spec.ts';
import { afterEnds, NO_FAILURES, type BackoffRecord } from './pod-backoff.ts';

const RESOURCE = 'jobs.batch';
const BUILT_IN_MANAGER = 'kubernetes.io/job-controller';
/** Changes that come in quick succession are looked at together. */
const BATCH_MS = 1000;

/**
 * Runs Jobs to completion. Models pkg/controller/job, without podFailurePolicy, successPolicy and backoffLimitPerIndex,
 * which are stored but have no effect.
 */
export class JobController extends ReconcilingController {
  readonly #events = this.recorderFor('job-controller');
  readonly #control = new PodControl(this.api, this.#events);
  readonly #backoffs = new Map<string, { uid: string; record: BackoffRecord }>();

  constructor(plane: ControlPlane) {
    super(plane, {
      caller: managerAccount('job-controller'),
      primary: RESOURCE,
      watches: { [RESOURCE]: (event) => this.#onJob(event), pods: (event) => this.#onPod(event) },
      retry: { baseMs: 1000, maxMs: 60_000 },
    });
  }

  /** A new or changed spec is acted on at once, the echo of a status write later. */
  #onJob({ object, previous }: StoreEvent): string[] {
    if (previous?.metadata.generation !== object.metadata.generation) return [keyOf(object)];
    this.enqueueAfter(keyOf(object), BATCH_MS);
    return [];
  }

  #onPod({ object, previous }: StoreEvent): string[] {
    const keys = [...ownerKeys('Job', [object, previous]), ...(controllerOf(object) ? [] : this.#possibleOwners(object))];
    for (const key of new Set(keys)) this.enqueueAfter(key, BATCH_MS);
    return [];
  }

  #possibleOwners(orphan: KubeObject): string[] {
    const { namespace, labels = {} } = orphan.metadata;
    return this.api
      .list<Job>(RESOURCE, { namespace: namespace! })
      .filter(({ spec }) => spec.selector && matchesLabelSelector(spec.selector, labels))
      .map(keyOf);
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const job = this.api.get<Job>(RESOURCE, namespace, name);
    if (!job || finishedCondition(job)) {
      this.#backoffs.delete(key);
      return;
    }
    if (((job.spec['managedBy'] as string | undefined) ?? BUILT_IN_MANAGER) !== BUILT_IN_MANAGER) return;
    const pods = this.#podsOf(job);
    const tools = {
      api: this.api,
      clock: this.clock,
      events: this.#events,
      control: this.#control,
      backoff: this.#backoffOf(key, job, pods),
      setBackoff: (record: BackoffRecord) => this.#backoffs.set(key, { uid: job.metadata.uid!, record }),
      again: (delayMs: number) => this.enqueueAfter(key, delayMs),
    };
    new JobPass(tools, job, pods).run();
  }

  /** The failures on record; after a restart those that pods still show. */
  #backoffOf(key: string, job: Job, pods: readonly Pod[]): BackoffRecord {
    const known = this.#backoffs.get(key);
    if (known?.uid === job.metadata.uid) return known!.record;
    const counted = pods.filter((pod) => !hasTrackingFinalizer(pod) && !pod.metadata.deletionTimestamp);
    const ended = (phase: string): Pod[] => counted.filter(({ status }) => status?.phase === phase);
    return afterEnds(NO_FAILURES, ended('Succeeded'), ended('Failed'));
  }

  #podsOf(job: Job): Pod[] {
    const all = this.api.list<Pod>('pods', { namespace: job.metadata.namespace! });
    const own = all.filter((pod) => controllerOf(pod)?.uid === job.metadata.uid);
    if (!job.spec.selector) return own;
    const orphans = all.filter((pod) => !controllerOf(pod));
    return claim(this.api, 'pods', job, job.spec.selector, [...own, ...orphans]);
  }
}
