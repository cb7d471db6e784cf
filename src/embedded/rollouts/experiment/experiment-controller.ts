import type { AnalysisRun, Experiment } from '../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { keyOf, splitKey, type ControlPlane } from '../../controllers/control-plane.ts';
import { ownerKeys } from '../../controllers/ownership.ts';
import { ReconcilingController } from '../../controllers/reconciling-controller.ts';
import type { StoreEvent } from '../../store/store.ts';
import { isCompleted } from '../analysis/analysis-phase.ts';
import { EVENT_SOURCE, RESYNC_MS, RETRY, ROLLOUTS_ACCOUNT } from '../controller-settings.ts';
import { ANALYSIS_RUNS, EXPERIMENTS, REPLICA_SETS } from '../rollout/names.ts';
import type { ExperimentTools } from './experiment-pass.ts';
import { reconcileExperiment } from './reconcile-experiment.ts';

/** Runs Experiments: pods of several templates side by side for a while, with analyses. Models Argo Rollouts v1.10.1 experiments/. */
export class ExperimentController extends ReconcilingController {
  readonly #tools: ExperimentTools = {
    api: this.api,
    clock: this.clock,
    events: this.recorderFor(EVENT_SOURCE),
    requeueAfter: (experiment, delayMs) => this.enqueueAfter(keyOf(experiment), delayMs),
  };

  constructor(plane: ControlPlane) {
    super(plane, {
      caller: ROLLOUTS_ACCOUNT,
      primary: EXPERIMENTS,
      watches: { [REPLICA_SETS]: keysOfResizedReplicaSet, [ANALYSIS_RUNS]: keysOfCompletedRun },
      retry: RETRY,
      resyncMs: RESYNC_MS,
    });
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const experiment = this.api.get<Experiment>(EXPERIMENTS, namespace, name);
    if (experiment) reconcileExperiment(this.#tools, experiment);
  }
}

function keysOfOwner({ object }: StoreEvent): string[] {
  return ownerKeys('Experiment', [object]);
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
