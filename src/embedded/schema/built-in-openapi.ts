import { builtInKindsOf, builtInStruct } from './builtin-types.ts';
import type { Field, ScalarName, ScalarType, StructType, ValueType } from './value-type.ts';

type OpenApiSchema = Record<string, unknown>;
type Components = Record<string, OpenApiSchema>;

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Where the Go packages of the types are, by the first word of a type's name; those of an API group otherwise. */
const PACKAGES: Record<string, string> = {
  meta: 'io.k8s.apimachinery.pkg.apis.meta',
  apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
};

/** Scalars that documents call by a name of their own. */
const NAMED_SCALARS: Partial<Record<ScalarName, { name: string; schema: OpenApiSchema }>> = {
  Time: { name: `${META}.Time`, schema: { type: 'string', format: 'date-time' } },
  MicroTime: { name: `${META}.MicroTime`, schema: { type: 'string', format: 'date-time' } },
  Quantity: { name: 'io.k8s.apimachinery.pkg.api.resource.Quantity', schema: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
  IntOrString: {
    name: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    schema: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
  RawExtension: { name: 'io.k8s.apimachinery.pkg.runtime.RawExtension', schema: { type: 'object' } },
  FieldsV1: { name: `${META}.FieldsV1`, schema: { type: 'object' } },
  JSON: { name: `${PACKAGES['apiextensions']}.v1.JSON`, schema: {} },
  SchemaOrArray: { name: `${PACKAGES['apiextensions']}.v1.JSONSchemaPropsOrArray`, schema: {} },
  SchemaOrBool: { name: `${PACKAGES['apiextensions']}.v1.JSONSchemaPropsOrBool`, schema: {} },
  SchemaOrStrings: { name: `${PACKAGES['apiextensions']}.v1.JSONSchemaPropsOrStringArray`, schema: {} },
};

const SCALARS: Partial<Record<ScalarName, OpenApiSchema>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
};

/**
 * The OpenAPI v3 components of the built-in kinds of a group version and of everything they are made of, by component name; empty for
 * a group version without built-in kinds. Without descriptions, which are not among the facts that the type table holds.
 */
export function builtInOpenApiSchemas(group: string, version: string): Components {
  const components: Components = {};
  for (const { kind, type } of builtInKindsOf(group, version)) {
    addStruct(components, type);
    components[componentName(type)]!['x-kubernetes-group-version-kind'] = [{ group, kind, version }];
  }
  return components;
}

/** The component of every object's metadata and those that it is made of, which the kinds of CustomResourceDefinitions refer to. */
export function metadataOpenApiSchemas(): Components {
  const components: Components = {};
  addStruct(components, builtInStruct('meta/v1.ObjectMeta'));
  return components;
}

function addStruct(components: Components, type: StructType): void {
  const name = componentName(type);
  if (components[name]) return;
  const schema: OpenApiSchema = { type: 'object' };
  components[name] = schema;
  const fields = [...type.fields.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const required = fields.filter(({ isRequired }) => isRequired).map(({ name: field }) => field);
  if (fields.length > 0) schema['properties'] = Object.fromEntries(fields.map((field) => [field.name, fieldSchema(components, field)]));
  if (required.length > 0) schema['required'] = required;
  if (type.isAtomic) schema['x-kubernetes-map-type'] = 'atomic';
}

function fieldSchema(components: Components, { type, extras }: Field): OpenApiSchema {
  const schema = valueSchema(components, type);
  if (extras.default !== undefined) schema['default'] = extras.default;
  if (extras.listType) schema['x-kubernetes-list-type'] = extras.listType;
  if (extras.keys) schema['x-kubernetes-list-map-keys'] = extras.keys;
  if (extras.mapType) schema['x-kubernetes-map-type'] = extras.mapType;
  if (extras.patch) schema['x-kubernetes-patch-strategy'] = extras.patch;
  if (extras.mergeKey) schema['x-kubernetes-patch-merge-key'] = extras.mergeKey;
  // Why: what stands beside a reference counts for nothing in OpenAPI 3.0.
  const { $ref, ...beside } = schema;
  return $ref === undefined || Object.keys(beside).length === 0 ? schema : { allOf: [{ $ref }], ...beside };
}

/** The schema of a value, in which structs and named scalars are references to components that are added. */
function valueSchema(components: Components, type: ValueType): OpenApiSchema {
  switch (type.kind) {
    case 'struct':
      addStruct(components, type);
      return reference(componentName(type));
    case 'list':
      return { type: 'array', items: valueSchema(components, type.element) };
    case 'map':
      return { type: 'object', additionalProperties: valueSchema(components, type.value) };
    case 'scalar':
      return scalarSchema(components, type);
  }
}

function scalarSchema(components: Components, { scalar, enum: values }: ScalarType): OpenApiSchema {
  const named = NAMED_SCALARS[scalar];
  if (!named) return { ...SCALARS[scalar], ...(values && { enum: [...values] }) };
  components[named.name] ??= named.schema;
  return reference(named.name);
}

function reference(name: string): OpenApiSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** `io.k8s.api.core.v1.PodSpec` for `core/v1.PodSpec`. */
function componentName({ name }: StructType): string {
  const [word = '', rest = ''] = name.split('/');
  return `${PACKAGES[word] ?? `io.k8s.api.${word}`}.${rest}`;
}
