import type { Bytes } from '../kernel/bytes.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `cmp [-bls] file1 [file2]`: status 1 when the files differ, 2 for trouble. */
export const cmp = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'ls',
    long: { verbose: 'l', quiet: 's', silent: 's' },
    unmodelled: 'bin',
    unmodelledLong: ['print-bytes', 'ignore-initial', 'bytes'],
    errorStatus: 2,
    usage: `${context.name}: Try '${context.name} --help' for more information.`,
  });
  const [first, second = '-'] = options.operands;
  if (first === undefined)
    throw new CommandError(
      `missing operand after ${quote(context.name)}\n${context.name}: Try '${context.name} --help' for more information.`,
      2,
    );
  const left = yield* read(context, first, options.has('s'));
  const right = yield* read(context, second, options.has('s'));
  if (left === right) return 0;
  if (!options.has('s')) yield* options.has('l') ? listDifferences(context, left, right) : reportFirst(context, first, left, second, right);
  if (!options.has('s') && (left.startsWith(right) || right.startsWith(left)))
    yield* reportShorter(context, first, left, second, right, options.has('l'));
  return 1;
});

function* read(context: CommandContext, path: Bytes, isSilent: boolean): Task<Bytes> {
  try {
    const descriptor = path === '-' ? 0 : context.process.open(path, { read: true });
    const text = yield* context.readAll(descriptor);
    context.close(descriptor);
    return text;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CommandError(isSilent ? '' : `${path}: ${error.message}`, 2);
  }
}

function firstDifference(left: Bytes, right: Bytes): number {
  let index = 0;
  while (index < left.length && left[index] === right[index]) index += 1;
  return index;
}

function* reportFirst(context: CommandContext, first: Bytes, left: Bytes, second: Bytes, right: Bytes): Task<void> {
  const index = firstDifference(left, right);
  if (index >= left.length || index >= right.length) return;
  const line = left.slice(0, index).split('\n').length;
  yield* context.writeLine(`${first} ${second} differ: char ${index + 1}, line ${line}`);
}

function* reportShorter(context: CommandContext, first: Bytes, left: Bytes, second: Bytes, right: Bytes, isList: boolean): Task<void> {
  const [name, text] = left.length < right.length ? [first, left] : [second, right];
  yield* context.out.flush();
  if (text === '') yield* context.complain(`EOF on ${name} which is empty`);
  else if (isList) yield* context.complain(`EOF on ${name} after byte ${text.length}`);
  else {
    const lines = text.split('\n').length;
    yield* context.complain(`EOF on ${name} after byte ${text.length}, ${text.endsWith('\n') ? `line ${lines - 1}` : `in line ${lines}`}`);
  }
}

function* listDifferences(context: CommandContext, left: Bytes, right: Bytes): Task<void> {
  const width = String(Math.min(left.length, right.length)).length;
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    if (left[index] === right[index]) continue;
    const octal = (text: Bytes): string => text.charCodeAt(index).toString(8).padStart(3);
    yield* context.writeLine(`${String(index + 1).padStart(width)} ${octal(left)} ${octal(right)}`);
  }
}

/** `comm [-123] file1 file2`: compares sorted files line by line. */
export const comm = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: '123z',
    long: {
      'check-order': 'check-order',
      'nocheck-order': 'nocheck-order',
      'output-delimiter=': 'output-delimiter',
      total: 'total',
      'zero-terminated': 'z',
    },
  });
  const [first, second, extra] = options.operands;
  const hint = `\nTry '${context.name} --help' for more information.`;
  if (first === undefined) throw new CommandError(`missing operand${hint}`);
  if (second === undefined) throw new CommandError(`missing operand after ${quote(first)}${hint}`);
  if (extra !== undefined) throw new CommandError(`extra operand ${quote(extra)}${hint}`);
  const separator = options.has('z') ? '\0' : '\n';
  const left = yield* readSorted(context, first, separator);
  const right = yield* readSorted(context, second, separator);
  const delimiter = options.get('output-delimiter') ?? '\t';
  const shows = [options.has('1'), options.has('2'), options.has('3')].map((isHidden) => !isHidden);
  const indents = ['', shows[0] ? delimiter : '', (shows[0] ? delimiter : '') + (shows[1] ? delimiter : '')];
  const totals = [0, 0, 0];
  const order = new OrderCheck(context, !options.has('nocheck-order'));
  for (let i = 0, j = 0; i < left.length || j < right.length;) {
    const column = j >= right.length || (i < left.length && left[i]! < right[j]!) ? 0 : i >= left.length || right[j]! < left[i]! ? 1 : 2;
    const line = column === 1 ? right[j]! : left[i]!;
    if (column !== 1) yield* order.check(left, ++i, 1, column !== 2);
    if (column !== 0) yield* order.check(right, ++j, 2, column !== 2);
    totals[column]! += 1;
    if (shows[column]) yield* context.write(`${indents[column]!}${line}${separator}`);
  }
  if (options.has('total')) yield* context.write([...totals, 'total'].join(delimiter) + separator);
  if (order.hasFailed) throw new CommandError('input is not in sorted order');
  return 0;
});

