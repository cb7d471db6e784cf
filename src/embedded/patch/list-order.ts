import { isPlainObject } from './plain-object.ts';

/** A merged list and what decides about its order. */
export interface ListOrder {
  merged: unknown[];
  /** Items (or just their keys) in the order that the patch wants. */
  order: unknown[];
  /** The list as it was. */
  live: unknown[];
  /** Key that tells items apart; undefined for lists of scalars. */
  mergeKey: string | undefined;
}

/**
 * Puts a merged list in order: first the order that the patch dictates, then that of the live list. Both kinds of items keep their order among
 * themselves; an item that only the server has stands before the first item of the patch that came after it. Models strategicpatch/patch.go
 * normalizeElementOrder.
 */
export function restoreOrder({ merged, order, live, mergeKey }: ListOrder): unknown[] {
  const identify = (item: unknown) => (mergeKey !== undefined && isPlainObject(item) ? item[mergeKey] : item);
  const placesInOrder = places(order.map(identify));
  const placesInLive = places(live.map(identify));
  const isNamed = (item: unknown) => placesInOrder.has(identify(item));
  const named = sortByPlace(merged.filter(isNamed), placesInOrder, identify);
  const others = sortByPlace(
    merged.filter((item) => !isNamed(item)),
    placesInLive,
    identify,
  );
  const result: unknown[] = [];
  for (const item of named) {
    const place = placesInLive.get(identify(item));
    while (others.length > 0 && isBefore(placesInLive.get(identify(others[0])), place)) result.push(others.shift());
    result.push(item);
  }
  return [...result, ...others];
}

function places(keys: unknown[]): Map<unknown, number> {
  const found = new Map<unknown, number>();
  keys.forEach((key, index) => found.has(key) || found.set(key, index));
  return found;
}

function sortByPlace(items: unknown[], byKey: Map<unknown, number>, identify: (item: unknown) => unknown): unknown[] {
  return items
    .map((item, index) => ({ item, place: byKey.get(identify(item)) ?? byKey.size + index }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

function isBefore(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a < b;
}
