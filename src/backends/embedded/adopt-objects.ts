import { NODE_NAME } from '../../embedded/cluster.ts';
import type { EndpointSlice, Pod } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';

/**
 * Objects of a cluster of another kind, as a copy can go on with them: what ran on its nodes runs on the one node that there is here.
 * The nodes themselves are left out, and so is where they serve the API: pods of the copy ask the copy's own.
 */
export function adoptObjects(objects: readonly KubeObject[]): KubeObject[] {
  return objects.filter((object) => object.kind !== 'Node' && !leadsToApi(object)).map(adopt);
}

function leadsToApi({ kind, metadata }: KubeObject): boolean {
  return (kind === 'EndpointSlice' || kind === 'Endpoints') && metadata.namespace === 'default' && metadata.name === 'kubernetes';
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
