import type { KubeObject } from '../../kube/types/meta.ts';
import type { ApiClient, ClientDeleteOptions, ClientListOptions, ClientPatch, ClientSubresource } from './client.ts';
import { evictPod } from '../controllers/disruption/evict-pod.ts';
import { ApiError, unknownPath } from './api-error.ts';
import type { Caller } from './caller.ts';
import type { ApiRequest } from './request.ts';
import { groupResource } from './resource.ts';
import type { ResourceRegistry } from './resource-registry.ts';
import { matchesLabelSelector } from './selectors.ts';
import type { Store } from '../store/store.ts';
import { bindPod, finalizeNamespace } from './subresource-writes.ts';
import type { Writes } from './writes.ts';
import type { Clock } from '../../system/clock.ts';

/** The API for a part of the control plane, which is trusted: nothing is authorized here. */
export class InProcessClient implements ApiClient {
  readonly #store: Store;
  readonly #registry: ResourceRegistry;
  readonly #writes: Writes;
  readonly #clock: Clock;
  readonly #caller: Caller;

  constructor(api: { store: Store; registry: ResourceRegistry; writes: Writes; clock: Clock }, caller: Caller) {
    this.#store = api.store;
    this.#registry = api.registry;
    this.#writes = api.writes;
    this.#clock = api.clock;
    this.#caller = caller;
  }

  get<T extends KubeObject>(resource: string, namespace: string | undefined, name: string): T | undefined {
    return this.#store.get(resource, namespace, name) as T | undefined;
  }

  list<T extends KubeObject>(resource: string, { namespace, selector }: ClientListOptions = {}): T[] {
    const objects = this.#store.list(resource, namespace);
    return (selector ? objects.filter((object) => matchesLabelSelector(selector, object.metadata.labels ?? {})) : objects) as T[];
  }

  create<T extends KubeObject>(resource: string, object: T): T {
    return this.#writes.create(this.#request(resource, object.metadata.namespace), object) as T;
  }

  update<T extends KubeObject>(resource: string, object: T, subresource?: ClientSubresource): T {
    return this.#writes.update(this.#request(resource, object.metadata.namespace, object.metadata.name, subresource), object) as T;
  }

  patch<T extends KubeObject>(
    resource: string,
    namespace: string | undefined,
    name: string,
    patch: ClientPatch,
    subresource?: ClientSubresource,
  ): T {
    return this.#writes.patch(this.#request(resource, namespace, name, subresource), patch) as T;
  }

  delete(resource: string, namespace: string | undefined, name: string, options: ClientDeleteOptions = {}): void {
    this.#writes.delete(this.#request(resource, namespace, name), options);
  }

  evict(namespace: string, pod: string): void {
    evictPod(this, this.#clock, { namespace, pod });
  }

  bind(namespace: string, pod: string, node: string): void {
    bindPod(this.#writes, this.#clock, this.#request('pods', namespace, pod), node);
  }

  finalize(namespace: string): void {
    finalizeNamespace(this.#writes, this.#request('namespaces', undefined, namespace));
  }

  #request(resource: string, namespace?: string, name?: string, subresource?: string): ApiRequest {
    const definition = this.#registry.get(resource);
    if (!definition) throw unknownPath();
    if (subresource === 'status' && !definition.hasStatus) throw unknownSubresource(groupResource(definition));
    return {
      caller: this.#caller,
      definition,
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
      ...(subresource !== undefined && { subresource }),
    };
  }
}

function unknownSubresource(resource: string): ApiError {
  return new ApiError(404, 'NotFound', `the server could not find the requested resource (${resource}/status)`);
}
