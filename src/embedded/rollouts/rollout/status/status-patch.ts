import { equalJson } from '../../../../system/json.ts';

/**
 * The merge patch that turns one JSON object into another: changed values, null for those that went; lists are replaced as a whole.
 * Undefined when nothing changed. Models jsonmergepatch of two objects.
 */
export function mergePatchBetween(before: object, after: object): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  const [old, next] = [before as Record<string, unknown>, after as Record<string, unknown>];
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    if (equalJson(old[key], next[key])) continue;
    if (next[key] === undefined) patch[key] = null;
    else if (isObject(old[key]) && isObject(next[key])) patch[key] = mergePatchBetween(old[key], next[key]);
    else patch[key] = next[key];
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
