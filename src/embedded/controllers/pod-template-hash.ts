const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * The hash by which a replica set and its pods are told from those of other templates. It has the form of the real one
 * (FNV-1a of 32 bits, its decimal digits in an alphabet that spells no words) and is the same for equal templates, but not
 * the same number: the real one hashes the memory layout of a Go struct. Models controller_utils.go ComputeHash.
 */
export function podTemplateHash(template: unknown, collisionCount?: number): string {
  const text = JSON.stringify(sorted(template)) + (collisionCount === undefined ? '' : `#${collisionCount}`);
  return String(fnv1a(text)).replaceAll(/\d/g, (digit) => ALPHABET.charAt(digit.charCodeAt(0) % ALPHABET.length));
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** The value with the keys of its objects in order, so that equal values are written alike. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]);
}
