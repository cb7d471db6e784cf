import type { Bytes } from '../kernel/bytes.ts';
import { CommandError } from './io/command-error.ts';

/** Cuts text at a delimiter, which may also end it. */
export function splitOn(text: Bytes, delimiter: Bytes): Bytes[] {
  const items = text.split(delimiter);
  if (items.at(-1) === '') items.pop();
  return items;
}

/** Cuts text into items at blanks and newlines, heeding quotes and backslashes; `perLine` makes one item of each line. The items of a line stand together. */
export function splitItems(text: Bytes, { perLine, end }: { perLine: boolean; end: Bytes | undefined }): Bytes[][] {
  const lines: Bytes[][] = [];
  let line: Bytes[] = [];
  let item: Bytes | undefined;
  const finishItem = (): void => {
    if (item !== undefined) line.push(item);
    item = undefined;
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]!;
    if (character === '\n') {
      const continues = !perLine && /[ \t]$/.test(text.slice(Math.max(0, index - 1), index));
      finishItem();
      if (line.length > 0 && !continues) {
        lines.push(line);
        line = [];
      }
    } else if ((character === ' ' || character === '\t') && (!perLine || item === undefined)) finishItem();
    else if (character === '\\') item = (item ?? '') + (text[++index] ?? '');
    else if (character === '"' || character === "'") {
      const close = text.indexOf(character, index + 1);
      const newline = text.indexOf('\n', index + 1);
      if (close < 0 || (newline >= 0 && newline < close)) {
        throw new CommandError(
          `unmatched ${character === '"' ? 'double' : 'single'} quote; by default quotes are special to xargs unless you use the -0 option`,
        );
      }
      item = (item ?? '') + text.slice(index + 1, close);
      index = close;
    } else item = (item ?? '') + character;
  }
  finishItem();
  if (line.length > 0) lines.push(line);
  return end === undefined ? lines : untilEnd(lines, end);
}

function untilEnd(lines: readonly Bytes[][], end: Bytes): Bytes[][] {
  const kept: Bytes[][] = [];
  for (const line of lines) {
    const at = line.indexOf(end);
    if (at < 0) kept.push(line);
    else {
      if (at > 0) kept.push(line.slice(0, at));
      break;
    }
  }
  return kept;
}
