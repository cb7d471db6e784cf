import { cloneJson } from '../../system/json.ts';
import { isJsonObject, schemaOfKey, type JsonSchema } from './json-schema.ts';

const schemasWithDefaults = new WeakMap<JsonSchema, boolean>();

/**
 * Fills in the defaults of a schema, in place: where the parent exists and the field is absent, or null without being nullable.
 * Models apiextensions defaulting/algorithm.go.
 */
export function applyCustomDefaults(schema: JsonSchema, value: unknown): void {
  if (!hasDefaults(schema)) return;
  if (Array.isArray(value)) defaultItems(schema.items, value);
  else if (isJsonObject(value)) defaultProperties(schema, value);
}

function defaultItems(schema: JsonSchema | undefined, list: unknown[]): void {
  if (!schema) return;
  for (let index = 0; index < list.length; index += 1) {
    if (list[index] === null && !schema.nullable && schema.default !== undefined) list[index] = cloneJson(schema.default);
    applyCustomDefaults(schema, list[index]);
  }
}

function defaultProperties(schema: JsonSchema, object: Record<string, unknown>): void {
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property.default === undefined) continue;
    const isMissing = !Object.hasOwn(object, key) || object[key] === undefined || (object[key] === null && !property.nullable);
    if (isMissing) object[key] = cloneJson(property.default);
  }
  for (const key of Object.keys(object)) {
    const property = schemaOfKey(schema, key);
    if (!property) continue;
    if (object[key] === null && !property.nullable && property.default !== undefined) object[key] = cloneJson(property.default);
    applyCustomDefaults(property, object[key]);
  }
}

/** Whether a default stands anywhere in the schema; remembered, since most schemas have none. */
function hasDefaults(schema: JsonSchema): boolean {
  const known = schemasWithDefaults.get(schema);
  if (known !== undefined) return known;
  const parts = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  const found = parts.some((part) => typeof part === 'object' && (part.default !== undefined || hasDefaults(part)));
  schemasWithDefaults.set(schema, found);
  return found;
}
