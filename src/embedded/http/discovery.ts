import { createHash } from 'node:crypto';
import type { ResourceRegistry } from '../api/resource-registry.ts';
import type { ResourceDefinition } from '../api/resource.ts';
import { subresourcesOf, type SubresourceDefinition } from '../api/subresources.ts';
import type { VirtualResource } from '../api/virtual-resource.ts';

/** One group version with what it serves, the resources by name. */
export interface ServedVersion {
  group: string;
  version: string;
  resources: DiscoveredResource[];
}

/** A resource as discovery shows it. */
export interface DiscoveredResource {
  name: string;
  singularName: string;
  isNamespaced: boolean;
  kind: string;
  verbs: readonly string[];
  shortNames: readonly string[];
  categories: readonly string[];
  /** Resources that are stored carry a hash of their stored version. */
  storedVersion?: string;
  /** Custom kinds are listed with their group and version. */
  responseKind: { group: string; version: string; kind: string };
  subresources: readonly SubresourceDefinition[];
}

/** The built-in groups in the order of their APIServices' priorities; groups of custom resources follow by name. */
const GROUP_ORDER = [
  '',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
];

/** Answers what the server serves; derived anew whenever a resource comes or goes. */
export class Discovery {
  readonly #registry: ResourceRegistry;
  readonly #virtual: readonly VirtualResource[];
  #versions: ServedVersion[] = [];
  #generation = -1;

  constructor(registry: ResourceRegistry, virtual: readonly VirtualResource[]) {
    this.#registry = registry;
    this.#virtual = virtual;
  }

  /** Every group version, groups in the server's order, the preferred version of each first. */
  versions(): readonly ServedVersion[] {
    if (this.#generation !== this.#registry.generation) {
      this.#generation = this.#registry.generation;
      this.#versions = collectVersions(this.#registry, this.#virtual);
    }
    return this.#versions;
  }

  find(group: string, version: string): ServedVersion | undefined {
    return this.versions().find((served) => served.group === group && served.version === version);
  }

  /** The versions of a group, preferred first; empty for a group that is not served. */
  versionsOf(group: string): ServedVersion[] {
    return this.versions().filter((served) => served.group === group);
  }

  /** The names of the groups, without the core group. */
  groups(): string[] {
    return [...new Set(this.versions().map(({ group }) => group))].filter((group) => group !== '');
  }
}

function collectVersions(registry: ResourceRegistry, virtual: readonly VirtualResource[]): ServedVersion[] {
  const versions = new Map<string, ServedVersion>();
  const add = (group: string, version: string, resource: DiscoveredResource): void => {
    const key = `${group}/${version}`;
    const served = versions.get(key) ?? { group, version, resources: [] };
    versions.set(key, served);
    served.resources.push(resource);
  };
  for (const { definition, stored } of registry.allServed()) add(definition.group, definition.version, discover(definition, stored));
  for (const resource of virtual) add(resource.group, resource.version, discoverVirtual(resource));
  const sorted = [...versions.values()].sort(compareVersions);
  for (const { resources } of sorted) resources.sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted;
}

function discover(definition: ResourceDefinition, stored: ResourceDefinition): DiscoveredResource {
  return {
    name: definition.plural,
    singularName: definition.singular,
    isNamespaced: definition.isNamespaced,
    kind: definition.kind,
    verbs: definition.verbs,
    shortNames: definition.shortNames,
    categories: definition.categories,
    storedVersion: storedVersionOf(stored),
    responseKind: responseKindOf(definition),
    subresources: subresourcesOf(definition),
  };
}

/** Why: the real server still stores CustomResourceDefinitions in the version before, and the hash shows it. */
function storedVersionOf({ group, version, kind }: ResourceDefinition): string {
  return `${group}/${kind === 'CustomResourceDefinition' ? 'v1beta1' : version}/${kind}`;
}

function responseKindOf({ isBuiltIn, group, version, kind }: ResourceDefinition): DiscoveredResource['responseKind'] {
  return isBuiltIn ? { group: '', version: '', kind } : { group, version, kind };
}

