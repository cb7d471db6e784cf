import type { Bytes } from '../kernel/bytes.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `uniq [-cdDiu] [-f fields] [-s characters] [-w characters] [input [output]]` */
export const uniq = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'cdDf:is:uw:z',
    long: {
      count: 'c',
      repeated: 'd',
      'skip-fields=': 'f',
      'ignore-case': 'i',
      'skip-chars=': 's',
      unique: 'u',
      'check-chars=': 'w',
      'zero-terminated': 'z',
    },
    unmodelledLong: ['all-repeated', 'group'],
  });
  if (options.operands.length > 2)
    throw new CommandError(`extra operand ${quote(options.operands[2]!)}\nTry '${context.name} --help' for more information.`);
  const separator = options.has('z') ? '\0' : '\n';
  const input = yield* context.open(options.operands[0] ?? '-');
  if (input === undefined) return 1;
  const out = openOutput(context, options.operands[1]);
  const keyOf = keyFunction(options);
  let group: Bytes[] = [];
  const reader = context.lines(input, separator);
  for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
    if (group.length > 0 && keyOf(group[0]!) !== keyOf(line)) {
      yield* emit(context, out, group, options, separator);
      group = [];
    }
    group.push(line);
  }
  if (group.length > 0) yield* emit(context, out, group, options, separator);
  return undefined;
});

function openOutput(context: CommandContext, path: Bytes | undefined): number | undefined {
  if (path === undefined || path === '-') return undefined;
  try {
    return context.process.open(path, { write: true, create: true, truncate: true });
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CommandError(`${path}: ${error.message}`);
  }
}

function* emit(
  context: CommandContext,
  out: number | undefined,
  group: readonly Bytes[],
  options: ParsedOptions,
  separator: Bytes,
): Task<void> {
  const isRepeated = group.length > 1;
  if ((options.has('d') || options.has('D')) && !isRepeated) return;
  if (options.has('u') && isRepeated) return;
  const lines = options.has('D') ? group : group.slice(0, 1);
  const prefix = options.has('c') ? `${String(group.length).padStart(7)} ` : '';
  for (const line of lines) {
    if (out === undefined) yield* context.write(prefix + line + separator);
    else yield* context.process.write(out, prefix + line + separator);
  }
}

function keyFunction(options: ParsedOptions): (line: Bytes) => Bytes {
  const number = (key: string, what: string): number | undefined => {
    const text = options.get(key);
    if (text === undefined) return undefined;
    if (!/^\d+$/.test(text)) throw new CommandError(`${text}: invalid number of ${what}`);
    return Number(text);
  };
  const fields = number('f', 'fields to skip') ?? 0;
  const skip = number('s', 'bytes to skip') ?? 0;
  const width = number('w', 'bytes to compare');
  return (line) => {
    let key = line;
    for (let index = 0; index < fields; index += 1) key = key.replace(/^[ \t]*[^ \t]*/, '');
    key = key.slice(skip, width === undefined ? undefined : skip + width);
    return options.has('i') ? key.toLowerCase() : key;
  };
}
