import type { Condition, KubeObject } from '../../../kube/types/meta.ts';
import type { Cancel } from '../../../system/clock.ts';
import { equalJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import type { Controller, ControlPlane } from '../../controllers/control-plane.ts';
import { WorkQueue } from '../../controllers/work-queue.ts';
import { controlPlane } from '../caller.ts';
import type { ApiClient } from '../client.ts';
import { nameConflict } from './custom-names.ts';
import {
  CLEANUP_FINALIZER,
  CUSTOM_RESOURCE_DEFINITIONS,
  isConditionTrue,
  withCondition,
  type CustomResourceDefinition,
} from './custom-resource-definition.ts';

type Status = NonNullable<CustomResourceDefinition['status']>;

/**
 * Says of each CustomResourceDefinition whether its names are accepted and it is established, and deletes the objects of those that
 * are being deleted. Models apiextensions controller/status, controller/establish and controller/finalizer.
 */
export class CustomResourceController implements Controller {
  readonly #plane: ControlPlane;
  readonly #client: ApiClient;
  readonly #queue: WorkQueue;
  #cancelWatch: Cancel | undefined;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    this.#client = plane.clientFor(controlPlane('system:apiserver', 'kube-apiserver/v1.34.4'));
    this.#queue = new WorkQueue({ clock: plane.clock, reconcile: (name) => this.#reconcile(name) });
  }

  start(): void {
    this.#cancelWatch = this.#plane.watch(({ resource, type, object }) => {
      if (resource === CUSTOM_RESOURCE_DEFINITIONS) this.#addAll();
      else if (type === 'DELETED') this.#addDefinitionOf(object);
    });
    this.#addAll();
  }

  stop(): void {
    this.#cancelWatch?.();
    this.#queue.stop();
  }

  /** Why all: a definition that goes may free the names that another one waits for. */
  #addAll(): void {
    for (const { metadata } of this.#definitions()) this.#queue.add(metadata.name);
  }

  #addDefinitionOf({ apiVersion, kind }: KubeObject): void {
    for (const { metadata, spec } of this.#definitions()) {
      if (metadata.deletionTimestamp && spec.names.kind === kind && apiVersion.startsWith(`${spec.group}/`)) this.#queue.add(metadata.name);
    }
  }

  #definitions(): CustomResourceDefinition[] {
    return this.#client.list<CustomResourceDefinition>(CUSTOM_RESOURCE_DEFINITIONS);
  }

  #reconcile(name: string): void {
    const crd = this.#client.get<CustomResourceDefinition>(CUSTOM_RESOURCE_DEFINITIONS, undefined, name);
    if (!crd) return;
    if (crd.metadata.deletionTimestamp) this.#cleanUp(crd);
    else this.#judgeNames(crd);
  }

  #judgeNames(crd: CustomResourceDefinition): void {
    const conflict = nameConflict(crd, this.#definitions());
    const accepted: Condition = conflict
      ? { type: 'NamesAccepted', status: 'False', reason: conflict.reason, message: conflict.message }
      : { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
    const established: Condition = conflict
      ? { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }
      : { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' };
    let conditions = this.#withCondition(crd.status?.conditions ?? [], accepted);
    // Why: names that were accepted once stay in use, whatever happens to a later change of them.
    if (!conflict || !isConditionTrue(crd, 'Established')) conditions = this.#withCondition(conditions, established);
    this.#writeStatus(crd, { ...crd.status, conditions, ...(!conflict && { acceptedNames: crd.spec.names }) });
  }

  #cleanUp(crd: CustomResourceDefinition): void {
    if (!crd.metadata.finalizers?.includes(CLEANUP_FINALIZER)) return;
    const resource = `${crd.spec.names.plural}.${crd.spec.group}`;
    const remaining = this.#client.list(resource);
    for (const { metadata } of remaining) if (!metadata.deletionTimestamp) this.#client.delete(resource, metadata.namespace, metadata.name);
    if (this.#client.list(resource).length > 0) {
      this.#terminate(crd, { status: 'True', reason: 'InstanceDeletionInProgress', message: 'CustomResource deletion is in progress' });
      return;
    }
    const { metadata } = this.#terminate(crd, { status: 'False', reason: 'InstanceDeletionCompleted', message: 'removed all instances' });
    const finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP_FINALIZER);
    this.#client.patch(CUSTOM_RESOURCE_DEFINITIONS, undefined, metadata.name, { type: 'merge', body: { metadata: { finalizers } } });
  }

  #terminate(crd: CustomResourceDefinition, condition: Omit<Condition, 'type'>): CustomResourceDefinition {
    const conditions = this.#withCondition(crd.status?.conditions ?? [], { type: 'Terminating', ...condition });
    return this.#writeStatus(crd, { ...crd.status, conditions });
  }

  #withCondition(conditions: readonly Condition[], { type, status, ...rest }: Condition): Condition[] {
    return withCondition(conditions, { type, status, lastTransitionTime: toSecondsTimestamp(this.#plane.clock.now()), ...rest });
  }

  #writeStatus(crd: CustomResourceDefinition, status: Status): CustomResourceDefinition {
    if (equalJson(crd.status, status)) return crd;
    return this.#client.update<CustomResourceDefinition>(CUSTOM_RESOURCE_DEFINITIONS, { ...crd, status }, 'status');
  }
}
