/** Whether an object has all that a partial one names; items of lists are held against each other in their order. */
export function isSubset(actual: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return actual === wanted;
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(wanted).every(([key, value]) => isSubset((actual as Record<string, unknown>)[key], value));
}
