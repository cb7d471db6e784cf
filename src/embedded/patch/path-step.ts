import type { ListShape } from '../schema/value-shape.ts';
import { isPlainObject } from './plain-object.ts';

/** An item that cannot be told apart from others of its list; the message says why, as the server does. */
export class UnidentifiableItem extends Error {}

/**
 * The step that stands for an item of a set or a keyed list: `v:"x"` or `k:{"name":"a"}`.
 * Models structured-merge-diff typed/helpers.go. Throws UnidentifiableItem.
 */
export function stepOfItem(list: ListShape, item: unknown): string {
  if (list.relation === 'map') return `k:${keyOfItem(list, item)}`;
  if (item === null || item === undefined)
    throw new UnidentifiableItem("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) throw new UnidentifiableItem('not supported: associative list with lists as elements');
  if (typeof item === 'object') throw new UnidentifiableItem("associative list without keys has an element that's a map type");
  return `v:${JSON.stringify(item)}`;
}

function keyOfItem(list: ListShape, item: unknown): string {
  if (item === null || item === undefined) throw new UnidentifiableItem('associative list with keys may not have a null element');
  if (!isPlainObject(item)) throw new UnidentifiableItem('associative list with keys may not have non-map elements');
  let key = '';
  for (const name of list.keys) {
    const value: unknown = Object.hasOwn(item, name) && item[name] !== undefined ? item[name] : list.keyDefaults[name];
    if (value !== undefined) key += `${key === '' ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  if (key !== '') return `{${key}}`;
  const names = list.keys.map((name) => JSON.stringify(name)).join(' ');
  throw new UnidentifiableItem(
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  );
}

/** A path of steps as messages spell it: `.spec.containers[name="a"].image`. */
export function printPath(path: readonly string[]): string {
  return path.map(printStep).join('');
}

function printStep(step: string): string {
  const what = step.slice(2);
  switch (step[0]) {
    case 'k': {
      const entries = Object.entries(JSON.parse(what) as Record<string, unknown>);
      return `[${entries.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    }
    case 'v':
      return `[=${what}]`;
    case 'i':
      return `[${what}]`;
    default:
      return `.${what}`;
  }
}
