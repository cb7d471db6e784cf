import type { KubeObject } from '../../kube/types/meta.ts';
import type { Cancel } from '../../system/clock.ts';
import { freezeJson } from '../../system/json.ts';

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
  objects: ReadonlyMap<string, ReadonlyMap<string, KubeObject>>;
}

const HISTORY_EVENTS = 8_000;

/**
 * The state of a cluster: versioned objects by resource, namespace and name, with a history that watches resume from.
 * Objects that go in are frozen and may be shared with whoever reads them.
 */
export class Store {
  readonly #resources = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  #history: StoreEvent[] = [];
  #revision: number;
  #oldestRevision: number;
  #notifying = false;

  constructor(snapshot?: StoreSnapshot) {
    // Why: clients refuse to watch from revision 0, so the first one is 1.
    this.#revision = snapshot?.revision ?? 1;
    this.#oldestRevision = this.#revision;
    for (const [resource, objects] of snapshot?.objects ?? []) this.#resources.set(resource, new Map(objects));
  }

  /** The revision of the newest write. */
  get revision(): number {
    return this.#revision;
  }

  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#resources.get(resource)?.get(objectKey(namespace, name));
  }

  /** Objects in the order of namespace and name; of all namespaces when none is given. */
  list(resource: string, namespace?: string): KubeObject[] {
    const objects = this.#resources.get(resource);
    if (!objects) return [];
    const keys = [...objects.keys()];
    const chosen = namespace === undefined ? keys : keys.filter((key) => key.startsWith(`${namespace}/`));
    return chosen.sort().map((key) => objects.get(key)!);
  }

  /** Names of the resources that have at least one object. */
  resources(): string[] {
    return [...this.#resources].filter(([, objects]) => objects.size > 0).map(([resource]) => resource);
  }

  /** Creates or replaces an object under the next revision, which becomes its resourceVersion. */
  put(resource: string, object: KubeObject): KubeObject {
    const objects = this.#objectsOf(resource);
    const key = keyOf(object);
    const previous = objects.get(key);
    const stored = this.#stamp(object);
    objects.set(key, stored);
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
    const objects = this.#objectsOf(resource);
    const previous = objects.get(keyOf(object));
    if (!previous) throw new Error(`${resource} ${keyOf(object)} is not in the store`);
    const last = this.#stamp(object);
    objects.delete(keyOf(object));
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
    for (const [resource, byKey] of this.#resources) objects.set(resource, new Map(byKey));
    return { revision: this.#revision, objects };
  }

  #objectsOf(resource: string): Map<string, KubeObject> {
    let objects = this.#resources.get(resource);
    if (!objects) this.#resources.set(resource, (objects = new Map<string, KubeObject>()));
    return objects;
  }

  #stamp(object: KubeObject): KubeObject {
    if (this.#notifying) throw new Error('a store listener may not write');
    this.#revision += 1;
    return freezeJson({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } });
  }

  #commit(event: StoreEvent): void {
    this.#history.push(event);
    if (this.#history.length > 2 * HISTORY_EVENTS) {
      this.#history = this.#history.slice(-HISTORY_EVENTS);
      this.#oldestRevision = this.#history[0]!.revision - 1;
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
