import type { Bytes } from '../kernel/bytes.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `cut -b list | -c list | -f list [-d delimiter] [-s] [file…]` */
export const cut = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'b:c:d:f:nsz',
    long: {
      'bytes=': 'b',
      'characters=': 'c',
      'delimiter=': 'd',
      'fields=': 'f',
      'only-delimited': 's',
      complement: 'complement',
      'output-delimiter=': 'output-delimiter',
      'zero-terminated': 'z',
    },
  });
  const cutLine = lineCutter(context.name, options);
  const separator = options.has('z') ? '\0' : '\n';
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    const descriptor = yield* context.open(path);
    if (descriptor === undefined) continue;
    const reader = context.lines(descriptor, separator);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      const result = cutLine(line);
      if (result !== undefined) yield* context.write(result + separator);
    }
    context.close(descriptor);
  }
  return undefined;
});

/** What is left of a line; undefined where the line is left out. */
function lineCutter(name: Bytes, options: ParsedOptions): (line: Bytes) => Bytes | undefined {
  const hint = `\nTry '${name} --help' for more information.`;
  const lists = options.list.filter(({ key }) => 'bcf'.includes(key));
  if (lists.length === 0) throw new CommandError(`you must specify a list of bytes, characters, or fields${hint}`);
  if (lists.length > 1) throw new CommandError(`only one list may be specified${hint}`);
  const { key, value } = lists[0]!;
  const isFields = key === 'f';
  const delimiter = options.get('d');
  if (!isFields && delimiter !== undefined)
    throw new CommandError(`an input delimiter may be specified only when operating on fields${hint}`);
  if (!isFields && options.has('s'))
    throw new CommandError(`suppressing non-delimited lines makes sense\n\tonly when operating on fields${hint}`);
  if (delimiter !== undefined && delimiter.length > 1) throw new CommandError(`the delimiter must be a single character${hint}`);
  const ranges = parseRanges(value, isFields, hint);
  const isComplement = options.has('complement');
  const selects = (position: number): boolean => ranges.some(({ first, last }) => position >= first && position <= last) !== isComplement;
  if (isFields) return fieldCutter(delimiter === '' ? '\0' : (delimiter ?? '\t'), selects, options);
  return byteCutter(ranges, selects, isComplement, options.get('output-delimiter'));
}

interface Range {
  first: number;
  last: number;
}

function parseRanges(list: Bytes, isFields: boolean, hint: string): Range[] {
  return list.split(/[, \t]/).map((text) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(text);
    if (!match)
      throw new CommandError(
        isFields ? `invalid field value ${quote(text)}${hint}` : `invalid byte or character position ${quote(text)}${hint}`,
      );
    const [, from, dash, to] = match;
    if (from === '' && to === '')
      throw new CommandError(
        dash === ''
          ? `${isFields ? 'fields' : 'byte/character positions'} are numbered from 1${hint}`
          : `invalid range with no endpoint: -${hint}`,
      );
    const first = from === '' ? 1 : Number(from);
    const last = dash === '' ? first : to === '' ? Infinity : Number(to);
    if (first === 0)
      throw new CommandError(isFields ? `fields are numbered from 1${hint}` : `byte/character positions are numbered from 1${hint}`);
    if (last < first) throw new CommandError(`invalid decreasing range${hint}`);
    return { first, last };
  });
}

function fieldCutter(delimiter: Bytes, selects: (position: number) => boolean, options: ParsedOptions): (line: Bytes) => Bytes | undefined {
  const joiner = options.get('output-delimiter') ?? delimiter;
  return (line) => {
    if (!line.includes(delimiter)) return options.has('s') ? undefined : line;
    return line
      .split(delimiter)
      .filter((_field, index) => selects(index + 1))
      .join(joiner);
  };
}

function byteCutter(
  ranges: readonly Range[],
  selects: (position: number) => boolean,
  isComplement: boolean,
  joiner: Bytes | undefined,
): (line: Bytes) => Bytes {
  return (line) => {
    let result = '';
    let previous = 0;
    for (let position = 1; position <= line.length; position += 1) {
      if (!selects(position)) continue;
      const startsRange =
        position !== previous + 1 ||
        (!isComplement &&
          ranges.some((range) => range.first === position && !ranges.some((other) => other.first < position && other.last >= position)));
      if (joiner !== undefined && previous > 0 && startsRange) result += joiner;
      result += line[position - 1]!;
      previous = position;
    }
    return result;
  };
}
