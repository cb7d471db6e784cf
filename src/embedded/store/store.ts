import type { KubeObject } from '../../kube/types/meta.ts';
import type { Cancel } from '../../system/clock.ts';
import { freezeJson } from '../../system/json.ts';
import type { StoreLog } from './store-log.ts';

/** One committed write. `resource` is the GroupResource, such as `pods` or `rollouts.argoproj.io`. */
export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  revision: number;
  resource: string;
  /** The state after the write; for DELETED the last state, carrying the revision of the deletion. */
  object: KubeObject;
  previous?: KubeObject;
}

/** Everything a cluster consists of at one revision; shares its frozen objects with the store it was taken from. */
export interface StoreSnapshot {
  revision: number;
  /** By resource, then by `namespace/name` (`/name` for cluster-wide objects). */
  objects: ReadonlyMap<string, ReadonlyMap<string, KubeObject>>;
}

/** Everything in a snapshot, resource by resource. */
export function objectsOf({ objects }: StoreSnapshot): KubeObject[] {
  return [...objects.values()].flatMap((ofResource) => [...ofResource.values()]);
}

const HISTORY_EVENTS = 8_000;

/** The objects of one resource; the sorted keys are kept until an object comes or goes. */
interface ResourceTable {
  objects: Map<string, KubeObject>;
  sortedKeys: string[] | undefined;
}

/**
 * The state of a cluster: versioned objects by resource, namespace and name, with a history that watches resume from.
 * Objects that go in are frozen and may be shared with whoever reads them. With a log, every write is also appended there.
 */
export class Store {
  readonly #tables = new Map<string, ResourceTable>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #log: StoreLog | undefined;
  #history: StoreEvent[] = [];
  #revision: number;
  #oldestRevision: number;
  #notifying = false;

  constructor(snapshot?: StoreSnapshot, log?: StoreLog) {
    // Why: clients refuse to watch from revision 0, so the first one is 1.
    this.#revision = snapshot?.revision ?? 1;
    this.#oldestRevision = this.#revision;
    this.#log = log;
    for (const [resource, objects] of snapshot?.objects ?? []) {
      this.#tables.set(resource, { objects: new Map(objects), sortedKeys: undefined });
    }
  }

  /** The revision of the newest write. */
  get revision(): number {
    return this.#revision;
  }

  /** The oldest revision that `since` and `listAt` still answer for. */
  get oldestRevision(): number {
    return this.#oldestRevision;
  }

  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#tables.get(resource)?.objects.get(objectKey(namespace, name));
  }

  /** Objects in the order of namespace and name; of all namespaces when none is given. */
  list(resource: string, namespace?: string): KubeObject[] {
    const table = this.#tables.get(resource);
    if (!table) return [];
    const keys = (table.sortedKeys ??= [...table.objects.keys()].sort());
    if (namespace === undefined) return keys.map((key) => table.objects.get(key)!);
    const prefix = `${namespace}/`;
    const found: KubeObject[] = [];
    for (let index = firstAtLeast(keys, prefix); index < keys.length && keys[index]!.startsWith(prefix); index += 1) {
      found.push(table.objects.get(keys[index]!)!);
    }
    return found;
  }

  /** The list as it was at a revision; undefined when that far back is not kept any more. */
  listAt(revision: number, resource: string, namespace?: string): KubeObject[] | undefined {
    const later = this.since(revision);
    if (!later) return undefined;
    const changed = later.filter((event) => event.resource === resource);
    if (changed.length === 0) return this.list(resource, namespace);
    const objects = new Map(this.#tables.get(resource)?.objects);
    for (const event of changed.reverse()) {
      if (event.previous) objects.set(keyOf(event.previous), event.previous);
      else objects.delete(keyOf(event.object));
    }
    const keys = [...objects.keys()].sort();
    const chosen = namespace === undefined ? keys : keys.filter((key) => key.startsWith(`${namespace}/`));
    return chosen.map((key) => objects.get(key)!);
  }

  /** How many objects a resource has in all namespaces. */
  count(resource: string): number {
    return this.#tables.get(resource)?.objects.size ?? 0;
  }

  /** Names of the resources that have at least one object. */
  resources(): string[] {
    return [...this.#tables].filter(([, { objects }]) => objects.size > 0).map(([resource]) => resource);
  }

  /** Creates or replaces an object under the next revision, which becomes its resourceVersion. */
  put(resource: string, object: KubeObject): KubeObject {
    const table = this.#tableOf(resource);
    const key = keyOf(object);
    const previous = table.objects.get(key);
    const stored = this.#stamp(object);
    table.objects.set(key, stored);
    if (!previous) table.sortedKeys = undefined;
    this.#commit({
      type: previous ? 'MODIFIED' : 'ADDED',
      revision: this.#revision,
      resource,
      object: stored,
      ...(previous && { previous }),
    });
    return stored;
  }

  /** Removes an object; answers its last state with the revision of the deletion. */
  remove(resource: string, object: KubeObject): KubeObject {
    const table = this.#tableOf(resource);
    const previous = table.objects.get(keyOf(object));
    if (!previous) throw new Error(`${resource} ${keyOf(object)} is not in the store`);
    const last = this.#stamp(object);
    table.objects.delete(keyOf(object));
    table.sortedKeys = undefined;
    this.#commit({ type: 'DELETED', revision: this.#revision, resource, object: last, previous });
    return last;
  }

  /** Calls the listener after every write, in order. A listener may not write; it notes what to do and does it later. */
  subscribe(listener: (event: StoreEvent) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The writes after a revision, oldest first; undefined when that far back is not kept any more. */
  since(revision: number): StoreEvent[] | undefined {
    if (revision < this.#oldestRevision) return undefined;
    let first = this.#history.length;
    while (first > 0 && this.#history[first - 1]!.revision > revision) first -= 1;
    return this.#history.slice(first);
  }

  snapshot(): StoreSnapshot {
    const objects = new Map<string, ReadonlyMap<string, KubeObject>>();
    for (const [resource, table] of this.#tables) objects.set(resource, new Map(table.objects));
    return { revision: this.#revision, objects };
  }

  /** Resolves once every write up to the revision would survive `kill -9`; at once for a store without a log. Rejects with LogWriteError. */
  durable(revision: number): Promise<void> {
    return this.#log ? this.#log.durable(revision) : Promise.resolve();
  }

  /** Whether `durable` has anything to wait for. */
  get hasLog(): boolean {
    return this.#log !== undefined;
  }

  #tableOf(resource: string): ResourceTable {
    let table = this.#tables.get(resource);
    if (!table) this.#tables.set(resource, (table = { objects: new Map(), sortedKeys: undefined }));
    return table;
  }

  #stamp(object: KubeObject): KubeObject {
    if (this.#notifying) throw new Error('a store listener may not write');
    this.#revision += 1;
    return freezeJson({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } });
  }

  #commit(event: StoreEvent): void {
    this.#log?.append(event);
    this.#history.push(event);
    if (this.#history.length > 2 * HISTORY_EVENTS) {
      this.#oldestRevision = this.#history[this.#history.length - HISTORY_EVENTS - 1]!.revision;
      this.#history = this.#history.slice(-HISTORY_EVENTS);
    }
    this.#notifying = true;
    try {
      for (const listener of [...this.#listeners]) listener(event);
    } finally {
      this.#notifying = false;
    }
  }
}

function objectKey(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function keyOf(object: KubeObject): string {
  return objectKey(object.metadata.namespace, object.metadata.name);
}

/** The first index whose key is not below the wanted one. */
function firstAtLeast(sorted: readonly string[], wanted: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
