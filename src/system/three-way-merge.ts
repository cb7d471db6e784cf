import { equalJson, setOwn } from './json.ts';

type JsonObject = Record<string, unknown>;

/**
 * The JSON merge patch that brings `current` to what `modified` says and takes away what `original` said and `modified` no longer does;
 * what neither ever said stays. Lists are values: taken whole or not at all. Empty when there is nothing to do.
 * Models apimachinery jsonmergepatch CreateThreeWayJSONMergePatch.
 */
export function threeWayMergePatch(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(modified)) {
    const value = modified[key];
    const change = changeOf(own(original, key), value, own(current, key));
    if (change !== NOTHING) setOwn(patch, key, change);
  }
  for (const key of Object.keys(original)) {
    if (own(modified, key) === undefined && original[key] !== undefined) setOwn(patch, key, null);
  }
  return patch;
}

const NOTHING = Symbol('nothing to change');

function changeOf(original: unknown, modified: unknown, current: unknown): unknown {
  if (modified === undefined) return NOTHING;
  if (modified === null) return original === undefined || original === null ? NOTHING : null;
  if (!isObject(modified)) return equalJson(modified, current) ? NOTHING : modified;
  if (!isObject(current)) return withoutNulls(modified);
  const patch = threeWayMergePatch(isObject(original) ? original : {}, modified, current);
  return Object.keys(patch).length === 0 ? NOTHING : patch;
}

/** A null in a patch means removal, so a value that is set for the first time carries none; lists are left alone. */
function withoutNulls(value: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== null && item !== undefined) setOwn(copy, key, isObject(item) ? withoutNulls(item) : item);
  }
  return copy;
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
