import { decodeEscapes } from '../text/escapes.ts';
import { command } from './io/command.ts';

/** `/bin/echo [-neE] word…` */
export const echo = command(function* (context) {
  let words = context.args;
  let newline = '\n';
  let isDecoding = false;
  for (; /^-[neE]+$/.test(words[0] ?? ''); words = words.slice(1)) {
    for (const letter of words[0]!.slice(1)) {
      if (letter === 'n') newline = '';
      else isDecoding = letter === 'e';
    }
  }
  const rules = { zeroPrefix: true, bareOctal: false, hex: true, escapeCharacter: true, quote: false };
  const { text, isCut } = isDecoding ? decodeEscapes(words.join(' '), rules) : { text: words.join(' '), isCut: false };
  yield* context.write(text + (isCut ? '' : newline));
  return 0;
});
