import type { Pod } from '../../../kube/types/core.ts';
import { controllerOf, type KubeObject } from '../../../kube/types/meta.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { ApiError } from '../../api/api-error.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import type { StoreEvent } from '../../store/store.ts';
import { keyOf, managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { claim, ownerKeys } from '../ownership.ts';
import { isNamespaceTerminating, PodControl } from '../pod-control.ts';
import { isPodActive, untilAvailableMs } from '../pod-state.ts';
import { ReconcilingController } from '../reconciling-controller.ts';
import { slowStart } from '../slow-start.ts';
import { inDeletionOrder } from './deletion-rank.ts';
import { replicaSetStatus, wantedReplicas, type ReplicaSetStatus } from './replica-set-status.ts';

const RESOURCE = 'replicasets.apps';
/** The most pods created or deleted in one pass. */
const BURST = 500;

/** Keeps as many pods alive as each ReplicaSet wants, and counts them in its status. Models pkg/controller/replicaset. */
export class ReplicaSetController extends ReconcilingController {
  readonly #pods = new PodControl(this.api, this.recorderFor('replicaset-controller'));

  constructor(plane: ControlPlane) {
    super(plane, {
      caller: managerAccount('replicaset-controller'),
      primary: RESOURCE,
      watches: { pods: (event) => this.#keysForPod(event) },
    });
  }

  #keysForPod({ object, previous }: StoreEvent): string[] {
    const owners = ownerKeys('ReplicaSet', [object, previous]);
    if (controllerOf(object)) return owners;
    return [...new Set([...owners, ...this.#possibleOwners(object)])];
  }

  #possibleOwners(orphan: KubeObject): string[] {
    const labels = orphan.metadata.labels;
    if (!labels) return [];
    return this.#listIn(orphan.metadata.namespace!)
      .filter(({ spec }) => matchesLabelSelector(spec.selector, labels))
      .map(keyOf);
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const replicaSet = this.api.get<ReplicaSet>(RESOURCE, namespace, name);
    if (!replicaSet) return;
    const candidates = this.api.list<Pod>('pods', { namespace }).filter((pod) => isPodActive(pod) && mayBelongTo(pod, replicaSet));
    const pods = claim(this.api, 'pods', replicaSet, replicaSet.spec.selector, candidates);
    const failure = replicaSet.metadata.deletionTimestamp ? undefined : this.#managePods(replicaSet, pods);
    this.#writeStatus(replicaSet, pods, failure);
    if (failure) throw failure;
    this.#waitForAvailability(key, replicaSet, pods);
  }

  /** Creates what is missing or deletes what is too many; answers why that failed. */
  #managePods(replicaSet: ReplicaSet, pods: readonly Pod[]): ApiError | undefined {
    const missing = wantedReplicas(replicaSet) - pods.length;
    try {
      if (missing > 0) slowStart(Math.min(missing, BURST), () => this.#createPod(replicaSet));
      if (missing < 0) this.#deletePods(replicaSet, pods, Math.min(-missing, BURST));
      return undefined;
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  #createPod(replicaSet: ReplicaSet): void {
    try {
      this.#pods.create(replicaSet, replicaSet.spec.template);
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error;
    }
  }

  #deletePods(replicaSet: ReplicaSet, pods: readonly Pod[], count: number): void {
    const ranked =
      count < pods.length ? inDeletionOrder(pods, { nowMs: this.clock.now(), relatedPodsOnNode: this.#crowds(replicaSet) }) : pods;
    for (const pod of ranked.slice(0, count)) this.#pods.delete(replicaSet, pod);
  }

  /** How many active pods the replica sets with the same owner have on each node. */
  #crowds(replicaSet: ReplicaSet): Map<string, number> {
    const namespace = replicaSet.metadata.namespace!;
    const owner = controllerOf(replicaSet)?.uid;
    const family = owner === undefined ? [replicaSet] : this.#listIn(namespace).filter((other) => controllerOf(other)?.uid === owner);
    const crowds = new Map<string, number>();
    for (const pod of this.api.list<Pod>('pods', { namespace })) {
      const isRelated = family.some(({ spec }) => matchesLabelSelector(spec.selector, pod.metadata.labels ?? {}));
      const node = pod.spec.nodeName;
      if (isRelated && node && isPodActive(pod)) crowds.set(node, (crowds.get(node) ?? 0) + 1);
    }
    return crowds;
  }

  #writeStatus(replicaSet: ReplicaSet, pods: readonly Pod[], failure: ApiError | undefined): void {
    const nowMs = this.clock.now();
    const status: ReplicaSetStatus = replicaSetStatus(replicaSet, pods, { nowMs, ...(failure && { failure: failure.message }) });
    if (equalJson(status, replicaSet.status)) return;
    this.api.update(RESOURCE, { ...cloneJson(replicaSet), status }, 'status');
  }

  #waitForAvailability(key: string, { spec }: ReplicaSet, pods: readonly Pod[]): void {
    const waits = pods
      .map((pod) => untilAvailableMs(pod, spec.minReadySeconds ?? 0, this.clock.now()))
      .filter((ms) => ms !== undefined && ms > 0);
    if (waits.length > 0) this.enqueueAfter(key, Math.min(...(waits as number[])));
  }

  #listIn(namespace: string): ReplicaSet[] {
    return this.api.list<ReplicaSet>(RESOURCE, { namespace });
  }
}

function mayBelongTo(pod: Pod, replicaSet: ReplicaSet): boolean {
  const controller = controllerOf(pod);
  return controller ? controller.uid === replicaSet.metadata.uid : true;
}
