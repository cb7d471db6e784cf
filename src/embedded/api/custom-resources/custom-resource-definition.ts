import type { Condition, KubeObject } from '../../../kube/types/meta.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import type { PrinterColumn } from '../resource.ts';

export interface CustomResourceDefinition extends KubeObject {
  spec: {
    group: string;
    scope: 'Namespaced' | 'Cluster';
    names: CustomResourceNames;
    versions: CustomResourceVersion[];
    conversion?: { strategy: string };
  };
  status?: {
    conditions?: Condition[] | null;
    acceptedNames?: CustomResourceNames;
    storedVersions?: string[];
  };
}

export interface CustomResourceNames {
  plural: string;
  kind: string;
  singular?: string;
  listKind?: string;
  shortNames?: string[];
  categories?: string[];
}

export interface CustomResourceVersion {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: { openAPIV3Schema?: JsonSchema };
  subresources?: {
    status?: Record<string, never>;
    scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string };
  };
  additionalPrinterColumns?: PrinterColumn[];
  selectableFields?: { jsonPath: string }[];
}

export const CUSTOM_RESOURCE_DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

/** Holds a definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** Sets a condition of a definition; the time of an unchanged status stays. Models apiextensions SetCRDCondition. */
export function withCondition(conditions: readonly Condition[], condition: Condition): Condition[] {
  const known = conditions.find(({ type }) => type === condition.type);
  if (!known) return [...conditions, condition];
  const lastTransitionTime = known.status === condition.status ? known.lastTransitionTime : condition.lastTransitionTime;
  const updated = { ...condition, ...(lastTransitionTime !== undefined && { lastTransitionTime }) };
  return conditions.map((candidate) => (candidate === known ? updated : candidate));
}

export function isConditionTrue({ status }: CustomResourceDefinition, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
