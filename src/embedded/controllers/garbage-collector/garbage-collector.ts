import type { KubeObject, OwnerReference } from '../../../kube/types/meta.ts';
import type { Cancel } from '../../../system/clock.ts';
import { ApiError } from '../../api/api-error.ts';
import type { ApiClient, ClientDeleteOptions } from '../../api/client.ts';
import { groupOf, groupResource } from '../../api/resource.ts';
import type { ResourceRegistry } from '../../api/resource-registry.ts';
import type { StoreEvent } from '../../store/store.ts';
import { managerAccount, type ControlPlane, type Controller } from '../control-plane.ts';
import { WorkQueue } from '../work-queue.ts';
import { OwnershipGraph, type Location } from './ownership-graph.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';
/** Kinds that nobody owns and that come in great numbers. */
const IGNORED = new Set(['events', 'events.events.k8s.io']);

interface Owners {
  /** Owners that are there and stay. */
  solid: OwnerReference[];
  /** Owners that are not there. */
  dangling: OwnerReference[];
  /** Owners that are being deleted and wait for their dependents to go first. */
  waiting: OwnerReference[];
}

/**
 * Deletes objects whose owners are gone, lets an owner go when its dependents are (foreground), and frees dependents from an
 * owner that leaves them behind (orphan). Models pkg/controller/garbagecollector. Owners of kinds that nobody serves keep
 * their dependents alive, as there.
 */
export class GarbageCollector implements Controller {
  readonly #plane: ControlPlane;
  readonly #api: ApiClient;
  readonly #registry: ResourceRegistry;
  readonly #graph = new OwnershipGraph();
  readonly #queue: WorkQueue;
  #unsubscribe: Cancel | undefined;

