import type { Bytes } from '../kernel/bytes.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';
import { parseSize } from './io/size.ts';

interface Amount {
  unit: 'lines' | 'bytes';
  count: number;
  /** All but the last `count`. */
  fromEnd: boolean;
}

/** `head [-n count] [-c count] [-qv] [file…]` */
export const head = command(function* (context) {
  const args = context.args.map((argument, index) => (index === 0 ? argument.replace(/^-(\d+)$/, '-n$1') : argument));
  const options = parseOptions(context.name, args, {
    short: 'n:c:qv',
    long: { 'lines=': 'n', 'bytes=': 'c', quiet: 'q', silent: 'q', verbose: 'v' },
    unmodelled: 'z',
    unmodelledLong: ['zero-terminated'],
  });
  const key = options.last('n', 'c');
  const amount: Amount =
    key === undefined ? { unit: 'lines', count: 10, fromEnd: false } : parseAmount(options.get(key)!, key === 'n' ? 'lines' : 'bytes');
  const paths = options.operands.length === 0 ? ['-'] : options.operands;
  const showsNames = options.last('q', 'v') === 'v' || (paths.length > 1 && options.last('q', 'v') !== 'q');
  let isFirst = true;
  for (const path of paths) {
    const descriptor = yield* context.open(path, (error) => `cannot open ${quote(path)} for reading: ${error.message}`);
    if (descriptor === undefined) continue;
    if (showsNames) yield* context.write(`${isFirst ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`);
    isFirst = false;
    yield* headOf(context, descriptor, path, amount);
    context.close(descriptor);
  }
  return undefined;
});

function parseAmount(text: Bytes, unit: 'lines' | 'bytes'): Amount {
  const fromEnd = text.startsWith('-');
  const count = parseSize(fromEnd ? text.slice(1) : text.replace(/^\+/, ''));
  if (count === undefined) throw new CommandError(`invalid number of ${unit}: ${quote(text)}`);
  return { unit, count, fromEnd };
}

function* headOf(context: CommandContext, descriptor: number, path: Bytes, amount: Amount): Task<void> {
  try {
    if (amount.fromEnd) yield* context.write(withoutEnd(yield* context.readAll(descriptor), amount));
    else if (amount.unit === 'bytes') yield* copyBytes(context, descriptor, amount.count);
    else yield* copyLines(context, descriptor, amount.count);
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== 'EISDIR') throw error;
    yield* context.complain(`error reading ${quote(path)}: ${error.message}`);
    context.status = 1;
  }
}

function withoutEnd(text: Bytes, { unit, count }: Amount): Bytes {
  if (unit === 'bytes') return text.slice(0, Math.max(0, text.length - count));
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return lines.slice(0, Math.max(0, lines.length - count)).join('');
}

function* copyBytes(context: CommandContext, descriptor: number, count: number): Task<void> {
  for (let rest = count; rest > 0;) {
    const data = yield* context.process.read(descriptor, Math.min(rest, 8192));
    if (data === '') return;
    yield* context.write(data);
    rest -= data.length;
  }
}

function* copyLines(context: CommandContext, descriptor: number, count: number): Task<void> {
  if (count === 0) return;
  const reader = context.lines(descriptor);
  for (let left = count; left > 0; left -= 1) {
    const line = yield* reader.next();
    if (line === undefined) return;
    yield* context.write(reader.isTerminated ? `${line}\n` : line);
  }
  reader.giveBack();
}
