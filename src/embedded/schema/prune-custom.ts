import { cloneJson, setOwn } from '../../system/json.ts';
import { isJsonObject, type JsonSchema } from './json-schema.ts';

const OBJECT_HEADER: readonly string[] = ['apiVersion', 'kind', 'metadata'];

/**
 * A copy of a custom object without the fields that its schema doesn't specify; their paths are added to `unknownFields`.
 * The root's apiVersion, kind and metadata are copied as they are. Models apiextensions pruning/algorithm.go and the removal of
 * nulls that a schema does not allow (defaulting/prunenulls.go).
 */
export function pruneCustomObject(schema: JsonSchema, object: Record<string, unknown>, unknownFields: string[]): Record<string, unknown> {
  const found: string[] = [];
  const pruned = pruneObject({ ...schema, 'x-kubernetes-embedded-resource': true }, object, { parent: '', unknownFields: found });
  unknownFields.push(...found.sort());
  return pruned;
}

interface Pruning {
  parent: string;
  unknownFields: string[];
}

function pruneValue(schema: JsonSchema | undefined, value: unknown, pruning: Pruning): unknown {
  if (Array.isArray(value)) {
    const items = itemSchema(schema);
    return value.map((item: unknown, index) => pruneValue(items, item, { ...pruning, parent: `${pruning.parent}[${index}]` }));
  }
  return isJsonObject(value) ? pruneObject(schema ?? {}, value, pruning) : value;
}

/** Items of a list that preserves unknown fields preserve theirs. */
function itemSchema(schema: JsonSchema | undefined): JsonSchema | undefined {
  return schema?.['x-kubernetes-preserve-unknown-fields']
    ? { ...schema.items, 'x-kubernetes-preserve-unknown-fields': true }
    : schema?.items;
}

function pruneObject(schema: JsonSchema, object: Record<string, unknown>, pruning: Pruning): Record<string, unknown> {
  const { properties, additionalProperties } = schema;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    if (schema['x-kubernetes-embedded-resource'] && OBJECT_HEADER.includes(key)) {
      setOwn(result, key, cloneJson(value));
      continue;
    }
    const specified = properties && Object.hasOwn(properties, key) ? properties[key]! : additionalProperties;
    if (specified === undefined || specified === false) {
      if (schema['x-kubernetes-preserve-unknown-fields']) setOwn(result, key, cloneJson(value));
      else pruning.unknownFields.push(joinPath(pruning.parent, key));
      continue;
    }
    const schemaOfValue = specified === true ? { 'x-kubernetes-preserve-unknown-fields': true } : specified;
    if (value === null && !allowsNull(schemaOfValue)) continue;
    if (typeof value !== 'object' || value === null) setOwn(result, key, value);
    else setOwn(result, key, pruneValue(schemaOfValue, value, { ...pruning, parent: joinPath(pruning.parent, key) }));
  }
  return result;
}

/** Whether a null stays: because the schema is nullable, or because a default will take its place. */
function allowsNull(schema: JsonSchema): boolean {
  return (schema.nullable ?? false) || schema.default !== undefined;
}

function joinPath(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}
