import type { Pod } from '../../../kube/types/core.ts';
import { controllerOf } from '../../../kube/types/meta.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import type { Clock } from '../../../system/clock.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import type { StoreEvent } from '../../store/store.ts';
import { keyOf, splitKey, type ControlPlane, type Controller } from '../control-plane.ts';
import { EventRecorder } from '../event-recorder.ts';
import { claim } from '../ownership.ts';
import { PodControl } from '../pod-control.ts';
import { ReconcileLoop } from '../reconcile-loop.ts';
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
export class JobController implements Controller {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #events: EventRecorder;
  readonly #control: PodControl;
  readonly #loop: ReconcileLoop;
  readonly #backoffs = new Map<string, { uid: string; record: BackoffRecord }>();

  constructor(plane: ControlPlane) {
    this.#api = plane.clientFor(controlPlane('system:serviceaccount:kube-system:job-controller', 'kube-controller-manager'));
    this.#clock = plane.clock;
    this.#events = new EventRecorder({ api: this.#api, clock: plane.clock, source: { component: 'job-controller' } });
    this.#control = new PodControl(this.#api, this.#events);
    this.#loop = new ReconcileLoop({
      plane,
      api: this.#api,
      primary: RESOURCE,
      watches: { [RESOURCE]: (event) => this.#onJob(event), pods: (event) => this.#onPod(event) },
      reconcile: (key) => this.#reconcile(key),
      retry: { baseMs: 1000, maxMs: 60_000 },
    });
  }

  start(): void {
    this.#loop.start();
  }

  stop(): void {
    this.#loop.stop();
  }

  /** A new or changed spec is acted on at once, the echo of a status write later. */
  #onJob({ object, previous }: StoreEvent): string[] {
    if (previous?.metadata.generation !== object.metadata.generation) return [keyOf(object)];
    this.#loop.addAfter(keyOf(object), BATCH_MS);
    return [];
  }

  #onPod({ object, previous }: StoreEvent): string[] {
    for (const key of this.#ownersOf([object, previous])) this.#loop.addAfter(key, BATCH_MS);
    return [];
  }

  #ownersOf(states: readonly (StoreEvent['object'] | undefined)[]): Set<string> {
    const keys = states.flatMap((pod) => {
      const owner = pod && controllerOf(pod);
      return owner?.kind === 'Job' ? [`${pod!.metadata.namespace}/${owner.name}`] : [];
    });
    const [pod] = states;
    if (!pod || controllerOf(pod)) return new Set(keys);
    const { namespace, labels = {} } = pod.metadata;
    const possible = this.#api
      .list<Job>(RESOURCE, { namespace: namespace! })
      .filter(({ spec }) => spec.selector && matchesLabelSelector(spec.selector, labels));
    return new Set([...keys, ...possible.map(keyOf)]);
  }

  #reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const job = this.#api.get<Job>(RESOURCE, namespace, name);
    if (!job || finishedCondition(job)) {
      this.#backoffs.delete(key);
      return;
    }
    if (((job.spec['managedBy'] as string | undefined) ?? BUILT_IN_MANAGER) !== BUILT_IN_MANAGER) return;
    const pods = this.#podsOf(job);
    const tools = {
      api: this.#api,
      clock: this.#clock,
      events: this.#events,
      control: this.#control,
      backoff: this.#backoffOf(key, job, pods),
      setBackoff: (record: BackoffRecord) => this.#backoffs.set(key, { uid: job.metadata.uid!, record }),
      again: (delayMs: number) => this.#loop.addAfter(key, delayMs),
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
    const all = this.#api.list<Pod>('pods', { namespace: job.metadata.namespace! });
    const own = all.filter((pod) => controllerOf(pod)?.uid === job.metadata.uid);
    if (!job.spec.selector) return own;
    const orphans = all.filter((pod) => !controllerOf(pod));
    return claim(this.#api, 'pods', job, job.spec.selector, [...own, ...orphans]);
  }
}
