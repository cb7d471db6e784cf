/** The value at a dotted path such as `status.blueGreen.activeSelector`; undefined where the path leads nowhere. */
export function readPath(object: unknown, path: string): unknown {
  let value = object;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** The same where a text is expected; undefined for anything else. */
export function readText(object: unknown, path: string): string | undefined {
  const value = readPath(object, path);
  return typeof value === 'string' ? value : undefined;
}
