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
  /** Goes to whoever uses the resource. */
  deprecationWarning?: string;
  /** Kind of a list; the kind and `List` unless said. */
  listKind?: string;
  /** Fields of a custom kind that `fieldSelector` may name, such as `spec.color`. */
  selectableFields?: readonly string[];
  /** Columns of a custom kind's table; JSON paths. */
  printerColumns?: readonly PrinterColumn[];
}

/** One of a CustomResourceDefinition's additionalPrinterColumns. */
export interface PrinterColumn {
  name: string;
  type: string;
  jsonPath: string;
  format?: string;
  description?: string;
  priority?: number;
}

/**
 * A resource as one group version serves it. Objects are stored in the form of `stored`; where the served form differs (another
 * version of a custom kind, events.k8s.io), `conversion` goes both ways.
 */
export interface ServedResource {
  definition: ResourceDefinition;
  stored: ResourceDefinition;
  conversion?: Conversion;
}

/** Between the stored form of an object and the form that a group version serves. Neither changes its argument. */
export interface Conversion {
  toServed(object: KubeObject): KubeObject;
  toStored(object: KubeObject): KubeObject;
  /** The stored field that a field selector's label means; undefined for labels that the version does not know. */
  readonly storedField?: (label: string) => string | undefined;
}

export function listKindOf(definition: ResourceDefinition): string {
  return definition.listKind ?? `${definition.kind}List`;
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