/** Complains once for each file that turns out not to be sorted. */
class OrderCheck {
  readonly #context: CommandContext;
  readonly #isOn: boolean;
  readonly #reported = new Set<number>();
  #hasUnpaired = false;

  constructor(context: CommandContext, isOn: boolean) {
    this.#context = context;
    this.#isOn = isOn;
  }

  get hasFailed(): boolean {
    return this.#reported.size > 0;
  }

  *check(lines: readonly Bytes[], next: number, file: number, isUnpaired: boolean): Task<void> {
    this.#hasUnpaired ||= isUnpaired;
    if (!this.#isOn || !this.#hasUnpaired || this.#reported.has(file) || next >= lines.length || lines[next - 1]! <= lines[next]!) return;
    this.#reported.add(file);
    yield* this.#context.complain(`file ${file} is not in sorted order`);
  }
}

function* readSorted(context: CommandContext, path: Bytes, separator: Bytes): Task<Bytes[]> {
  const text = yield* context.readFile(path);
  if (text === undefined) throw new CommandError('', 1);
  const lines = text.split(separator);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** `paste [-s] [-d list] [file…]` */
export const paste = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'd:sz',
    long: { 'delimiters=': 'd', serial: 's', 'zero-terminated': 'z' },
  });
  const delimiters = parseDelimiters(options.get('d') ?? '\t');
  const separator = options.has('z') ? '\0' : '\n';
  const columns = yield* readColumns(context, options.operands.length === 0 ? ['-'] : options.operands, separator, options.has('s'));
  if (options.has('s')) for (const lines of columns) yield* context.write(join(lines, delimiters) + separator);
  else {
    const rows = Math.max(0, ...columns.map((lines) => lines.length));
    for (let row = 0; row < rows; row += 1)
      yield* context.write(
        join(
          columns.map((lines) => lines[row] ?? ''),
          delimiters,
        ) + separator,
      );
  }
  return undefined;
});

/** Several `-` take turns reading lines of standard input. */
function* readColumns(context: CommandContext, paths: readonly Bytes[], separator: Bytes, isSerial: boolean): Task<Bytes[][]> {
  const standard = paths.filter((path) => path === '-').length;
  const input = standard > 0 ? splitLines(yield* context.readAll(0), separator) : [];
  const columns: Bytes[][] = [];
  let turn = 0;
  for (const path of paths) {
    if (path === '-') {
      const own = turn++;
      columns.push(isSerial ? (own === 0 ? input : []) : input.filter((_line, index) => index % standard === own));
    } else {
      const text = yield* context.readFile(path);
      if (text === undefined) throw new CommandError('', 1);
      columns.push(splitLines(text, separator));
    }
  }
  return columns;
}

function splitLines(text: Bytes, separator: Bytes): Bytes[] {
  const lines = text.split(separator);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function parseDelimiters(text: Bytes): Bytes[] {
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', '0': '', b: '\b', f: '\f', r: '\r', v: '\v' };
  const delimiters = [...text.matchAll(/\\([^])|([^\\])/g)].map(([, escaped, plain]) =>
    escaped === undefined ? plain! : (escapes[escaped] ?? escaped),
  );
  return delimiters.length === 0 ? [''] : delimiters;
}

function join(values: readonly Bytes[], delimiters: readonly Bytes[]): Bytes {
  return values.map((value, index) => (index === 0 ? value : delimiters[(index - 1) % delimiters.length]! + value)).join('');
}
