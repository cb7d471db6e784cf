import type { KubeObject } from '../../../kube/types/meta.ts';
import { metadataOpenApiSchemas } from '../../schema/built-in-openapi.ts';
import { schemaForCustomResource } from '../../schema/custom-schema.ts';
import type { KindSchema } from '../../schema/kind-schema.ts';
import type { Store } from '../../store/store.ts';
import type { ResourceRegistry } from '../resource-registry.ts';
import { groupResource, type ResourceDefinition } from '../resource.ts';
import { customResourceOf } from './custom-definitions.ts';
import { nameConflict } from './custom-names.ts';
import { CUSTOM_RESOURCE_DEFINITIONS, type CustomResourceDefinition } from './custom-resource-definition.ts';

/**
 * Serves what the CustomResourceDefinitions in the store define, from the moment in which they are stored, and knows the schemas of
 * their objects. Follows the store for as long as it lives.
 */
export class CustomResourceCatalog {
  readonly #store: Store;
  readonly #registry: ResourceRegistry;
  /** By `group/version/plural`; made when first asked for, since a drill needs few of them. */
  readonly #schemas = new Map<string, { make: () => KindSchema; schema?: KindSchema }>();

  constructor(store: Store, registry: ResourceRegistry) {
    this.#store = store;
    this.#registry = registry;
    for (const crd of this.#definitions()) this.#serve(crd);
    store.subscribe(({ resource, type, object }) => {
      if (resource !== CUSTOM_RESOURCE_DEFINITIONS) return;
      if (type === 'DELETED') this.#withdraw(object as CustomResourceDefinition);
      else this.#serve(object as CustomResourceDefinition);
    });
  }

  /** The schema of a custom kind in one version; undefined for versions that say nothing about their objects. */
  schemaOf({ group, version, plural }: ResourceDefinition): KindSchema | undefined {
    const entry = this.#schemas.get(`${group}/${version}/${plural}`);
    return entry && (entry.schema ??= entry.make());
  }

  /** OpenAPI v3 components of the custom kinds of a group version. Models apiextensions controller/openapi/builder. */
  openApiSchemas(group: string, version: string): Record<string, object> {
    const components: Record<string, object> = {};
    for (const { spec } of this.#definitions()) {
      if (spec.group !== group) continue;
      const found = spec.versions.find(({ name, served }) => served && name === version);
      if (found) components[componentName(group, version, spec.names.kind)] = kindComponent(spec.names.kind, group, found);
    }
    return Object.keys(components).length > 0 ? { ...components, ...metadataOpenApiSchemas() } : components;
  }

  #definitions(): CustomResourceDefinition[] {
    return this.#store.list(CUSTOM_RESOURCE_DEFINITIONS) as CustomResourceDefinition[];
  }

  #serve(crd: CustomResourceDefinition): void {
    const resource = customResourceOf(crd);
    if (!resource) return;
    const { stored, forms } = resource;
    if (nameConflict(crd, this.#definitions())) {
      this.#withdraw(crd);
      return;
    }
    this.#forgetSchemas(stored);
    for (const version of crd.spec.versions) this.#learnSchema(crd, version, stored);
    this.#registry.add(stored, forms);
  }

  #withdraw({ spec }: CustomResourceDefinition): void {
    const named = { plural: spec.names.plural, group: spec.group };
    this.#registry.remove(groupResource(named));
    this.#forgetSchemas(named);
  }

  #learnSchema(
    crd: CustomResourceDefinition,
    version: CustomResourceDefinition['spec']['versions'][number],
    stored: ResourceDefinition,
  ): void {
    const openAPIV3Schema = version.schema?.openAPIV3Schema;
    if (!openAPIV3Schema) return;
    const { group } = crd.spec;
    this.#schemas.set(`${group}/${version.name}/${stored.plural}`, {
      make: () =>
        schemaForCustomResource({
          apiVersion: `${group}/${version.name}`,
          kind: stored.kind,
          openAPIV3Schema,
          ...(stored.scale && { scale: stored.scale }),
        }),
    });
  }

  #forgetSchemas({ group, plural }: { group: string; plural: string }): void {
    for (const key of this.#schemas.keys()) if (key.startsWith(`${group}/`) && key.endsWith(`/${plural}`)) this.#schemas.delete(key);
  }
}

/** `io.argoproj.v1alpha1.Rollout`: the group back to front. */
function componentName(group: string, version: string, kind: string): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}

function kindComponent(kind: string, group: string, { name, schema }: CustomResourceDefinition['spec']['versions'][number]): object {
  const { properties = {}, ...rest } = (schema?.openAPIV3Schema ?? { type: 'object' }) as KubeObject & {
    properties?: Record<string, object>;
  };
  return {
    ...rest,
    type: 'object',
    properties: {
      ...properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }] },
    },
    'x-kubernetes-group-version-kind': [{ group, kind, version: name }],
  };
}
