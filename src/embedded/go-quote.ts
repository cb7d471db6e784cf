import { C_ESCAPES } from './c-escapes.ts';

const ESCAPES: Readonly<Record<string, string>> = { ...C_ESCAPES, '"': '\\"' };

/** A text as Go's %q writes it, which is how messages of programs written in Go quote what they were given. */
export function goQuote(text: string): string {
  return quote(text, (character) => character === ' ' || !/[\p{C}\p{Z}]/u.test(character));
}

/** A text as Go's %+q writes it: in printable ASCII. */
export function goQuoteToAscii(text: string): string {
  return quote(text, (character) => character >= ' ' && character <= '~');
}

function quote(text: string, isPlain: (character: string) => boolean): string {
  return `"${Array.from(text, (character) => escape(character, isPlain)).join('')}"`;
}

function escape(character: string, isPlain: (character: string) => boolean): string {
  if (Object.hasOwn(ESCAPES, character)) return ESCAPES[character]!;
  const code = character.codePointAt(0)!;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (isPlain(character)) return character;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
