import { isList, isMap, type Value } from '../expressions/values.ts';

/** A value as Go's encoding/json writes it: keys in order, and nothing in it that could be taken for HTML. */
export function goJson(value: Value): string {
  return JSON.stringify(sorted(value)).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sorted(value: Value): unknown {
  if (isList(value)) return value.map(sorted);
  if (typeof value === 'bigint') return Number(value);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key]!)]),
  );
}

/** The value of a JSON text; undefined when it is none, or has a number in it that no float64 can hold. */
export function readJson(text: string): Value | undefined {
  let isTooLarge = false;
  try {
    const value = JSON.parse(text, (_, item: unknown) => {
      if (item === Infinity || item === -Infinity) isTooLarge = true;
      return item;
    }) as Value;
    return isTooLarge ? undefined : value;
  } catch {
    return undefined;
  }
}
