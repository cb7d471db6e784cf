import type { BuiltinFunction } from '../interpreter/builtin.ts';
import type { EscapeRules } from '../text/escapes.ts';
import { decodeEscapes } from '../text/escapes.ts';

const DASH_ESCAPES: EscapeRules = { zeroPrefix: true, bareOctal: true, hex: false, escapeCharacter: false, quote: false };
const BASH_ESCAPES: EscapeRules = { zeroPrefix: true, bareOctal: false, hex: true, escapeCharacter: true, quote: false };

/** `echo`: dash always decodes backslashes, bash only with -e. */
export const echoBuiltin: BuiltinFunction = function* (shell, argv) {
  let words = argv.slice(1);
  let newline = '\n';
  let isDecoding = shell.dialect === 'dash';
  if (shell.dialect === 'dash') {
    if (words[0] === '-n') {
      newline = '';
      words = words.slice(1);
    }
  } else {
    for (; /^-[neE]+$/.test(words[0] ?? ''); words = words.slice(1)) {
      for (const letter of words[0]!.slice(1)) {
        if (letter === 'n') newline = '';
        else isDecoding = letter === 'e';
      }
    }
  }
  const text = words.join(' ');
  const { text: decoded, isCut } = isDecoding
    ? decodeEscapes(text, shell.dialect === 'dash' ? DASH_ESCAPES : BASH_ESCAPES)
    : { text, isCut: false };
  yield* shell.process.write(1, decoded + (isCut ? '' : newline));
  return 0;
};
