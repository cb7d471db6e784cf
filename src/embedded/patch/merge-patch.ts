import { cloneJson, setOwn } from '../../system/json.ts';
import { badRequest } from '../api/api-error.ts';
import { isPlainObject } from './plain-object.ts';

/** The object after a JSON Merge Patch (RFC 7386): null removes a key, objects are merged, everything else replaces. Throws ApiError 400 for what is no patch. */
export function applyMergePatch(original: Record<string, unknown>, patch: unknown): Record<string, unknown> {
  if (patch === null) throw badRequest('Invalid JSON Patch');
  if (!isPlainObject(patch)) {
    const kind = Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    throw badRequest(`error decoding patch: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`);
  }
  return mergePatch(original, patch) as Record<string, unknown>;
}

/** Any JSON value after a JSON Merge Patch. What the patch doesn't touch is shared with the target. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isPlainObject(patch)) return cloneJson(patch);
  const merged: Record<string, unknown> = isPlainObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (value !== undefined) setOwn(merged, key, mergePatch(Object.hasOwn(merged, key) ? merged[key] : undefined, value));
  }
  return merged;
}
