import { ClusterError } from '../errors.ts';
import type { KubeClient } from '../kube/client.ts';
import { splitApiVersion } from '../kube/resources.ts';
import type { KubeObject } from '../kube/types/meta.ts';

interface ResourceList {
  groupVersion: string;
  resources: { name: string; kind: string; verbs: string[] }[];
}

/** Kinds that are another view of objects that are listed anyway, or that a copy makes for itself. */
const LEFT_OUT = new Set(['events.k8s.io', 'metrics.k8s.io']);

/** Every object of the cluster that its API lists, in the preferred version of each group. What may not be listed is left out. */
export async function listAllObjects(client: KubeClient): Promise<KubeObject[]> {
  const lists = await discover(client);
  const names = lists.flatMap(({ groupVersion, resources }) => {
    const { group } = splitApiVersion(groupVersion);
    const listable = resources.filter(({ name, verbs }) => !name.includes('/') && verbs.includes('list'));
    return listable.map(({ name }) => (group ? `${name}.${group}` : name));
  });
  const objects = await Promise.all(names.map((name) => listOrNothing(client, name)));
  return objects.flat();
}

async function discover(client: KubeClient): Promise<ResourceList[]> {
  const { groups } = await client.request<{ groups: { name: string; preferredVersion: { groupVersion: string } }[] }>('GET', '/apis');
  const wanted = groups.filter(({ name }) => !LEFT_OUT.has(name)).map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`);
  return Promise.all(['/api/v1', ...wanted].map((path) => client.request<ResourceList>('GET', path)));
}

async function listOrNothing(client: KubeClient, resource: string): Promise<KubeObject[]> {
  try {
    return (await client.list(resource)).items;
  } catch (error) {
    if (error instanceof ClusterError && [403, 404, 405].includes(error.status ?? 0)) return [];
    throw error;
  }
}
