import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../kube/types/meta.ts';
import { toSecondsTimestamp } from '../../system/time.ts';
import type { ClusterCore } from '../cluster-core.ts';
import { groupResource, groupOf } from '../api/resource.ts';
import { argoRolloutsDefinitions } from './argo-rollouts.ts';
import { defaultRoles } from './default-roles.ts';
import { labNode } from './lab-node.ts';
import { kubernetesService, systemNamespaces } from './system-objects.ts';
import { tektonObjects } from './tekton.ts';

/**
 * Puts into a cluster what every cluster has from the start, as far as it is not there: namespaces, the node, the API's own Service,
 * roles, the kinds of Argo Rollouts and, where they are needed, those of Tekton. These objects are complete, so they go straight to the store; nobody is said to have written them.
 */
export function seedObjects(core: ClusterCore, { nodeName, needs = [] }: { nodeName: string; needs?: readonly string[] }): void {
  const createdAt = toSecondsTimestamp(core.clock.now());
  const seed = (object: KubeObject): void => putIfAbsent(core, object, createdAt);
  systemNamespaces().forEach(seed);
  if (core.store.count('nodes') === 0) seed(labNode(nodeName, createdAt));
  kubernetesService().forEach(seed);
  defaultRoles().forEach(seed);
  if (!core.registry.get('rollouts.argoproj.io')) argoRolloutsDefinitions(createdAt).forEach(seed);
  if (needs.includes('tekton')) tektonObjects(createdAt).forEach(seed);
}

function putIfAbsent(core: ClusterCore, object: KubeObject, createdAt: string): void {
  const definition = core.registry.forKind(groupOf(object), object.kind)!;
  const resource = groupResource(definition);
  const { name, namespace } = object.metadata;
  if (core.store.get(resource, namespace, name)) return;
  core.store.put(resource, { ...object, metadata: { ...object.metadata, uid: randomUUID(), creationTimestamp: createdAt } });
}
