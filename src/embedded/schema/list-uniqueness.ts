import type { StatusCause } from '../../kube/types/meta.ts';
import { equalJson } from '../../system/json.ts';
import { duplicateValue, invalidValue } from './field-causes.ts';
import { isJsonObject, schemaOfKey, type JsonSchema } from './json-schema.ts';

/** Refuses lists of type set with equal items, and lists of type map with equal keys. Models apiextensions schema/listtype/validation.go. */
export function checkListUniqueness(schema: JsonSchema, value: unknown, path = ''): StatusCause[] {
  if (Array.isArray(value)) {
    const items = schema.items ? value.flatMap((item, index) => checkListUniqueness(schema.items!, item, `${path}[${index}]`)) : [];
    return [...checkList(schema, value, path), ...items];
  }
  if (!isJsonObject(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const property = schemaOfKey(schema, key);
    const isNamed = schema.properties !== undefined && Object.hasOwn(schema.properties, key);
    const place = isNamed ? (path === '' ? key : `${path}.${key}`) : `${path}[${key}]`;
    return property ? checkListUniqueness(property, value[key], place) : [];
  });
}

function checkList(schema: JsonSchema, list: unknown[], path: string): StatusCause[] {
  if (schema['x-kubernetes-list-type'] === 'set') return repeated(list).map((index) => duplicateValue(`${path}[${index}]`, list[index]));
  if (schema['x-kubernetes-list-type'] !== 'map') return [];
  const stranger = list.findIndex((item) => item !== null && !isJsonObject(item));
  if (stranger >= 0) return [invalidValue(`${path}[${stranger}]`, list[stranger], 'must be an object for an array of list-type map')];
  const keys = list.map((item) => keyOf(schema['x-kubernetes-list-map-keys'] ?? [], item));
  return repeated(keys).map((index) => duplicateValue(`${path}[${index}]`, keys[index]));
}

function keyOf(names: readonly string[], item: unknown): Record<string, unknown> {
  const object = isJsonObject(item) ? item : {};
  return Object.fromEntries(names.filter((name) => Object.hasOwn(object, name)).map((name) => [name, object[name]]));
}

/** Places of items that have one equal item before them; a third is not named again. */
function repeated(list: unknown[]): number[] {
  return list.flatMap((item, index) => (list.slice(0, index).filter((other) => equalJson(item, other)).length === 1 ? [index] : []));
}
