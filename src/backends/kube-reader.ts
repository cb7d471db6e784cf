import type { ClusterReader } from '../../grader/index.ts';
import type { KubeClient } from '../kube/client.ts';

/** The grader's view of a cluster that is reached through its API. */
export function kubeReader(client: KubeClient): ClusterReader {
  return {
    get: (resource, namespace, name) => client.get(resource, namespace, name),
    list: async (resource, namespace) => {
      const { items } = await client.list(resource, namespace === undefined ? {} : { namespace });
      return items.sort(byNamespaceAndName);
    },
  };
}

function byNamespaceAndName(a: { metadata: { namespace?: string; name: string } }, b: typeof a): number {
  return compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compare(a.metadata.name, b.metadata.name);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
