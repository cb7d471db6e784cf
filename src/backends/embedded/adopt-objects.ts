import { NODE_NAME } from '../../embedded/cluster.ts';
import type { EndpointSlice, Pod } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';

/**
 * Objects of a cluster of another kind, as a copy can go on with them: what ran on its nodes runs on the one node that there is here.
 * The nodes themselves are left out.
 */
export function adoptObjects(objects: readonly KubeObject[]): KubeObject[] {
  return objects.filter(({ kind }) => kind !== 'Node').map(adopt);
}

function adopt(object: KubeObject): KubeObject {
  if (object.kind === 'Pod') {
    const { spec } = object as Pod;
    return spec.nodeName ? { ...object, spec: { ...spec, nodeName: NODE_NAME } } : object;
  }
  if (object.kind !== 'EndpointSlice') return object;
  const { endpoints } = object as EndpointSlice;
  return { ...object, endpoints: (endpoints ?? []).map((endpoint) => ({ ...endpoint, nodeName: NODE_NAME })) };
}
