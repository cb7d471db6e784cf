import { ClusterError } from '../errors.ts';
import { splitApiVersion, type ResourceName } from './resources.ts';

interface ApiResource {
  name: string;
  namespaced: boolean;
  kind: string;
}

/** Finds resources by asking the server, and asks again for what it did not find: a CustomResourceDefinition may have come meanwhile. */
export class Discovery {
  readonly #get: (path: string) => Promise<unknown>;
  readonly #found = new Map<string, ResourceName>();

  constructor(get: (path: string) => Promise<unknown>) {
    this.#get = get;
  }

  /** The resource of a GroupResource, in the group's preferred version; undefined when there is none. */
  async byName(groupResource: string): Promise<ResourceName | undefined> {
    const dot = groupResource.indexOf('.');
    const plural = dot < 0 ? groupResource : groupResource.slice(0, dot);
    const group = dot < 0 ? '' : groupResource.slice(dot + 1);
    return this.#remember(groupResource, async () => {
      const version = group === '' ? 'v1' : await this.#preferredVersion(group);
      return version === undefined ? undefined : this.#find(group, version, ({ name }) => name === plural);
    });
  }

  async byKind(apiVersion: string, kind: string): Promise<ResourceName | undefined> {
    const { group, version } = splitApiVersion(apiVersion);
    return this.#remember(`${apiVersion} ${kind}`, () => this.#find(group, version, (resource) => resource.kind === kind));
  }

  async #remember(key: string, find: () => Promise<ResourceName | undefined>): Promise<ResourceName | undefined> {
    const known = this.#found.get(key);
    if (known) return known;
    const found = await find();
    if (found) this.#found.set(key, found);
    return found;
  }

  async #preferredVersion(group: string): Promise<string | undefined> {
    const answer = (await this.#getIfThere(`/apis/${group}`)) as { preferredVersion?: { version: string } } | undefined;
    return answer?.preferredVersion?.version;
  }

  async #find(group: string, version: string, matches: (resource: ApiResource) => boolean): Promise<ResourceName | undefined> {
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const list = (await this.#getIfThere(path)) as { resources?: ApiResource[] } | undefined;
    const resource = list?.resources?.find((candidate) => !candidate.name.includes('/') && matches(candidate));
    return resource && { group, version, plural: resource.name, kind: resource.kind, isNamespaced: resource.namespaced };
  }

  async #getIfThere(path: string): Promise<unknown> {
    try {
      return await this.#get(path);
    } catch (error) {
      if (error instanceof ClusterError && error.status === 404) return undefined;
      throw error;
    }
  }
}
