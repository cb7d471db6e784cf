import { C_ESCAPES } from '../../../c-escapes.ts';
import type { Bytes } from '../../kernel/bytes.ts';

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
  const named = C_ESCAPES[character];
  if (named !== undefined) return named;
  const code = character.charCodeAt(0);
  return code >= 32 && code < 127 ? character : `\\${code.toString(8).padStart(3, '0')}`;
}
