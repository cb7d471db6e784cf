import { isMap, isSeq, type Document } from 'yaml';

type Path = readonly (string | number)[];

/**
 * Applies the patch of a fault to a YAML document, leaving comments and the order of what it does not touch as they are. Objects are merged,
 * null removes a key, and lists whose items are named are merged by name (`$patch: delete` removes one), as in a strategic merge patch;
 * everything else replaces.
 */
export function mergeIntoDocument(document: Document, patch: unknown, path: Path = []): void {
  const current = path.length === 0 ? document.contents : document.getIn(path);
  if (isRecord(patch) && isMap(current)) mergeMap(document, patch, path);
  else if (isNamedList(patch) && isSeq(current)) mergeNamedList(document, patch, path);
  // Why: a plain value takes the place of the old one and leaves its comment; a node would not.
  else document.setIn(path, typeof patch === 'object' && patch !== null ? document.createNode(withoutNulls(patch)) : patch);
}

function mergeMap(document: Document, patch: Record<string, unknown>, path: Path): void {
  for (const [key, value] of Object.entries(patch)) {
    const place = [...path, key];
    if (value === null) document.deleteIn(place);
    else mergeIntoDocument(document, value, place);
  }
}

function mergeNamedList(document: Document, items: { name: string; $patch?: unknown }[], path: Path): void {
  for (const item of items) {
    const names = (document.getIn(path) as { toJSON(): { name?: string }[] }).toJSON().map(({ name }) => name);
    const index = names.indexOf(item.name);
    if (item.$patch === 'delete') {
      if (index >= 0) document.deleteIn([...path, index]);
    } else if (index >= 0) mergeIntoDocument(document, item, [...path, index]);
    else document.addIn(path, document.createNode(withoutNulls(item)));
  }
}

function isNamedList(value: unknown): value is { name: string; $patch?: unknown }[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => isRecord(item) && typeof item['name'] === 'string');
}

/** A null inside a part that is new has nothing to remove. */
function withoutNulls(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNulls(item)]])));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
