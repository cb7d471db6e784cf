import type { Bytes } from '../kernel/bytes.ts';

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]);

/** Whose backslash escapes: which ones there are differs. */
export interface EscapeRules {
  /** `\0ooo` has up to three digits behind the zero (`echo`, `%b`); otherwise up to three digits in all. */
  zeroPrefix: boolean;
  /** `\ooo` without a zero. */
  bareOctal: boolean;
  /** `\xHH` */
  hex: boolean;
  /** `\e` */
  escapeCharacter: boolean;
  /** `\"` */
  quote: boolean;
}

/** Replaces backslash escapes; `isCut` tells that `\c` ended the output. */
export function decodeEscapes(text: Bytes, rules: EscapeRules): { text: Bytes; isCut: boolean } {
  if (!text.includes('\\')) return { text, isCut: false };
  let result = '';
  for (let index = 0; index < text.length;) {
    const character = text[index]!;
    if (character !== '\\' || index + 1 >= text.length) {
      result += character;
      index += 1;
      continue;
    }
    const escape = text[index + 1]!;
    if (escape === 'c') return { text: result, isCut: true };
    const [decoded, length] = decodeOne(text, index + 1, rules);
    result += decoded;
    index += 1 + length;
  }
  return { text: result, isCut: false };
}

/** Decodes the escape whose letter is at `index`; answers what it stands for and how many characters it took. */
function decodeOne(text: Bytes, index: number, rules: EscapeRules): [decoded: Bytes, length: number] {
  const escape = text[index]!;
  const rest = text.slice(index, index + 4);
  const octal = rules.zeroPrefix && escape === '0' ? /^0[0-7]{0,3}/.exec(rest) : rules.bareOctal ? /^[0-7]{1,3}/.exec(rest) : null;
  if (octal) return [String.fromCharCode(parseInt(octal[0], 8) & 255), octal[0].length];
  const hex = rules.hex ? /^x([0-9A-Fa-f]{1,2})/.exec(rest) : null;
  if (hex) return [String.fromCharCode(parseInt(hex[1]!, 16)), hex[0].length];
  const simple = SIMPLE.get(escape);
  if (simple !== undefined) return [simple, 1];
  if (escape === 'e' && rules.escapeCharacter) return ['\x1b', 1];
  if (escape === '"' && rules.quote) return ['"', 1];
  return [`\\${escape}`, 1];
}
