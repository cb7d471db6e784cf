export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy in which each value inside has been through `change`, from the leaves up; `path` is made of the keys, `[]` for an item. */
export function mapValues(
  value: unknown,
  change: (value: unknown, path: readonly string[]) => unknown,
  path: readonly string[] = [],
): unknown {
  if (Array.isArray(value))
    return change(
      value.map((item) => mapValues(item, change, [...path, '[]'])),
      path,
    );
  if (!isFields(value)) return change(value, path);
  const entries = Object.entries(value).map(([key, item]) => [key, mapValues(item, change, [...path, key])] as const);
  return change(Object.fromEntries(entries), path);
}

/** Every text inside. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isFields(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** The value at a path, as long as everything on the way is an object. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isFields(inner) ? inner[key] : undefined), value);
}

/** The objects in the list at a path. */
export function listAt(value: unknown, ...path: string[]): Fields[] {
  const list = at(value, ...path);
  return Array.isArray(list) ? list.filter(isFields) : [];
}
