import type { Pod } from '../../../kube/types/core.ts';
import { controllerOf } from '../../../kube/types/meta.ts';
import type { Deployment, ReplicaSet } from '../../../kube/types/workloads.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import type { StoreEvent } from '../../store/store.ts';
import { keyOf, managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { claim, ownerKeys } from '../ownership.ts';
import { conditionOf } from '../pod-state.ts';
import { ReconcilingController } from '../reconciling-controller.ts';
import { ProgressReason, withCondition, type ConditionDraft } from './deployment-conditions.ts';
import { DeploymentPass, wasScaled, type DeploymentTools } from './deployment-pass.ts';
import { isRolling, progressDeadlineSeconds } from './deployment-spec.ts';
import { countedStatus, isComplete, untilDeadlineMs } from './deployment-status.ts';
import { scaleProportionally } from './proportional-scaling.ts';
import { recreate } from './recreate.ts';
import { isActive, membersOf } from './replica-set-family.ts';
import { DESIRED_REPLICAS, sizeAnnotation } from './revision.ts';
import { rollingUpdate } from './rolling-update.ts';

const RESOURCE = 'deployments.apps';
const REPLICA_SETS = 'replicasets.apps';

/** Rolls Deployments out over replica sets. Models pkg/controller/deployment. */
export class DeploymentController extends ReconcilingController {
  readonly #tools: DeploymentTools = { api: this.api, clock: this.clock, events: this.recorderFor('deployment-controller') };

  constructor(plane: ControlPlane) {
    super(plane, {
      caller: managerAccount('deployment-controller'),
      primary: RESOURCE,
      watches: { [REPLICA_SETS]: (event) => this.#keysForReplicaSet(event), pods: (event) => this.#keysForPod(event) },
    });
  }

  #keysForReplicaSet({ object, previous }: StoreEvent): string[] {
    const owners = ownerKeys('Deployment', [object, previous]);
    if (controllerOf(object)) return owners;
    const { namespace, labels = {} } = object.metadata;
    const possible = this.api
      .list<Deployment>(RESOURCE, { namespace: namespace! })
      .filter(({ spec }) => matchesLabelSelector(spec.selector, labels));
    return [...new Set([...owners, ...possible.map(keyOf)])];
  }

  /** A Recreate rollout goes on when the last old pod is gone. */
  #keysForPod({ type, object }: StoreEvent): string[] {
    const owner = controllerOf(object);
    if (type !== 'DELETED' || owner?.kind !== 'ReplicaSet') return [];
    return ownerKeys('Deployment', [this.api.get(REPLICA_SETS, object.metadata.namespace, owner.name)]);
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const deployment = this.api.get<Deployment>(RESOURCE, namespace, name);
    if (!deployment) return;
    const candidates = this.api.list<ReplicaSet>(REPLICA_SETS, { namespace });
    const owned = claim(this.api, REPLICA_SETS, deployment, deployment.spec.selector, candidates);
    const pass = new DeploymentPass(this.#tools, deployment, owned);
    this.#advance(pass);
    this.#checkProgressLater(key, pass);
  }

  #advance(pass: DeploymentPass): void {
    if (pass.deployment.metadata.deletionTimestamp) {
      pass.syncRevision();
      pass.writeStatus(countedStatus(pass.deployment, pass.family, pass.nowMs));
      return;
    }
    notePause(pass);
    if (pass.deployment.spec.paused) {
      this.#resize(pass);
      return;
    }
    pass.syncRevision();
    if (isScalingEvent(pass)) this.#resize(pass);
    else if (isRolling(pass.deployment)) rollingUpdate(pass);
    else recreate(pass, this.#podsOf(pass));
  }

  /** Models sync.go sync: what happens to a Deployment that was scaled, or that is paused. */
  #resize(pass: DeploymentPass): void {
    pass.syncRevision();
    scaleProportionally(pass);
    if (pass.deployment.spec.paused) pass.cleanUpHistory();
    pass.writeStatus(countedStatus(pass.deployment, pass.family, pass.nowMs));
  }

  #podsOf(pass: DeploymentPass): Pod[] {
    const uids = new Set(membersOf(pass.family).map(({ metadata }) => metadata.uid));
    const { namespace } = pass.deployment.metadata;
    const selected = this.api.list<Pod>('pods', { namespace: namespace!, selector: pass.deployment.spec.selector });
    return selected.filter((pod) => uids.has(controllerOf(pod)?.uid));
  }

  /** A rollout that makes no progress is looked at again when its deadline is over. Models progress.go requeueStuckDeployment. */
  #checkProgressLater(key: string, { deployment, nowMs }: DeploymentPass): void {
    const status = deployment.status ?? {};
    const reason = conditionOf(status, 'Progressing')?.reason;
    if (deployment.spec.paused || isComplete(deployment, status) || reason === ProgressReason.timedOut) return;
    const remainingMs = untilDeadlineMs(deployment, status, nowMs);
    if (remainingMs !== undefined && remainingMs > 0) this.enqueueAfter(key, remainingMs + 1000);
  }
}

/** Shows a pause or its end as a condition, so that the time spent paused does not count as lack of progress. Models sync.go checkPausedConditions. */
function notePause(pass: DeploymentPass): void {
  const { deployment } = pass;
  if (progressDeadlineSeconds(deployment) === undefined) return;
  const reason = conditionOf(deployment.status, 'Progressing')?.reason;
  if (reason === ProgressReason.timedOut) return;
  const wasPaused = reason === ProgressReason.paused;
  const isPaused = deployment.spec.paused ?? false;
  if (isPaused === wasPaused) return;
  pass.writeStatus(withCondition(deployment.status ?? {}, isPaused ? PAUSED : RESUMED, pass.nowMs));
}

const PAUSED: ConditionDraft = {
  type: 'Progressing',
  status: 'Unknown',
  reason: ProgressReason.paused,
  message: 'Deployment is paused',
};

const RESUMED: ConditionDraft = {
  type: 'Progressing',
  status: 'Unknown',
  reason: ProgressReason.resumed,
  message: 'Deployment is resumed',
};

function isScalingEvent(pass: DeploymentPass): boolean {
  const active = membersOf(pass.family).filter(isActive);
  return active.some((replicaSet) => wasScaled(pass.deployment, sizeAnnotation(replicaSet, DESIRED_REPLICAS)));
}
