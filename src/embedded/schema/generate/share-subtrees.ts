import type { Json } from '../../../system/json.ts';

/** A JSON value in which `{"&": n}` stands for the n-th of the shared parts; a part may refer to parts before it. */
export interface SharedJson {
  parts: Json[];
  value: Json;
}

const SMALLEST_PART_CHARACTERS = 40;

/** Takes out the subtrees that occur more than once, so that each is written once. */
export function shareSubtrees(value: Json): SharedJson {
  const counts = new Map<string, number>();
  countObjects(value, counts);
  const parts: Json[] = [];
  const numbers = new Map<string, number>();
  const shared = replaceRepeated(value, { counts, parts, numbers });
  return { parts, value: shared };
}

function countObjects(value: Json, counts: Map<string, number>): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) {
    const key = JSON.stringify(value);
    const seen = counts.get(key) ?? 0;
    counts.set(key, seen + 1);
    if (seen > 0) return;
  }
  for (const item of Object.values(value)) countObjects(item, counts);
}

interface Sharing {
  counts: ReadonlyMap<string, number>;
  parts: Json[];
  numbers: Map<string, number>;
}

function replaceRepeated(value: Json, sharing: Sharing): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => replaceRepeated(item, sharing));
  const key = JSON.stringify(value);
  const known = sharing.numbers.get(key);
  if (known !== undefined) return { '&': known };
  const copy = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaceRepeated(item, sharing)]));
  if ((sharing.counts.get(key) ?? 0) < 2 || key.length < SMALLEST_PART_CHARACTERS) return copy;
  sharing.numbers.set(key, sharing.parts.length);
  sharing.parts.push(copy);
  return { '&': sharing.parts.length - 1 };
}
