import type { Bytes } from '../kernel/bytes.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';
import { parseSize } from './io/size.ts';

interface Amount {
  unit: 'lines' | 'bytes';
  count: number;
  /** From the `count`th on instead of the last `count`. */
  fromStart: boolean;
}

interface Followed {
  path: Bytes;
  descriptor: number;
}

/** `tail [-n count] [-c count] [-f] [-qv] [file…]` */
export const tail = command(function* (context) {
  const options = readOptions(context);
  const key = options.last('n', 'c');
  const amount: Amount =
    key === undefined ? { unit: 'lines', count: 10, fromStart: false } : parseAmount(options.get(key)!, key === 'n' ? 'lines' : 'bytes');
  const paths = options.operands.length === 0 ? ['-'] : options.operands;
  const showsNames = options.last('q', 'v') === 'v' || (paths.length > 1 && options.last('q', 'v') !== 'q');
  const followed: Followed[] = [];
  let isFirst = true;
  for (const path of paths) {
    const descriptor = yield* context.open(path, (error) => `cannot open ${quote(path)} for reading: ${error.message}`);
    if (descriptor === undefined) continue;
    if (showsNames) yield* context.write(`${isFirst ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`);
    isFirst = false;
    if (yield* tailOf(context, descriptor, path, amount)) followed.push({ path, descriptor });
  }
  if (options.has('f') || options.has('F')) yield* follow(context, followed, showsNames);
  return undefined;
});

function readOptions(context: CommandContext): ParsedOptions {
  const args = context.args.map((argument, index) =>
    index === 0
      ? argument
          .replace(/^-(\d+)(f?)$/, '-n$1$2')
          .replace(/^\+(\d+)$/, '-n+$1')
          .replace(/^(-n\d+)f$/, '$1')
      : argument,
  );
  if (/^-\d+f$/.test(context.args[0] ?? '')) args.push('-f');
  return parseOptions(context.name, args, {
    short: 'n:c:fqvFs:',
    long: { 'lines=': 'n', 'bytes=': 'c', 'follow?': 'f', quiet: 'q', silent: 'q', verbose: 'v', 'sleep-interval=': 's' },
    unmodelled: 'z',
    unmodelledLong: ['zero-terminated', 'pid', 'retry', 'max-unchanged-stats'],
  });
}

function parseAmount(text: Bytes, unit: 'lines' | 'bytes'): Amount {
  const count = parseSize(text.replace(/^[-+]/, ''));
  if (count === undefined) throw new CommandError(`invalid number of ${unit}: ${quote(text)}`);
  return { unit, count, fromStart: text.startsWith('+') };
}

/** Prints the end of a file; answers whether it could be read. */
function* tailOf(context: CommandContext, descriptor: number, path: Bytes, amount: Amount): Task<boolean> {
  try {
    if (amount.fromStart) yield* copyFrom(context, descriptor, amount);
    else yield* context.write(endOf(yield* context.readAll(descriptor), amount));
    return true;
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== 'EISDIR') throw error;
    yield* context.complain(`error reading ${quote(path)}: ${error.message}`);
    context.status = 1;
    return false;
  }
}

function endOf(text: Bytes, { unit, count }: Amount): Bytes {
  if (count === 0) return '';
  if (unit === 'bytes') return text.slice(-count);
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return lines.slice(-count).join('');
}

function* copyFrom(context: CommandContext, descriptor: number, { unit, count }: Amount): Task<void> {
  let toSkip = Math.max(0, count - 1);
  for (let data = yield* context.process.read(descriptor); data !== ''; data = yield* context.process.read(descriptor)) {
    let start = 0;
    if (unit === 'bytes') {
      start = Math.min(toSkip, data.length);
      toSkip -= start;
    }
    for (; unit === 'lines' && toSkip > 0 && start < data.length; toSkip -= 1) {
      const end = data.indexOf('\n', start);
      if (end < 0) {
        start = data.length;
        break;
      }
      start = end + 1;
    }
    yield* context.write(data.slice(start));
  }
}

/** Prints what is added to the files, for ever. */
function* follow(context: CommandContext, followed: readonly Followed[], showsNames: boolean): Task<void> {
  let last = followed.at(-1);
  if (followed.length === 0) throw new CommandError('no files remaining');
  for (;;) {
    for (const file of followed) {
      const added = yield* context.readAll(file.descriptor);
      if (added === '') continue;
      if (showsNames && file !== last) yield* context.write(`\n==> ${file.path} <==\n`);
      last = file;
      yield* context.write(added);
    }
    yield* context.out.flush();
    yield context.process.files.changed.wait;
  }
}
