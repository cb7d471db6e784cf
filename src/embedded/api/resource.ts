import type { KubeObject } from '../../kube/types/meta.ts';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

export const ALL_VERBS: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** When `metadata.generation` goes up. */
export type GenerationRule =
  /** Never set: kinds without a spec that a controller follows. */
  | 'none'
  /** On any change of spec: built-in kinds. */
  | 'spec'
  /** On any change outside metadata and status: custom kinds with a status subresource. */
  | 'outside-status'
  /** On any change outside metadata, status included: custom kinds without a status subresource. */
  | 'outside-metadata';

/** Where `/scale` reads and writes, as JSON paths such as `.spec.replicas`. */
export interface ScalePaths {
  specReplicas: string;
  statusReplicas: string;
  /** Path of the selector in string form; built-in kinds compute it from spec.selector instead. */
  labelSelector?: string;
}

/** Everything the API server needs to know about one resource, built in or defined by a CustomResourceDefinition. */
export interface ResourceDefinition {
  /** Empty for the core group. */
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  shortNames: readonly string[];
  categories: readonly string[];
  isNamespaced: boolean;
  verbs: readonly Verb[];
  hasStatus: boolean;
  scale?: ScalePaths;
  generation: GenerationRule;
  /** Built-in kinds take strategic merge patches and updates without a resourceVersion; custom kinds take neither. */
  isBuiltIn: boolean;
}

/** The name a resource is stored and reported under: `pods`, `rollouts.argoproj.io`. */
export function groupResource(definition: { plural: string; group: string }): string {
  return definition.group ? `${definition.plural}.${definition.group}` : definition.plural;
}

export function apiVersionOf(definition: { group: string; version: string }): string {
  return definition.group ? `${definition.group}/${definition.version}` : definition.version;
}

/** The group of an object, read off its apiVersion; empty for the core group. */
export function groupOf(object: Pick<KubeObject, 'apiVersion'>): string {
  const slash = object.apiVersion.indexOf('/');
  return slash < 0 ? '' : object.apiVersion.slice(0, slash);
}
