import type { KubeObject } from '../../../kube/types/meta.ts';
import { apiVersionOf, type ResourceDefinition, type ServedResource, type Verb } from '../resource.ts';
import type { CustomResourceDefinition, CustomResourceVersion } from './custom-resource-definition.ts';

/** In the order in which discovery lists them for custom resources. */
const VERBS: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** What a CustomResourceDefinition adds to the server: the stored form of its objects, and the forms that are served. */
export interface CustomResource {
  stored: ResourceDefinition;
  forms: ServedResource[];
}

/** By the frozen spec they come from, which clusters of one process may share. */
const known = new WeakMap<object, CustomResource | undefined>();

/** Undefined for a definition without a stored version, which the server never accepts. */
export function customResourceOf(crd: CustomResourceDefinition): CustomResource | undefined {
  const isKept = Object.isFrozen(crd.spec) && crd.metadata.deletionTimestamp === undefined;
  if (!isKept) return readDefinition(crd);
  if (!known.has(crd.spec)) known.set(crd.spec, readDefinition(crd));
  return known.get(crd.spec);
}

function readDefinition(crd: CustomResourceDefinition): CustomResource | undefined {
  const storage = crd.spec.versions.find(({ storage: isStored }) => isStored);
  if (!storage) return undefined;
  const stored = definitionOf(crd, storage);
  const forms = crd.spec.versions
    .filter(({ served }) => served)
    .map((version): ServedResource => {
      if (version === storage) return { definition: stored, stored };
      const definition = definitionOf(crd, version);
      return { definition, stored, conversion: versionConversion(definition, stored) };
    });
  return { stored, forms };
}

function definitionOf(crd: CustomResourceDefinition, version: CustomResourceVersion): ResourceDefinition {
  const { group, scope, names } = crd.spec;
  const { scale, status } = version.subresources ?? {};
  return {
    group,
    version: version.name,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    isNamespaced: scope === 'Namespaced',
    verbs: crd.metadata.deletionTimestamp ? VERBS.filter((verb) => verb !== 'create') : VERBS,
    hasStatus: status !== undefined,
    ...(scale && {
      scale: {
        specReplicas: scale.specReplicasPath,
        statusReplicas: scale.statusReplicasPath,
        // Why: without a path a custom resource's scale has no selector; built-in kinds compute theirs.
        labelSelector: scale.labelSelectorPath ?? '',
      },
    }),
    generation: status === undefined ? 'outside-metadata' : 'outside-status',
    isBuiltIn: false,
    ...(version.deprecated && {
      deprecationWarning: version.deprecationWarning ?? `${group}/${version.name} ${names.kind} is deprecated`,
    }),
    listKind: names.listKind ?? `${names.kind}List`,
    selectableFields: (version.selectableFields ?? []).map(({ jsonPath }) => jsonPath.replace(/^\./, '')),
    printerColumns: version.additionalPrinterColumns ?? [],
  };
}

/** Between versions of a custom resource nothing but the apiVersion changes (conversion strategy None). */
function versionConversion(served: ResourceDefinition, stored: ResourceDefinition): ServedResource['conversion'] {
  const as =
    (definition: ResourceDefinition) =>
    (object: KubeObject): KubeObject => ({ ...object, apiVersion: apiVersionOf(definition) });
  return {
    toServed: as(served),
    toStored: as(stored),
    storedField: (label) => (label.startsWith('metadata.') || served.selectableFields?.includes(label) ? label : undefined),
  };
}
