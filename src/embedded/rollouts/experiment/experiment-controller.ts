import { controllerOf } from '../../../kube/types/meta.ts';
import type { AnalysisRun, Experiment } from '../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import type { Cancel, Clock } from '../../../system/clock.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { keyOf, splitKey, type ControlPlane, type Controller } from '../../controllers/control-plane.ts';
import { EventRecorder } from '../../controllers/event-recorder.ts';
import { ReconcileLoop } from '../../controllers/reconcile-loop.ts';
import type { StoreEvent } from '../../store/store.ts';
import { isCompleted } from '../analysis/analysis-phase.ts';
import { ANALYSIS_RUNS, EXPERIMENTS, REPLICA_SETS } from '../rollout/names.ts';
import type { ExperimentTools } from './experiment-pass.ts';
import { reconcileExperiment } from './reconcile-experiment.ts';

/** How often every Experiment is looked at even when nothing happens. */
const RESYNC_MS = 900_000;
const RETRY = { baseMs: 1, maxMs: 10_000 };

/** Runs Experiments: pods of several templates side by side for a while, with analyses. Models Argo Rollouts v1.10.1 experiments/. */
export class ExperimentController implements Controller {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #loop: ReconcileLoop;
  readonly #tools: ExperimentTools;
  #cancelResync: Cancel = () => undefined;

  constructor(plane: ControlPlane) {
    this.#clock = plane.clock;
    this.#api = plane.clientFor(controlPlane('system:serviceaccount:argo-rollouts:argo-rollouts', 'rollouts-controller'));
    const events = new EventRecorder({ api: this.#api, clock: plane.clock, source: { component: 'rollouts-controller' } });
    this.#loop = new ReconcileLoop({
      plane,
      api: this.#api,
      primary: EXPERIMENTS,
      watches: { [REPLICA_SETS]: keysOfResizedReplicaSet, [ANALYSIS_RUNS]: keysOfCompletedRun },
      reconcile: (key) => this.#reconcile(key),
      retry: RETRY,
    });
    const requeueAfter = (experiment: Experiment, delayMs: number): void => this.#loop.addAfter(keyOf(experiment), delayMs);
    this.#tools = { api: this.#api, clock: plane.clock, events, requeueAfter };
  }

  start(): void {
    this.#loop.start();
    this.#resyncLater();
  }

  stop(): void {
    this.#cancelResync();
    this.#loop.stop();
  }

  #reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const experiment = this.#api.get<Experiment>(EXPERIMENTS, namespace, name);
    if (experiment) reconcileExperiment(this.#tools, experiment);
  }

  #resyncLater(): void {
    this.#cancelResync = this.#clock.after(RESYNC_MS, () => {
      for (const experiment of this.#api.list<Experiment>(EXPERIMENTS)) this.#loop.add(keyOf(experiment));
      this.#resyncLater();
    });
  }
}

function keysOfOwner({ object }: StoreEvent): string[] {
  const owner = controllerOf(object);
  return owner?.kind === 'Experiment' ? [`${object.metadata.namespace}/${owner.name}`] : [];
}

/** Of a ReplicaSet that changes only its numbers matter. */
function keysOfResizedReplicaSet(event: StoreEvent): string[] {
  const numbersOf = ({ spec, status }: ReplicaSet): string =>
    [spec.replicas ?? 1, status?.replicas ?? 0, status?.readyReplicas ?? 0, status?.availableReplicas ?? 0].join();
  const { type, object, previous } = event;
  const isSameSize = type === 'MODIFIED' && previous && numbersOf(object as ReplicaSet) === numbersOf(previous as ReplicaSet);
  return isSameSize ? [] : keysOfOwner(event);
}

function keysOfCompletedRun(event: StoreEvent): string[] {
  return isCompleted((event.object as AnalysisRun).status?.phase) ? keysOfOwner(event) : [];
}
