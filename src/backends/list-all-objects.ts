import { ClusterError } from '../errors.ts';
import type { KubeClient } from '../kube/client.ts';
import { splitApiVersion } from '../kube/resources.ts';
import type { KubeObject } from '../kube/types/meta.ts';

interface ResourceList {
  groupVersion: string;
  resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
}

/** Groups of kinds that are another view of objects that are listed anyway, or that a copy makes for itself. */
const LEFT_OUT = new Set(['events.k8s.io', 'metrics.k8s.io']);
/** Nothing that is kept: the API server asks its parts how they are each time. */
const NOT_OBJECTS = new Set(['componentstatuses']);

/** A resource that can be listed. */
export interface ListableResource {
  /** Such as `rollouts.argoproj.io`. */
  name: string;
  kind: string;
  isNamespaced: boolean;
}

/** Every object of the cluster that its API lists, in the preferred version of each group. What may not be listed is left out. */
export async function listAllObjects(client: KubeClient): Promise<KubeObject[]> {
  return listObjectsOf(client, await listableResources(client));
}

/** What the cluster's API lists at this time, in the preferred version of each group. */
export async function listableResources(client: KubeClient): Promise<ListableResource[]> {
  const lists = await discover(client);
  return lists.flatMap(({ groupVersion, resources }) => {
    const { group } = splitApiVersion(groupVersion);
    const listable = resources.filter(({ name, verbs }) => !name.includes('/') && !NOT_OBJECTS.has(name) && verbs.includes('list'));
    return listable.map(({ name, kind, namespaced }) => ({ name: group ? `${name}.${group}` : name, kind, isNamespaced: namespaced }));
  });
}

/** The objects of these resources, in one namespace or in all. What may not be listed is left out. */
export async function listObjectsOf(
  client: KubeClient,
  resources: readonly ListableResource[],
  options: { namespace?: string } = {},
): Promise<KubeObject[]> {
  return (await Promise.all(resources.map(({ name }) => listOrNothing(client, name, options)))).flat();
}

async function discover(client: KubeClient): Promise<ResourceList[]> {
  const { groups } = await client.request<{ groups: { name: string; preferredVersion: { groupVersion: string } }[] }>('GET', '/apis');
  const wanted = groups.filter(({ name }) => !LEFT_OUT.has(name)).map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`);
  return Promise.all(['/api/v1', ...wanted].map((path) => client.request<ResourceList>('GET', path)));
}

async function listOrNothing(client: KubeClient, resource: string, options: { namespace?: string }): Promise<KubeObject[]> {
  try {
    return (await client.list(resource, options)).items;
  } catch (error) {
    if (error instanceof ClusterError && [403, 404, 405].includes(error.status ?? 0)) return [];
    throw error;
  }
}
