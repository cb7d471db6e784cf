import type { ClusterObject, ClusterReader, JournalEntry } from '../ports.ts';
import { readPath, readText } from '../read-path.ts';

export const POD_TEMPLATE_HASH = 'rollouts-pod-template-hash';

/** What is known of the ReplicaSet behind a pod template hash. */
export interface KnownReplicaSet {
  images: string[];
  createdMs: number;
}

/** ReplicaSets by namespace and pod template hash, those that are gone included, as far as the journal remembers them. */
export class ReplicaSets {
  readonly #byHash = new Map<string, KnownReplicaSet>();

  static async read(reader: ClusterReader, journal: readonly JournalEntry[]): Promise<ReplicaSets> {
    const index = new ReplicaSets();
    for (const entry of journal) {
      if (entry.resource !== 'replicasets.apps') continue;
      for (const object of [entry.before, entry.after]) if (object) index.#add(object);
    }
    for (const object of await reader.list('replicasets.apps')) index.#add(object);
    return index;
  }

  find(namespace: string | undefined, hash: string): KnownReplicaSet | undefined {
    return this.#byHash.get(`${namespace ?? ''}/${hash}`);
  }

  #add(object: ClusterObject): void {
    const hash = object.metadata.labels?.[POD_TEMPLATE_HASH];
    if (!hash) return;
    const containers = readPath(object, 'spec.template.spec.containers');
    const images = Array.isArray(containers) ? containers.map((container) => readText(container, 'image') ?? '') : [];
    this.#byHash.set(`${object.metadata.namespace ?? ''}/${hash}`, {
      images,
      createdMs: Date.parse(object.metadata.creationTimestamp ?? ''),
    });
  }
}
