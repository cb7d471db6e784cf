import { controllerOf } from '../../../kube/types/meta.ts';
import type { Rollout } from '../../../kube/types/rollouts.ts';
import type { Cancel, Clock } from '../../../system/clock.ts';
import { ApiError } from '../../api/api-error.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { keyOf, splitKey, type ControlPlane, type Controller } from '../../controllers/control-plane.ts';
import { EventRecorder } from '../../controllers/event-recorder.ts';
import { ReconcileLoop } from '../../controllers/reconcile-loop.ts';
import type { StoreEvent } from '../../store/store.ts';
import { ANALYSIS_RUNS, EXPERIMENTS, REPLICA_SETS, ROLLOUTS } from './names.ts';
import { reconcileRollout } from './reconcile-rollout.ts';
import type { RolloutTools } from './rollout-pass.ts';
import { ServiceLoop } from './services/service-loop.ts';
import { WorkloadLoop } from './workload/workload-loop.ts';

/** How often every Rollout is looked at even when nothing happens. */
const RESYNC_MS = 900_000;
const RETRY = { baseMs: 1, maxMs: 10_000 };

/** Updates Rollouts blue/green or as canaries. Models the Rollout, Service and workload parts of the argo-rollouts controller. */
export class RolloutController implements Controller {
  readonly #plane: ControlPlane;
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #tools: RolloutTools;
  readonly #loop: ReconcileLoop;
  readonly #services: ServiceLoop;
  readonly #workloads: WorkloadLoop;
  #cancels: Cancel[] = [];

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    this.#clock = plane.clock;
    this.#api = plane.clientFor(controlPlane('system:serviceaccount:argo-rollouts:argo-rollouts', 'rollouts-controller'));
    const events = new EventRecorder({ api: this.#api, clock: plane.clock, source: { component: 'rollouts-controller' } });
    this.#loop = new ReconcileLoop({
      plane,
      api: this.#api,
      primary: ROLLOUTS,
      watches: { [REPLICA_SETS]: keysOfOwner, [ANALYSIS_RUNS]: keysForRun, [EXPERIMENTS]: keysOfOwner },
      reconcile: (key) => this.#reconcile(key),
      retry: RETRY,
    });
    this.#tools = {
      api: this.#api,
      clock: plane.clock,
      events,
      requeueAfter: (rollout, delayMs) => this.#loop.addAfter(keyOf(rollout), delayMs),
    };
    this.#services = new ServiceLoop({ plane, api: this.#api, enqueueRollout: (key) => this.#loop.add(key) });
    this.#workloads = new WorkloadLoop({ plane, api: this.#api });
  }

  start(): void {
    for (const rollout of this.#api.list<Rollout>(ROLLOUTS)) this.#tellSoon('ADDED', rollout);
    this.#cancels.push(this.#plane.watch(({ type, resource, object }) => resource === ROLLOUTS && this.#tellSoon(type, object as Rollout)));
    this.#loop.start();
    this.#services.start();
    this.#workloads.start();
    this.#resyncLater();
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
    this.#loop.stop();
    this.#services.stop();
    this.#workloads.stop();
  }

  #reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const rollout = this.#api.get<Rollout>(ROLLOUTS, namespace, name);
    if (!rollout) return;
    try {
      reconcileRollout(this.#tools, rollout);
    } catch (error) {
      // Why: the real one does not try again what it could not find; something else has to happen first.
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
    }
  }

  /** A listener may not write, so the event follows at once, before any pass. */
  #tellSoon(type: StoreEvent['type'], rollout: Rollout): void {
    const { namespace, name } = rollout.metadata;
    const told = {
      ADDED: ['RolloutAddedToInformer', `Rollout resource added to informer: ${namespace}/${name}`],
      DELETED: ['RolloutDeleted', `Rollout ${name}/${namespace} is deleted.`],
      MODIFIED: undefined,
    }[type];
    if (!told) return;
    this.#clock.after(0, () => this.#tools.events.record(rollout, 'Normal', told[0]!, told[1]!));
  }

  #resyncLater(): void {
    const cancel = this.#clock.after(RESYNC_MS, () => {
      this.#cancels = this.#cancels.filter((other) => other !== cancel);
      for (const rollout of this.#api.list<Rollout>(ROLLOUTS)) this.#loop.add(keyOf(rollout));
      this.#resyncLater();
    });
    this.#cancels.push(cancel);
  }
}

function keysOfOwner({ object, previous }: StoreEvent): string[] {
  const owners = [object, previous].flatMap((owned) => {
    const owner = owned && controllerOf(owned);
    return owner?.kind === 'Rollout' ? [`${object.metadata.namespace}/${owner.name}`] : [];
  });
  return [...new Set(owners)];
}

/** Of an AnalysisRun that changes only its phase matters. */
function keysForRun(event: StoreEvent): string[] {
  const phaseOf = (run: StoreEvent['object'] | undefined): string | undefined => (run?.['status'] as { phase?: string } | undefined)?.phase;
  const isUnchanged = event.type === 'MODIFIED' && (phaseOf(event.object) ?? '') === (phaseOf(event.previous) ?? '');
  return isUnchanged ? [] : keysOfOwner(event);
}
