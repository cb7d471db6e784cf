import type { Bytes } from '../kernel/bytes.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';
import { parseDate } from './date-parser.ts';

/** `touch [-acm] [-d date] [-r file] file…` */
export const touch = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'acd:fmr:',
    long: { 'no-create': 'c', 'date=': 'd', 'reference=': 'r' },
    unmodelled: 'ht',
    unmodelledLong: ['no-dereference', 'time'],
  });
  if (options.operands.length === 0) throw new CommandError(`missing file operand\nTry '${context.name} --help' for more information.`);
  const timeMs = chosenTime(context, options);
  for (const path of options.operands) {
    try {
      const place = context.process.files.locate(path, context.process);
      if (!place.node && options.has('c')) continue;
      const node = place.node ?? context.process.files.createFile(place, 0o666 & ~context.process.umask, context.process);
      if (place.node) context.process.files.mayWrite(place, context.process);
      if (!options.has('a') || options.has('m')) node.modifiedMs = timeMs;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* context.complain(
        `${error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EACCES' || error.code === 'EROFS' ? 'cannot touch' : 'setting times of'} ${quote(path)}: ${error.message}`,
      );
      context.status = 1;
    }
  }
  return undefined;
});

function chosenTime(context: CommandContext, options: ParsedOptions): number {
  const now = context.process.kernel.host.now();
  const reference = options.get('r');
  if (reference !== undefined) return referenceTime(context, reference);
  const date = options.get('d');
  if (date === undefined) return now;
  const parsed = parseDate(date, now);
  if (parsed === undefined) throw new CommandError(`invalid date format ${quote(date)}`);
  return parsed;
}

function referenceTime(context: CommandContext, path: Bytes): number {
  const node = context.process.files.find(path, context.process);
  if (!node) throw new CommandError(`failed to get attributes of ${quote(path)}: ${new SystemError('ENOENT').message}`);
  return node.modifiedMs;
}
