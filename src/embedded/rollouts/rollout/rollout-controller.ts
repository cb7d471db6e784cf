import type { Rollout } from '../../../kube/types/rollouts.ts';
import { ApiError } from '../../api/api-error.ts';
import { keyOf, splitKey, type ControlPlane } from '../../controllers/control-plane.ts';
import { ownerKeys } from '../../controllers/ownership.ts';
import { ReconcilingController } from '../../controllers/reconciling-controller.ts';
import type { StoreEvent } from '../../store/store.ts';
import { EVENT_SOURCE, RESYNC_MS, RETRY, ROLLOUTS_ACCOUNT } from '../controller-settings.ts';
import { ANALYSIS_RUNS, EXPERIMENTS, REPLICA_SETS, ROLLOUTS } from './names.ts';
import { reconcileRollout } from './reconcile-rollout.ts';
import type { RolloutTools } from './rollout-pass.ts';
import { ServiceLoop } from './services/service-loop.ts';
import { WorkloadLoop } from './workload/workload-loop.ts';

/** Updates Rollouts blue/green or as canaries. Models the Rollout, Service and workload parts of the argo-rollouts controller. */
export class RolloutController extends ReconcilingController {
  readonly #tools: RolloutTools = {
    api: this.api,
    clock: this.clock,
    events: this.recorderFor(EVENT_SOURCE),
    requeueAfter: (rollout, delayMs) => this.enqueueAfter(keyOf(rollout), delayMs),
  };
  readonly #services: ServiceLoop;
  readonly #workloads: WorkloadLoop;

  constructor(plane: ControlPlane) {
    super(plane, {
      caller: ROLLOUTS_ACCOUNT,
      primary: ROLLOUTS,
      watches: {
        [ROLLOUTS]: (event) => this.#onRollout(event),
        [REPLICA_SETS]: keysOfOwner,
        [ANALYSIS_RUNS]: keysForRun,
        [EXPERIMENTS]: keysOfOwner,
      },
      retry: RETRY,
      resyncMs: RESYNC_MS,
    });
    this.#services = new ServiceLoop(plane, { enqueueRollout: (key) => this.enqueue(key) });
    this.#workloads = new WorkloadLoop(plane);
  }

  override start(): void {
    for (const rollout of this.api.list<Rollout>(ROLLOUTS)) this.#tellSoon('ADDED', rollout);
    super.start();
    this.#services.start();
    this.#workloads.start();
  }

  override stop(): void {
    super.stop();
    this.#services.stop();
    this.#workloads.stop();
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const rollout = this.api.get<Rollout>(ROLLOUTS, namespace, name);
    if (!rollout) return;
    try {
      reconcileRollout(this.#tools, rollout);
    } catch (error) {
      // Why: the real one does not try again what it could not find; something else has to happen first.
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
    }
  }

  #onRollout({ type, object }: StoreEvent): string[] {
    this.#tellSoon(type, object as Rollout);
    return [keyOf(object)];
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
    this.clock.after(0, () => this.#tools.events.record(rollout, 'Normal', told[0]!, told[1]!));
  }
}

function keysOfOwner({ object, previous }: StoreEvent): string[] {
  return ownerKeys('Rollout', [object, previous]);
}

/** Of an AnalysisRun that changes only its phase matters. */
function keysForRun(event: StoreEvent): string[] {
  const phaseOf = (run: StoreEvent['object'] | undefined): string | undefined => (run?.['status'] as { phase?: string } | undefined)?.phase;
  const isUnchanged = event.type === 'MODIFIED' && (phaseOf(event.object) ?? '') === (phaseOf(event.previous) ?? '');
  return isUnchanged ? [] : keysOfOwner(event);
}
