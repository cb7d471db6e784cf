import type { Bytes } from '../../kernel/bytes.ts';

const NAMED: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** A text as `l` shows it: nothing invisible, broken at a width, with `$` at its end. */
export function listLine(text: Bytes, width: number): Bytes {
  let result = '';
  let column = 0;
  for (const character of text) {
    const shown = visible(character);
    if (width > 1 && column + shown.length > width - 1) {
      result += '\\\n';
      column = 0;
    }
    result += shown;
    column += shown.length;
  }
  return `${result}$\n`;
}

function visible(character: Bytes): Bytes {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.charCodeAt(0);
  return code >= 32 && code < 127 ? character : `\\${code.toString(8).padStart(3, '0')}`;
}
