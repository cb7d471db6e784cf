import { groupResource, type ResourceDefinition } from './resource.ts';

/** A path below an object, as discovery lists it. */
export interface SubresourceDefinition {
  name: string;
  /** The kind that it takes or answers. */
  kind: string;
  /** Group and version of that kind, where they are not the resource's own. */
  group?: string;
  version?: string;
  verbs: readonly string[];
}

const READ_WRITE = ['get', 'patch', 'update'];

const SPECIAL: Record<string, readonly SubresourceDefinition[]> = {
  pods: [
    { name: 'attach', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
    { name: 'binding', kind: 'Binding', verbs: ['create'] },
    { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
    { name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'] },
    { name: 'log', kind: 'Pod', verbs: ['get'] },
    { name: 'portforward', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
  ],
  namespaces: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }],
  serviceaccounts: [{ name: 'token', kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1', verbs: ['create'] }],
};

/** The subresources that a resource has, by name. */
export function subresourcesOf(definition: ResourceDefinition): SubresourceDefinition[] {
  const subresources = definition.isBuiltIn ? [...(SPECIAL[groupResource(definition)] ?? [])] : [];
  if (definition.hasStatus) subresources.push({ name: 'status', kind: definition.kind, verbs: READ_WRITE });
  if (definition.scale) subresources.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: READ_WRITE });
  return definition.isBuiltIn ? subresources.sort((a, b) => (a.name < b.name ? -1 : 1)) : subresources;
}
