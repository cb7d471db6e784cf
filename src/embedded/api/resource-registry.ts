import { groupResource, type ResourceDefinition } from './resource.ts';

/** Every resource that the server serves: the built-in ones, and those that CustomResourceDefinitions add and remove. */
export class ResourceRegistry {
  readonly #definitions = new Map<string, ResourceDefinition>();

  constructor(definitions: readonly ResourceDefinition[]) {
    for (const definition of definitions) this.add(definition);
  }

  add(definition: ResourceDefinition): void {
    this.#definitions.set(groupResource(definition), definition);
  }

  remove(resource: string): void {
    this.#definitions.delete(resource);
  }

  get(resource: string): ResourceDefinition | undefined {
    return this.#definitions.get(resource);
  }

  /** The resource that serves a kind, as owner references name it. */
  forKind(group: string, kind: string): ResourceDefinition | undefined {
    return this.all().find((definition) => definition.group === group && definition.kind === kind);
  }

  all(): ResourceDefinition[] {
    return [...this.#definitions.values()];
  }
}
