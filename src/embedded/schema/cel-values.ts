import { isJsonObject, schemaOfKey, type JsonSchema } from './json-schema.ts';

/**
 * A JSON value as CEL sees it: integers as bigint, numbers of a field that the schema calls `number` as double, names that CEL reserves
 * or cannot spell escaped. Models apiserver cel/escaping.go and apiextensions schema/cel/values.go.
 */
export function toCelValue(schema: JsonSchema | undefined, value: unknown): unknown {
  if (typeof value === 'number') return schema?.type === 'number' || !Number.isSafeInteger(value) ? value : BigInt(value);
  if (Array.isArray(value)) return value.map((item: unknown) => toCelValue(schema?.items, item));
  if (!isJsonObject(value)) return value;
  const isMap = schema?.properties === undefined;
  const result = new Map<string, unknown>();
  for (const [key, item] of Object.entries(value)) {
    const property = schema && schemaOfKey(schema, key);
    if (isMap) result.set(key, toCelValue(property, item));
    else if (property || schema['x-kubernetes-embedded-resource']) result.set(escapeProperty(key), toCelValue(property, item));
  }
  return result;
}

const RESERVED = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var void while ' +
    'int uint double bool string bytes list map null_type type'
  ).split(' '),
);

function escapeProperty(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name.replace(/__|[.\-/]/g, (part) => ESCAPES[part]!);
}

const ESCAPES: Record<string, string> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };
