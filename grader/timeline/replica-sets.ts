import type { ClusterObject, ClusterReader, JournalEntry } from '../ports.ts';
import { readPath, readText } from '../read-path.ts';

export const POD_TEMPLATE_HASH = 'rollouts-pod-template-hash';

/** What is known of a ReplicaSet behind a pod template hash. */
export interface KnownReplicaSet {
  images: string[];
  createdMs: number;
  /** When the journal saw it being created; undefined for one that was there before. */
  seenCreatedMs: number | undefined;
}

/** ReplicaSets by namespace and pod template hash, those that are gone included, as far as the journal remembers them. */
export class ReplicaSets {
  readonly #byHash = new Map<string, Map<string, KnownReplicaSet>>();

  static async read(reader: ClusterReader, journal: readonly JournalEntry[]): Promise<ReplicaSets> {
    const index = new ReplicaSets();
    for (const { resource, verb, atMs, before, after } of journal) {
      if (resource !== 'replicasets.apps') continue;
      for (const object of [before, after]) if (object) index.#add(object, verb === 'create' ? atMs : undefined);
    }
    for (const object of await reader.list('replicasets.apps')) index.#add(object);
    return index;
  }

  /** The newest one with that hash at a moment: one that was deleted and made again has the same hash. */
  find(namespace: string | undefined, hash: string, atMs: number): KnownReplicaSet | undefined {
    const known = [...(this.#byHash.get(`${namespace ?? ''}/${hash}`)?.values() ?? [])];
    return known.findLast(({ seenCreatedMs }) => seenCreatedMs === undefined || seenCreatedMs <= atMs);
  }

  /** The journal goes from old to new, so the order in which they are first met is that of their creation. */
  #add(object: ClusterObject, seenCreatedMs?: number): void {
    const { labels, namespace, uid = '', creationTimestamp = '' } = object.metadata;
    const hash = labels?.[POD_TEMPLATE_HASH];
    if (!hash) return;
    const key = `${namespace ?? ''}/${hash}`;
    const ofHash = this.#byHash.get(key) ?? new Map<string, KnownReplicaSet>();
    this.#byHash.set(key, ofHash);
    const containers = readPath(object, 'spec.template.spec.containers');
    const images = Array.isArray(containers) ? containers.map((container) => readText(container, 'image') ?? '') : [];
    ofHash.set(uid, {
      images,
      createdMs: Date.parse(creationTimestamp),
      seenCreatedMs: ofHash.get(uid)?.seenCreatedMs ?? seenCreatedMs,
    });
  }
}
