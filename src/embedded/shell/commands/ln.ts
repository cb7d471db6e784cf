import { baseName } from '../kernel/path.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions, ParsedOptions as Options } from './io/options.ts';
import { quote } from './io/quote.ts';
import type { Transfer } from './transfer.ts';
import { planTransfers } from './transfer.ts';

/** `ln [-sfnTv] [-t directory] target… link` */
export const ln = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'sfnt:Tv',
    long: { symbolic: 's', force: 'f', 'no-dereference': 'n', 'target-directory=': 't', 'no-target-directory': 'T', verbose: 'v' },
    unmodelled: 'bdFiLPrS',
    unmodelledLong: ['backup', 'directory', 'interactive', 'logical', 'physical', 'relative', 'suffix'],
  });
  for (const transfer of planTransfers(context, withDefaultTarget(options))) yield* link(context, transfer, options);
  return undefined;
});

/** `ln -s target` makes the link in the working directory. */
function withDefaultTarget(options: ParsedOptions): ParsedOptions {
  if (options.operands.length !== 1 || options.has('t')) return options;
  return new Options(options.list, [options.operands[0]!, `./${baseName(options.operands[0]!)}`]);
}

function* link(context: CommandContext, { source, target }: Transfer, options: ParsedOptions): Task<void> {
  const { files } = context.process;
  const isSymbolic = options.has('s');
  try {
    const place = files.locate(target, context.process, false);
    if (place.node && options.has('f') && place.node.kind !== 'directory') files.unlink(place, context.process);
    if (isSymbolic) files.createSymlink(place, source, context.process);
    else {
      const node = files.find(source, context.process, false);
      if (!node) throw new CommandError(`failed to access ${quote(source)}: ${new SystemError('ENOENT').message}`);
      if (node.kind === 'directory') throw new CommandError(`${source}: hard link not allowed for directory`);
      files.link(place, node, context.process);
    }
    if (options.has('v')) yield* context.writeLine(`${quote(target)} ${isSymbolic ? '->' : '=>'} ${quote(source)}`);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* context.complain(
      `failed to create ${isSymbolic ? 'symbolic' : 'hard'} link ${quote(target)}${isSymbolic || error.code === 'EEXIST' ? '' : ` => ${quote(source)}`}: ${error.message}`,
    );
    context.status = 1;
  }
}
