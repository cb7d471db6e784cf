import type { Task } from '../../shell/kernel/task.ts';
import type { ApiConnection } from './api-connection.ts';
import { KubectlError } from './kubectl-error.ts';

/** A resource as the server offers it. */
export interface ResourceType {
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  isNamespaced: boolean;
  shortNames: readonly string[];
}

interface DiscoveryList {
  items?: { metadata?: { name?: string }; versions?: { version: string; resources?: DiscoveredResource[] }[] }[];
}

interface DiscoveredResource {
  resource: string;
  singularResource?: string;
  shortNames?: string[];
  scope: 'Namespaced' | 'Cluster';
  responseKind?: { kind?: string };
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** What the server has; asked for once. */
export class ResourceTypes {
  readonly #api: ApiConnection;
  #types: ResourceType[] | undefined;

  constructor(api: ApiConnection) {
    this.#api = api;
  }

  /** By what people type: `deploy`, `deployment`, `deployments`, `deployments.apps`. */
  *byName(name: string): Task<ResourceType> {
    const [plain = '', ...group] = name.toLowerCase().split('.');
    const wanted = group.join('.');
    const found = (yield* this.#all()).find(
      (type) =>
        (type.plural === plain || type.singular === plain || type.shortNames.includes(plain)) &&
        (wanted === '' || type.group === wanted || `${type.version}.${type.group}` === wanted),
    );
    if (!found) throw new KubectlError(`the server doesn't have a resource type "${name}"`);
    return found;
  }

  *byKind(apiVersion: string, kind: string, file: string): Task<ResourceType> {
    const [version, group] = apiVersion.includes('/') ? apiVersion.split('/').reverse() : [apiVersion, ''];
    const found = (yield* this.#all()).find((type) => type.kind === kind && type.version === version && type.group === group);
    if (found) return found;
    const what = `no matches for kind "${kind}" in version "${apiVersion}"`;
    throw new KubectlError(
      `resource mapping not found for name: "" namespace: "" from "${file}": ${what}\nensure CRDs are installed first`,
    );
  }

  *#all(): Task<readonly ResourceType[]> {
    if (this.#types) return this.#types;
    const types: ResourceType[] = [];
    for (const path of ['/api', '/apis']) {
      const list = yield* this.#api.request<DiscoveryList>('GET', path, { accept: AGGREGATED });
      for (const { metadata, versions = [] } of list.items ?? []) {
        for (const { version, resources = [] } of versions) {
          types.push(...resources.map((resource) => typeOf(metadata?.name ?? '', version, resource)));
        }
      }
    }
    return (this.#types = types);
  }
}

function typeOf(
  group: string,
  version: string,
  { resource, singularResource, shortNames = [], scope, responseKind }: DiscoveredResource,
): ResourceType {
  const kind = responseKind?.kind ?? '';
  const singular = singularResource || kind.toLowerCase();
  return { group, version, plural: resource, singular, kind, isNamespaced: scope === 'Namespaced', shortNames };
}

/** The path of a collection, or of an object in it. */
export function pathOf({ group, version, plural, isNamespaced }: ResourceType, namespace: string | undefined, name?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${place}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

/** As kubectl calls an object in what it prints: `deployment.apps/shop`. */
export function shownName({ group, kind, singular }: ResourceType, name: string): string {
  const type = singular || kind.toLowerCase();
  return `${group === '' ? type : `${type}.${group}`}/${name}`;
}
