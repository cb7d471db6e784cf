import { groupResource, type ResourceDefinition, type ServedResource } from './resource.ts';

/** Every resource that the server serves: the built-in ones, and those that CustomResourceDefinitions add and remove. */
export class ResourceRegistry {
  readonly #stored = new Map<string, ResourceDefinition>();
  readonly #served = new Map<string, ServedResource>();
  #generation = 0;

  constructor(definitions: readonly ResourceDefinition[]) {
    for (const definition of definitions) this.add(definition);
  }

  /** Goes up with every change, so that whoever derives something from all resources knows when to do it again. */
  get generation(): number {
    return this.#generation;
  }

  /** Adds or replaces a resource; it is served in its stored form unless the forms are given. */
  add(stored: ResourceDefinition, forms: readonly ServedResource[] = [{ definition: stored, stored }]): void {
    this.remove(groupResource(stored));
    this.#stored.set(groupResource(stored), stored);
    for (const form of forms) this.#served.set(servedKey(form.definition), form);
    this.#generation += 1;
  }

  remove(resource: string): void {
    if (!this.#stored.delete(resource)) return;
    for (const [key, form] of this.#served) if (groupResource(form.stored) === resource) this.#served.delete(key);
    this.#generation += 1;
  }

  /** The resource under its GroupResource, in its stored form. */
  get(resource: string): ResourceDefinition | undefined {
    return this.#stored.get(resource);
  }

  /** The resource that a path names. */
  served(group: string, version: string, plural: string): ServedResource | undefined {
    return this.#served.get(`${group}/${version}/${plural}`);
  }

  /** The resource that serves a kind, as owner references name it. */
  forKind(group: string, kind: string): ResourceDefinition | undefined {
    for (const definition of this.#stored.values()) if (definition.group === group && definition.kind === kind) return definition;
    return undefined;
  }

  all(): ResourceDefinition[] {
    return [...this.#stored.values()];
  }

  /** Every form of every resource, in the order in which they were added. */
  allServed(): ServedResource[] {
    return [...this.#served.values()];
  }
}

function servedKey({ group, version, plural }: ResourceDefinition): string {
  return `${group}/${version}/${plural}`;
}
