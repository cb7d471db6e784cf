import type { Bytes } from '../kernel/bytes.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';
import type { SortKey, SortOrdering } from './sort-key.ts';
import { compareByKeys, parseSortKey } from './sort-key.ts';

/** `sort [-bcCdfghiMmnrRsuVz] [-k key]… [-t separator] [-o file] [file…]` */
export const sort = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'bcCdfghik:mMno:rst:uVz',
    long: {
      'ignore-leading-blanks': 'b',
      'dictionary-order': 'd',
      'ignore-case': 'f',
      'general-numeric-sort': 'g',
      'human-numeric-sort': 'h',
      'ignore-nonprinting': 'i',
      'month-sort': 'M',
      'numeric-sort': 'n',
      reverse: 'r',
      'version-sort': 'V',
      'check?': 'c',
      'key=': 'k',
      merge: 'm',
      'output=': 'o',
      stable: 's',
      'field-separator=': 't',
      unique: 'u',
      'zero-terminated': 'z',
    },
    unmodelled: 'RST',
    unmodelledLong: [
      'random-sort',
      'random-source',
      'sort',
      'batch-size',
      'compress-program',
      'debug',
      'files0-from',
      'buffer-size',
      'temporary-directory',
      'parallel',
    ],
    errorStatus: 2,
  });
  const compare = comparison(options);
  const separator = options.has('z') ? '\0' : '\n';
  const lines = yield* readLines(context, options.operands, separator);
  if (options.has('c') || options.has('C')) return yield* check(context, lines, compare, options);
  const sorted = lines.sort(compare);
  const result = options.has('u')
    ? sorted.filter((line, index) => index === 0 || compareUnique(options)(sorted[index - 1]!, line) !== 0)
    : sorted;
  yield* output(context, result.map((line) => line + separator).join(''), options.get('o'));
  return undefined;
});

type Comparison = (left: Bytes, right: Bytes) => number;

function comparison(options: ParsedOptions): Comparison {
  const byKeys = compareUnique(options);
  const isReversed = options.has('r');
  const isStable = options.has('s') || options.has('u');
  return (left, right) => {
    const order = byKeys(left, right);
    if (order !== 0 || isStable) return order;
    const whole = left < right ? -1 : left > right ? 1 : 0;
    return isReversed ? -whole : whole;
  };
}

/** The comparison by keys alone: lines that are equal in it are one with -u. */
function compareUnique(options: ParsedOptions): Comparison {
  const separator = fieldSeparator(options.get('t'));
  const global: SortOrdering = {
    flags: 'bdfghiMnrV'
      .split('')
      .filter((letter) => options.has(letter))
      .join(''),
  };
  const keys: SortKey[] = options.all('k').map((text) => parseSortKey(text, global));
  return compareByKeys(keys, global, separator);
}

function fieldSeparator(text: Bytes | undefined): Bytes | undefined {
  if (text === undefined) return undefined;
  if (text === '') throw new CommandError('empty tab', 2);
  if (text === '\\0') return '\0';
  if (text.length > 1) throw new CommandError(`multi-character tab ${quote(text)}`, 2);
  return text;
}

function* readLines(context: CommandContext, operands: readonly Bytes[], separator: Bytes): Task<Bytes[]> {
  const lines: Bytes[] = [];
  for (const path of operands.length === 0 ? ['-'] : operands) {
    const text = yield* readInput(context, path);
    const parts = text.split(separator);
    if (parts.at(-1) === '') parts.pop();
    for (const part of parts) lines.push(part);
  }
  return lines;
}

function* readInput(context: CommandContext, path: Bytes): Task<Bytes> {
  let isOpen = false;
  try {
    const descriptor = path === '-' ? 0 : context.process.open(path, { read: true });
    isOpen = true;
    const text = yield* context.readAll(descriptor);
    context.close(descriptor);
    return text;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CommandError(`${isOpen ? 'read failed' : 'cannot read'}: ${path}: ${error.message}`, 2);
  }
}

function* check(context: CommandContext, lines: readonly Bytes[], compare: Comparison, options: ParsedOptions): Task<number> {
  const isUnique = options.has('u');
  for (let index = 1; index < lines.length; index += 1) {
    const order = compare(lines[index - 1]!, lines[index]!);
    if (order < 0 || (order === 0 && !isUnique)) continue;
    if (!options.has('C')) yield* context.complain(`${options.operands[0] ?? '-'}:${index + 1}: disorder: ${lines[index]}`);
    return 1;
  }
  return 0;
}

function* output(context: CommandContext, text: Bytes, path: Bytes | undefined): Task<void> {
  if (path === undefined) {
    yield* context.write(text);
    return;
  }
  try {
    const descriptor = context.process.open(path, { write: true, create: true, truncate: true });
    yield* context.process.write(descriptor, text);
    context.close(descriptor);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CommandError(`open failed: ${path}: ${error.message}`, 2);
  }
}
