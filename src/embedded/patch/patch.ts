import { applyPatch as applyJsonOperations } from 'rfc6902';
import type { KubeObject } from '../../kube/types/meta.ts';
import { cloneJson, setOwn } from '../../system/json.ts';
import type { JsonPatchOperation } from '../api/client.ts';
import { ApiError, badRequest } from '../api/api-error.ts';

export type Patch =
  | { type: 'json'; operations: JsonPatchOperation[] }
  | { type: 'merge'; body: Record<string, unknown> }
  | { type: 'strategic'; body: Record<string, unknown> };

const MAX_JSON_OPERATIONS = 10_000;

/** The object after a JSON Patch (RFC 6902) or a JSON Merge Patch (RFC 7386); the original stays as it is. */
export function patchObject(original: KubeObject, patch: Exclude<Patch, { type: 'strategic' }>): KubeObject {
  return patch.type === 'json' ? jsonPatch(original, patch.operations) : (mergePatch(original, patch.body) as KubeObject);
}

function jsonPatch(original: KubeObject, operations: JsonPatchOperation[]): KubeObject {
  if (!Array.isArray(operations)) throw badRequest('a JSON patch must be a list of operations');
  if (operations.length > MAX_JSON_OPERATIONS) {
    throw new ApiError(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${MAX_JSON_OPERATIONS}, got ${operations.length}`,
    );
  }
  const draft = cloneJson(original);
  const failure = applyJsonOperations(draft, operations as Parameters<typeof applyJsonOperations>[1]).find((error) => error !== null);
  if (failure) throw new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${failure.message}`);
  return draft;
}

/** The target after a JSON Merge Patch: null removes a key, objects are merged, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return cloneJson(patch);
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else setOwn(merged, key, mergePatch(Object.hasOwn(merged, key) ? merged[key] : undefined, value));
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
