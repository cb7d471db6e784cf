import type { Bytes } from '../../kernel/bytes.ts';

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);
const NUMERIC = /(?:d(\d{3})|o([0-7]{3})|x([0-9A-Fa-f]{1,2})|c([^\\]))/y;

/** The character that the escape whose letter is at `index` stands for, and how long the escape is without its backslash; undefined for none. */
export function readEscape(text: Bytes, index: number): { character: Bytes; length: number } | undefined {
  const simple = SIMPLE.get(text[index] ?? '');
  if (simple !== undefined) return { character: simple, length: 1 };
  NUMERIC.lastIndex = index;
  const found = NUMERIC.exec(text);
  if (!found) return undefined;
  const [whole, decimal, octal, hexadecimal, control] = found;
  const code =
    decimal !== undefined
      ? Number(decimal)
      : octal !== undefined
        ? parseInt(octal, 8)
        : hexadecimal !== undefined
          ? parseInt(hexadecimal, 16)
          : control!.toUpperCase().charCodeAt(0) ^ 64;
  return { character: String.fromCharCode(code & 255), length: whole.length };
}

/** Puts real characters for escapes into a regular expression; one that comes out special is special. */
export function decodeRegexEscapes(source: Bytes): Bytes {
  let result = '';
  for (let index = 0; index < source.length; index += 1) {
    const character = source[index]!;
    if (character !== '\\') {
      result += character;
      continue;
    }
    const escape = readEscape(source, index + 1);
    if (!escape) {
      result += character + (source[index + 1] ?? '');
      index += 1;
      continue;
    }
    result += escape.character;
    index += escape.length;
  }
  return result;
}
