import type { Event, Pod } from '../../src/kube/types/core.ts';
import type { KubeObject } from '../../src/kube/types/meta.ts';
import { ClusterClock } from '../../src/system/clock.ts';
import { cloneJson } from '../../src/system/json.ts';
import { toSecondsTimestamp } from '../../src/system/time.ts';
import { controlPlane } from '../../src/embedded/api/caller.ts';
import type { ApiClient } from '../../src/embedded/api/client.ts';
import type { DeleteOptions } from '../../src/embedded/api/request.ts';
import { ClusterCore } from '../../src/embedded/cluster-core.ts';
import type { ControlPlane, Controller } from '../../src/embedded/controllers/control-plane.ts';
import type { StoreEvent } from '../../src/embedded/store/store.ts';

const START_MS = Date.parse('2026-03-01T10:00:00Z');

/** A cluster for tests of controllers: state, API and a stepped clock, with a namespace `lab`; nodes and kubelets are played by the test. */
export class WorkloadWorld {
  readonly clock = new ClusterClock(START_MS);
  readonly core = new ClusterCore({ clock: this.clock, rules: { pods: { gracePeriodSeconds: graceOf } } });
  readonly api: ApiClient = this.core.clientFor(controlPlane('kubernetes-admin', 'kubectl'));
  readonly writes: StoreEvent[] = [];

  constructor(controllers: (plane: ControlPlane) => Controller[] = () => []) {
    this.api.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } });
    this.core.watch((event) => this.writes.push(event));
    for (const controller of controllers(this.core)) controller.start();
  }

  async wait(ms: number): Promise<void> {
    await this.clock.advance({ deadlineMs: this.clock.now() + ms });
  }

  /** Lets time pass until the condition holds; fails when it does not within ten minutes. */
  async until(condition: () => boolean, withinMs = 600_000): Promise<void> {
    if (!(await this.clock.advance({ deadlineMs: this.clock.now() + withinMs, until: condition }))) {
      throw new Error(`not reached within ${withinMs} ms: ${condition.toString()}`);
    }
  }

  get<T extends KubeObject>(resource: string, name: string): T {
    const object = this.api.get<T>(resource, 'lab', name);
    if (!object) throw new Error(`no ${resource} ${name}`);
    return object;
  }

  pods(): Pod[] {
    return this.api.list<Pod>('pods', { namespace: 'lab' });
  }

  /** Event texts about objects of a kind, in the order they were first written. */
  told(kind: string): string[] {
    return this.writes
      .filter(({ type, resource }) => resource === 'events' && type !== 'DELETED')
      .map(({ object }) => object as Event)
      .filter(({ involvedObject }) => involvedObject.kind === kind)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  setPodStatus(name: string, change: (status: NonNullable<Pod['status']>) => void): void {
    const pod = cloneJson(this.get<Pod>('pods', name));
    pod.status ??= {};
    change(pod.status);
    this.api.update('pods', pod, 'status');
  }

  setReady(name: string, isReady = true): void {
    const lastTransitionTime = toSecondsTimestamp(this.clock.now());
    this.setPodStatus(name, (status) => {
      status.phase = 'Running';
      status.conditions = [
        ...(status.conditions ?? []).filter(({ type }) => type !== 'Ready'),
        { type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime },
      ];
    });
  }
}

/** As the API server: a scheduled pod that has not ended gets the grace that was asked for, or else its own. */
function graceOf(object: KubeObject, options: DeleteOptions): number {
  const { spec, status } = object as Pod;
  if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  return options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
}

/** Plays a kubelet: every pod that passes the filter is running and ready some time after it was created. */
export class InstantKubelet implements Controller {
  readonly #world: WorkloadWorld;
  readonly #afterMs: number;
  readonly #filter: (pod: Pod) => boolean;

  constructor(world: WorkloadWorld, { afterMs = 1000, filter = () => true }: { afterMs?: number; filter?: (pod: Pod) => boolean } = {}) {
    this.#world = world;
    this.#afterMs = afterMs;
    this.#filter = filter;
  }

  start(): void {
    this.#world.core.watch(({ type, resource, object }) => {
      if (type !== 'ADDED' || resource !== 'pods' || !this.#filter(object as Pod)) return;
      this.#world.clock.after(this.#afterMs, () => {
        if (this.#world.api.get('pods', 'lab', object.metadata.name)) this.#world.setReady(object.metadata.name);
      });
    });
  }

  stop(): void {
    throw new Error('stop the world instead');
  }
}
