import type { KubeObject, OwnerReference } from '../../../kube/types/meta.ts';

/** Where an object is found. */
export interface Location {
  resource: string;
  namespace: string | undefined;
  name: string;
  uid: string;
}

/** Who depends on whom, kept up to date from the stream of writes. */
export class OwnershipGraph {
  readonly #locations = new Map<string, Location>();
  readonly #owners = new Map<string, readonly OwnerReference[]>();
  readonly #dependents = new Map<string, Set<string>>();

  /** Takes in the state of an object. */
  observe(resource: string, { metadata }: KubeObject): void {
    const uid = metadata.uid!;
    this.#locations.set(uid, { resource, namespace: metadata.namespace, name: metadata.name, uid });
    const owners = metadata.ownerReferences ?? [];
    if (owners === this.#owners.get(uid)) return;
    this.#unlink(uid);
    if (owners.length === 0) return;
    this.#owners.set(uid, owners);
    for (const owner of owners) {
      const dependents = this.#dependents.get(owner.uid) ?? new Set();
      this.#dependents.set(owner.uid, dependents.add(uid));
    }
  }

  /** Forgets an object that is gone; its dependents still count as such. */
  forget(uid: string): void {
    this.#locations.delete(uid);
    this.#unlink(uid);
  }

  find(uid: string): Location | undefined {
    return this.#locations.get(uid);
  }

  /** The objects that name this uid among their owners, in the order they were first seen. */
  dependentsOf(uid: string): Location[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#locations.get(dependent) ?? []);
  }

  #unlink(uid: string): void {
    for (const owner of this.#owners.get(uid) ?? []) {
      const dependents = this.#dependents.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner.uid);
    }
    this.#owners.delete(uid);
  }
}
