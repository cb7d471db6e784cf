import type { JsonSchema } from './json-schema.ts';
import { builtInStruct } from './builtin-types.ts';
import type { FieldExtras } from './type-table.ts';
import type { StructType, ValueType } from './value-type.ts';

/**
 * How values are owned and merged: which parts are single fields, which are replaced as a whole. A value may be of several shapes
 * (an untyped field); the value itself tells which one counts. Models the atoms of structured-merge-diff schemas.
 */
export interface ValueShape {
  isScalar: boolean;
  map?: MapShape;
  list?: ListShape;
}

export interface MapShape {
  isAtomic: boolean;
  /** Shape of a key that the schema names. */
  field(key: string): ValueShape | undefined;
  /** Shape of every other key; absent when there may be none. */
  element?: ValueShape;
}

export interface ListShape {
  relation: 'atomic' | 'set' | 'map';
  /** Keys that tell the items of a list of relation map apart, sorted. */
  keys: readonly string[];
  /** Values that a key has when an item doesn't name it. */
  keyDefaults: Readonly<Record<string, unknown>>;
  element: ValueShape;
}

const SCALAR: ValueShape = { isScalar: true };

/** Anything, replaced as a whole. */
const UNTYPED: ValueShape = {
  isScalar: true,
  map: { isAtomic: true, field: () => undefined, get element() { return UNTYPED; } }, // prettier-ignore
  list: { relation: 'atomic', keys: [], keyDefaults: {}, get element() { return UNTYPED; } }, // prettier-ignore
};

/** Anything, whose maps are merged key by key and whose lists are replaced as a whole. */
export const DEDUCED: ValueShape = {
  isScalar: true,
  map: { isAtomic: false, field: () => undefined, get element() { return DEDUCED; } }, // prettier-ignore
  list: { relation: 'atomic', keys: [], keyDefaults: {}, element: UNTYPED },
};

const builtInShapes = new WeakMap<StructType, ValueShape>();

/** The shape of a built-in struct. */
export function shapeOfStruct(type: StructType): ValueShape {
  let shape = builtInShapes.get(type);
  if (!shape) builtInShapes.set(type, (shape = { isScalar: false, map: structMap(type, type.isAtomic) }));
  return shape;
}

function structMap(type: StructType, isAtomic: boolean): MapShape {
  const shapes = new Map<string, ValueShape>();
  return {
    isAtomic,
    field(key) {
      const known = shapes.get(key);
      if (known) return known;
      const field = type.fields.get(key);
      if (!field) return undefined;
      const shape = shapeOfField(field.type, field.extras);
      shapes.set(key, shape);
      return shape;
    },
  };
}

function shapeOfField(type: ValueType, extras: FieldExtras): ValueShape {
  switch (type.kind) {
    case 'scalar':
      return ['RawExtension', 'JSON', 'FieldsV1'].includes(type.scalar) ? UNTYPED : SCALAR;
    case 'struct':
      return extras.mapType === 'atomic' ? { isScalar: false, map: structMap(type, true) } : shapeOfStruct(type);
    case 'map':
      return {
        isScalar: false,
        map: { isAtomic: extras.mapType === 'atomic', field: () => undefined, element: shapeOfField(type.value, {}) },
      };
    case 'list':
      return { isScalar: false, list: listShape(type.element, extras) };
  }
}

function listShape(element: ValueType, extras: FieldExtras): ListShape {
  const { relation, keys } = relationOf(extras);
  const keyDefaults: Record<string, unknown> = {};
  for (const key of keys) {
    const value = element.kind === 'struct' ? element.fields.get(key)?.extras.default : undefined;
    if (value !== undefined) keyDefaults[key] = value;
  }
  return { relation, keys, keyDefaults, element: shapeOfField(element, {}) };
}

/** Models kube-openapi schemaconv/smd.go: the list type decides; without one the patch strategy does. */
function relationOf({ listType, keys, patch, mergeKey }: FieldExtras): { relation: ListShape['relation']; keys: string[] } {
  if (listType === 'map') return { relation: 'map', keys: [...(keys ?? [])].sort() };
  if (listType) return { relation: listType, keys: [] };
  if (patch !== 'merge' && patch !== 'merge,retainKeys') return { relation: 'atomic', keys: [] };
  return mergeKey === undefined ? { relation: 'set', keys: [] } : { relation: 'map', keys: [mergeKey] };
}

/** The shape of a custom kind: what its schema says, and the metadata that every object has. Models kube-openapi schemaconv/openapi.go. */
export function shapeOfCustomObject(schema: JsonSchema): ValueShape {
  const shape = shapeOfJsonSchema(schema, false);
  const own = shape.map!;
  const metadata = shapeOfStruct(builtInStruct('meta/v1.ObjectMeta'));
  const header: Record<string, ValueShape> = { apiVersion: SCALAR, kind: SCALAR, metadata };
  return {
    isScalar: false,
    map: { ...own, isAtomic: false, field: (key) => (Object.hasOwn(header, key) ? header[key] : own.field(key)) },
  };
}

function shapeOfJsonSchema(schema: JsonSchema, isPreservingAbove: boolean): ValueShape {
  const isPreserving = isPreservingAbove || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (schema['x-kubernetes-int-or-string']) return SCALAR;
  switch (schema.type ?? '') {
    case '':
      return { isScalar: true, map: mapOfSchema(schema, isPreserving), list: listOfSchema(schema, isPreserving) };
    case 'object':
      return { isScalar: false, map: mapOfSchema(schema, isPreserving) };
    case 'array':
      return { isScalar: false, list: listOfSchema(schema, isPreserving) };
    default:
      return SCALAR;
  }
}

function mapOfSchema(schema: JsonSchema, isPreserving: boolean): MapShape {
  const shapes = new Map<string, ValueShape>();
  const { properties = {} } = schema;
  const element = elementOfSchema(schema, isPreserving);
  return {
    isAtomic: schema['x-kubernetes-map-type'] === 'atomic',
    field(key) {
      const known = shapes.get(key);
      if (known || !Object.hasOwn(properties, key)) return known;
      const shape = shapeOfJsonSchema(properties[key]!, isPreserving);
      shapes.set(key, shape);
      return shape;
    },
    ...(element && { element }),
  };
}

function elementOfSchema(schema: JsonSchema, isPreserving: boolean): ValueShape | undefined {
  const { additionalProperties } = schema;
  if (typeof additionalProperties === 'object') return shapeOfJsonSchema(additionalProperties, isPreserving);
  if (additionalProperties === true) return DEDUCED;
  if (additionalProperties === false) return undefined;
  return isPreserving || Object.keys(schema.properties ?? {}).length === 0 ? DEDUCED : undefined;
}

function listOfSchema(schema: JsonSchema, isPreserving: boolean): ListShape {
  const relation = schema['x-kubernetes-list-type'] ?? 'atomic';
  const keys = relation === 'map' ? [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort() : [];
  const keyDefaults: Record<string, unknown> = {};
  for (const key of keys) {
    const value = schema.items?.properties?.[key]?.default;
    if (value !== undefined) keyDefaults[key] = value;
  }
  return { relation, keys, keyDefaults, element: schema.items ? shapeOfJsonSchema(schema.items, isPreserving) : UNTYPED };
}