  constructor(plane: ControlPlane, registry: ResourceRegistry) {
    this.#plane = plane;
    this.#api = plane.clientFor(managerAccount('generic-garbage-collector'));
    this.#registry = registry;
    this.#queue = new WorkQueue({
      clock: plane.clock,
      reconcile: (uid) => this.#process(uid),
      onError: (_, error) => {
        if (error instanceof ApiError) return;
        plane.clock.after(0, () => {
          throw error;
        });
      },
    });
  }

  start(): void {
    this.#unsubscribe = this.#plane.watch((event) => this.#observe(event));
    for (const definition of this.#registry.all()) {
      const resource = groupResource(definition);
      if (IGNORED.has(resource)) continue;
      for (const object of this.#api.list(resource)) this.#take(resource, object);
    }
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#queue.stop();
  }

  #observe({ type, resource, object }: StoreEvent): void {
    if (IGNORED.has(resource)) return;
    if (type === 'DELETED') this.#lose(object);
    else this.#take(resource, object);
  }

  #take(resource: string, object: KubeObject): void {
    this.#graph.observe(resource, object);
    const { ownerReferences, deletionTimestamp, finalizers, uid } = object.metadata;
    const isLeaving = deletionTimestamp !== undefined && (finalizers?.includes(FOREGROUND) || finalizers?.includes(ORPHAN));
    if (isLeaving || (ownerReferences?.length && !deletionTimestamp)) this.#queue.add(uid!);
  }

  #lose(object: KubeObject): void {
    const uid = object.metadata.uid!;
    this.#graph.forget(uid);
    for (const dependent of this.#graph.dependentsOf(uid)) this.#queue.add(dependent.uid);
    for (const owner of object.metadata.ownerReferences ?? []) if (this.#graph.find(owner.uid)) this.#queue.add(owner.uid);
  }

  #process(uid: string): void {
    const location = this.#graph.find(uid);
    const object = location && this.#get(location);
    if (!object) return;
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    if (!deletionTimestamp) this.#collect(location, object);
    else if (finalizers.includes(ORPHAN)) this.#orphan(location, object);
    else if (finalizers.includes(FOREGROUND)) this.#finishForeground(location, object);
  }

  #get({ resource, namespace, name, uid }: Location): KubeObject | undefined {
    const object = this.#api.get(resource, namespace, name);
    return object?.metadata.uid === uid ? object : undefined;
  }

  /** Models attemptToDeleteItem: an object goes when it has owners, but none that stays. */
  #collect(location: Location, object: KubeObject): void {
    const references = object.metadata.ownerReferences ?? [];
    const owners = this.#classify(object, references);
    if (!owners || references.length === 0) return;
    const gone = [...owners.dangling, ...owners.waiting];
    if (owners.solid.length > 0) {
      if (gone.length > 0) this.#removeOwners(location, object, new Set(gone.map(({ uid }) => uid)));
      return;
    }
    const dependents = this.#graph.dependentsOf(location.uid);
    if (owners.waiting.length > 0 && dependents.length > 0) {
      if (dependents.some((dependent) => isWaitingForDependents(this.#get(dependent)))) this.#unblock(location, references);
      this.#delete(location, 'Foreground');
    } else this.#delete(location, policyOf(object));
  }

  /** Undefined when an owner cannot be judged: its kind is not served, or it lives in a namespace while the object does not. */
  #classify(object: KubeObject, references: readonly OwnerReference[]): Owners | undefined {
    const owners: Owners = { solid: [], dangling: [], waiting: [] };
    for (const reference of references) {
      const definition = this.#registry.forKind(groupOf(reference), reference.kind);
      const { namespace } = object.metadata;
      if (!definition || (definition.isNamespaced && namespace === undefined)) return undefined;
      const owner = this.#api.get(groupResource(definition), definition.isNamespaced ? namespace : undefined, reference.name);
      if (owner?.metadata.uid !== reference.uid) owners.dangling.push(reference);
      else if (isWaitingForDependents(owner)) owners.waiting.push(reference);
      else owners.solid.push(reference);
    }
    return owners;
  }

  /** Models processDeletingDependentsItem. */
  #finishForeground(location: Location, object: KubeObject): void {
    const blocking = this.#graph.dependentsOf(location.uid).filter((dependent) => this.#isBlocking(dependent, location.uid));
    if (blocking.length === 0) this.#removeFinalizer(location, object, FOREGROUND);
    for (const dependent of blocking) this.#queue.add(dependent.uid);
  }

  #isBlocking(dependent: Location, ownerUid: string): boolean {
    const references = this.#get(dependent)?.metadata.ownerReferences ?? [];
    return references.some(({ uid, blockOwnerDeletion }) => uid === ownerUid && blockOwnerDeletion);
  }

  #orphan(location: Location, object: KubeObject): void {
    for (const dependent of this.#graph.dependentsOf(location.uid)) {
      const latest = this.#get(dependent);
      if (latest) this.#removeOwners(dependent, latest, new Set([location.uid]));
    }
    this.#removeFinalizer(location, object, ORPHAN);
  }

  #removeOwners(location: Location, object: KubeObject, uids: ReadonlySet<string>): void {
    const remaining = (object.metadata.ownerReferences ?? []).filter(({ uid }) => !uids.has(uid));
    this.#patchMetadata(location, { ownerReferences: remaining.length > 0 ? remaining : null });
  }

  #unblock(location: Location, references: readonly OwnerReference[]): void {
    this.#patchMetadata(location, { ownerReferences: references.map((reference) => ({ ...reference, blockOwnerDeletion: false })) });
  }

  #removeFinalizer(location: Location, object: KubeObject, finalizer: string): void {
    const remaining = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
    this.#patchMetadata(location, { finalizers: remaining.length > 0 ? remaining : null });
  }

  #patchMetadata({ resource, namespace, name, uid }: Location, metadata: Record<string, unknown>): void {
    this.#unlessGone(() => this.#api.patch(resource, namespace, name, { type: 'merge', body: { metadata: { uid, ...metadata } } }));
  }

  #delete({ resource, namespace, name, uid }: Location, propagationPolicy: NonNullable<ClientDeleteOptions['propagationPolicy']>): void {
    this.#unlessGone(() => this.#api.delete(resource, namespace, name, { propagationPolicy, preconditions: { uid } }));
  }

  #unlessGone(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
    }
  }
}

function isWaitingForDependents(object: KubeObject | undefined): boolean {
  return object?.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers?.includes(FOREGROUND) ?? false);
}

function policyOf({ metadata }: KubeObject): 'Orphan' | 'Foreground' | 'Background' {
  if (metadata.finalizers?.includes(ORPHAN)) return 'Orphan';
  return metadata.finalizers?.includes(FOREGROUND) ? 'Foreground' : 'Background';
}