function discoverVirtual({ plural, isNamespaced, kind }: VirtualResource): DiscoveredResource {
  return {
    name: plural,
    singularName: kind.toLowerCase(),
    isNamespaced,
    kind,
    verbs: ['create'],
    shortNames: [],
    categories: [],
    responseKind: { group: '', version: '', kind },
    subresources: [],
  };
}

function compareVersions(a: ServedVersion, b: ServedVersion): number {
  return groupRank(a.group) - groupRank(b.group) || compareText(a.group, b.group) || compareVersionNames(a.version, b.version);
}

function groupRank(group: string): number {
  const rank = GROUP_ORDER.indexOf(group);
  return rank < 0 ? GROUP_ORDER.length : rank;
}

/** Stable before beta before alpha, higher numbers first, anything else last. Models apimachinery version.CompareKubeAwareVersionStrings. */
export function compareVersionNames(a: string, b: string): number {
  const [left, right] = [versionRank(a), versionRank(b)];
  for (let index = 0; index < 3; index += 1) if (left[index] !== right[index]) return right[index]! - left[index]!;
  return compareText(a, b);
}

function versionRank(version: string): [stability: number, major: number, minor: number] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return [0, 0, 0];
  const stability = match[2] === 'alpha' ? 1 : match[2] === 'beta' ? 2 : 3;
  return [stability, Number(match[1]), Number(match[3] ?? 0)];
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `apps/v1`, or `v1` for the core group. */
export function groupVersionText({ group, version }: { group: string; version: string }): string {
  return group ? `${group}/${version}` : version;
}

/** GET /apis/G */
export function apiGroup(discovery: Discovery, group: string): object {
  const versions = discovery.versionsOf(group).map((served) => ({ groupVersion: groupVersionText(served), version: served.version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

/** GET /apis/G/V and /api/v1 */
export function resourceList(served: ServedVersion): object {
  return {
    kind: 'APIResourceList',
    ...(served.group && { apiVersion: 'v1' }),
    groupVersion: groupVersionText(served),
    resources: served.resources.flatMap((resource) => [
      plainResource(resource),
      ...resource.subresources.map((sub) => plainSubresource(resource, sub)),
    ]),
  };
}

function plainResource({
  name,
  singularName,
  isNamespaced,
  kind,
  verbs,
  shortNames,
  categories,
  storedVersion,
}: DiscoveredResource): object {
  return {
    name,
    singularName,
    namespaced: isNamespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(storedVersion !== undefined && { storageVersionHash: storageVersionHash(storedVersion) }),
  };
}

function plainSubresource(
  { name, isNamespaced }: DiscoveredResource,
  { name: subresource, kind, group, version, verbs }: SubresourceDefinition,
): object {
  return {
    name: `${name}/${subresource}`,
    singularName: '',
    namespaced: isNamespaced,
    ...(group !== undefined && { group }),
    ...(version !== undefined && { version }),
    kind,
    verbs,
  };
}

/** Models apiserver endpoints/discovery StorageVersionHash. */
function storageVersionHash(storedVersion: string): string {
  return createHash('sha256').update(storedVersion).digest().subarray(0, 8).toString('base64');
}

/** GET /api or /apis for clients that take everything at once. Models apidiscovery.k8s.io v2 and v2beta1. */
export function aggregatedDiscovery(discovery: Discovery, root: 'api' | 'apis', version: 'v2' | 'v2beta1'): object {
  const groups = root === 'api' ? [''] : discovery.groups();
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => ({
      metadata: group ? { name: group } : {},
      versions: discovery.versionsOf(group).map((served) => ({
        version: served.version,
        resources: served.resources.map(aggregatedResource),
        freshness: 'Current',
      })),
    })),
  };
}

function aggregatedResource(resource: DiscoveredResource): object {
  const { name, singularName, isNamespaced, verbs, shortNames, categories, responseKind, subresources } = resource;
  return {
    resource: name,
    responseKind,
    scope: isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: singularName,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && { subresources: subresources.map((subresource) => aggregatedSubresource(resource, subresource)) }),
  };
}

function aggregatedSubresource({ responseKind }: DiscoveredResource, { name, kind, group, version, verbs }: SubresourceDefinition): object {
  return {
    subresource: name,
    responseKind: { group: group ?? responseKind.group, version: version ?? responseKind.version, kind },
    verbs,
  };
}
