import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { parseSize } from './io/size.ts';
import { quote } from './io/quote.ts';

/** How a group of bytes is shown. */
interface Format {
  bytes: number;
  width: number;
  show(codes: readonly number[]): string;
}

const ROW_BYTES = 16;
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, '\\0'],
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
]);

/** `od [-A radix] [-j skip] [-N count] [-t type] [-bcox] [-v] [file…]` */
export const od = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'A:j:N:t:bcdovxw::',
    long: { 'address-radix=': 'A', 'skip-bytes=': 'j', 'read-bytes=': 'N', 'format=': 't', 'output-duplicates': 'v', 'width?': 'w' },
    unmodelled: 'aefFhHiIlLOsSBDX',
    unmodelledLong: ['strings', 'traditional', 'endian'],
  });
  let text = '';
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) text += (yield* context.readFile(path)) ?? '';
  const count = (key: string): number | undefined => {
    const given = options.get(key);
    const size = given === undefined ? undefined : parseSize(given);
    if (given !== undefined && size === undefined) throw new CommandError(`invalid -${key} argument ${quote(given)}`);
    return size;
  };
  const skipped = count('j') ?? 0;
  const limit = count('N');
  yield* dump(context, text.slice(skipped, limit === undefined ? undefined : skipped + limit), skipped, options);
  return undefined;
});

function* dump(context: CommandContext, text: Bytes, start: number, options: ParsedOptions): Task<void> {
  const formats = chosenFormats(options);
  const address = addressFormat(options.get('A') ?? 'o');
  const rowBytes = options.has('w') ? Number(options.get('w') || '32') : ROW_BYTES;
  let previous: Bytes | undefined;
  let isRepeating = false;
  for (let offset = 0; offset < text.length; offset += rowBytes) {
    const row = text.slice(offset, offset + rowBytes);
    if (row === previous && !options.has('v') && offset + rowBytes < text.length + 1 && row.length === rowBytes) {
      if (!isRepeating) yield* context.writeLine('*');
      isRepeating = true;
      continue;
    }
    isRepeating = false;
    previous = row;
    yield* writeRow(context, row, address(start + offset), formats, rowBytes);
  }
  const end = address(start + text.length);
  if (end !== '') yield* context.writeLine(end);
}

function* writeRow(context: CommandContext, row: Bytes, address: string, formats: readonly Format[], _rowBytes: number): Task<void> {
  const codes = Array.from(row, (character) => character.charCodeAt(0));
  const widest = Math.max(...formats.map((format) => (format.width + 1) / format.bytes));
  for (const [index, format] of formats.entries()) {
    let line = index === 0 ? address : ' '.repeat(address.length);
    for (let start = 0; start < codes.length; start += format.bytes) {
      const group = codes.slice(start, start + format.bytes);
      while (group.length < format.bytes) group.push(0);
      line += format.show(group).padStart(widest * format.bytes);
    }
    yield* context.writeLine(line);
  }
}

function chosenFormats(options: ParsedOptions): Format[] {
  const formats: Format[] = [];
  for (const { key, value } of options.list) {
    if (key === 't') formats.push(...parseTypes(value));
    else if (key === 'b') formats.push(numberFormat(1, 8, 3));
    else if (key === 'c') formats.push(characterFormat());
    else if (key === 'd') formats.push(numberFormat(2, 10, 5));
    else if (key === 'o') formats.push(numberFormat(2, 8, 6));
    else if (key === 'x') formats.push(numberFormat(2, 16, 4));
  }
  return formats.length === 0 ? [numberFormat(2, 8, 6)] : formats;
}

function parseTypes(text: Bytes): Format[] {
  const formats: Format[] = [];
  for (const match of text.matchAll(/([acdfoux])(\d*|[CSIL]?)/g)) {
    const [whole, type, size] = match;
    if (type === 'c') formats.push(characterFormat());
    else if (type === 'a' || type === 'f' || type === 'd') throw new CannotSimulate(`od: the type ${whole} is not modelled`);
    else {
      const bytes = size === '' ? 4 : size === 'C' ? 1 : size === 'S' ? 2 : size === 'I' ? 4 : size === 'L' ? 8 : Number(size);
      const widths: Readonly<Record<string, readonly number[]>> = { o: [3, 6, 11, 22], u: [3, 5, 10, 20], x: [2, 4, 8, 16] };
      const width = widths[type!]?.[Math.log2(bytes)];
      if (width === undefined)
        throw new CommandError(`invalid type string ${quote(text)};\nthis system doesn't provide a ${size}-byte integral type`);
      formats.push(numberFormat(bytes, type === 'o' ? 8 : type === 'u' ? 10 : 16, width));
    }
  }
  if (formats.length === 0 || text.replace(/(?:[acdfoux](?:\d*|[CSIL]?))+/, '') !== '')
    throw new CommandError(`invalid character '${text[0]}' in type string ${quote(text)}`);
  return formats;
}

function numberFormat(bytes: number, radix: number, width: number): Format {
  return {
    bytes,
    width,
    show: (codes) => {
      const value = codes.reduceRight((sum, code) => sum * 256n + BigInt(code), 0n).toString(radix);
      return radix === 10 ? value : value.padStart(width, '0');
    },
  };
}

function characterFormat(): Format {
  return {
    bytes: 1,
    width: 3,
    show: ([code]) => NAMES.get(code!) ?? (code! >= 32 && code! < 127 ? String.fromCharCode(code!) : code!.toString(8).padStart(3, '0')),
  };
}

function addressFormat(radix: Bytes): (offset: number) => string {
  switch (radix) {
    case 'n':
      return () => '';
    case 'd':
      return (offset) => String(offset).padStart(7, '0');
    case 'x':
      return (offset) => offset.toString(16).padStart(6, '0');
    case 'o':
      return (offset) => offset.toString(8).padStart(7, '0');
    default:
      throw new CommandError(`invalid output address radix '${radix}'; it must be one character from [doxn]`);
  }
}
