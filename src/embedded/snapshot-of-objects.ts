import type { KubeObject } from '../kube/types/meta.ts';
import { cloneJson, freezeJson } from '../system/json.ts';
import { customResourceOf } from './api/custom-resources/custom-definitions.ts';
import type { CustomResourceDefinition } from './api/custom-resources/custom-resource-definition.ts';
import { apiVersionOf, groupOf, groupResource } from './api/resource.ts';
import { builtInRegistry } from './cluster-core.ts';
import type { StoreSnapshot } from './store/store.ts';

/** A cluster's state, put together from objects. */
export interface SnapshotOfObjects {
  snapshot: StoreSnapshot;
  /** Objects of kinds that neither the server nor a definition among the objects knows. */
  unknown: KubeObject[];
}

/**
 * The state of a cluster that consists of these objects, as they were listed from any API. Everything about them is kept: uids,
 * resourceVersions, timestamps, status, owners. Lists carry kind and apiVersion once; here every object must have its own.
 */
export function snapshotOfObjects(objects: readonly KubeObject[]): SnapshotOfObjects {
  const registry = builtInRegistry();
  for (const object of objects) {
    if (object.kind !== 'CustomResourceDefinition') continue;
    const custom = customResourceOf(object as CustomResourceDefinition);
    if (custom) registry.add(custom.stored, custom.forms);
  }
  const byResource = new Map<string, Map<string, KubeObject>>();
  const unknown: KubeObject[] = [];
  let revision = 1;
  for (const object of objects) {
    const definition = registry.forKind(groupOf(object), object.kind);
    if (!definition) {
      unknown.push(object);
      continue;
    }
    const { namespace = '', name, resourceVersion = '' } = object.metadata;
    const resource = groupResource(definition);
    const ofResource = byResource.get(resource) ?? new Map<string, KubeObject>();
    byResource.set(resource, ofResource);
    ofResource.set(`${namespace}/${name}`, freezeJson({ ...cloneJson(object), apiVersion: apiVersionOf(definition) }));
    if (/^\d{1,15}$/.test(resourceVersion)) revision = Math.max(revision, Number(resourceVersion));
  }
  return { snapshot: { revision, objects: byResource }, unknown };
}
