import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';
import type { Transfer } from './transfer.ts';
import { planTransfers } from './transfer.ts';

/** `mv [-fnTv] [-t directory] source… target` */
export const mv = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'fnt:Tv',
    long: { force: 'f', 'no-clobber': 'n', 'target-directory=': 't', 'no-target-directory': 'T', verbose: 'v' },
    unmodelled: 'biSuZ',
    unmodelledLong: ['backup', 'interactive', 'strip-trailing-slashes', 'suffix', 'update'],
  });
  for (const transfer of planTransfers(context, options)) yield* move(context, transfer, options);
  return undefined;
});

function* move(context: CommandContext, { source, target }: Transfer, options: ParsedOptions): Task<void> {
  const { files } = context.process;
  const fail = function* (message: string): Task<void> {
    yield* context.complain(message);
    context.status = 1;
  };
  let from;
  try {
    from = files.locate(source, context.process, false);
    if (!from.node) throw new SystemError('ENOENT');
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return yield* fail(`cannot stat ${quote(source)}: ${error.message}`);
  }
  try {
    const to = files.locate(target, context.process, false);
    if (to.node === from.node) return yield* fail(`${quote(source)} and ${quote(target)} are the same file`);
    if (to.node && options.has('n')) return;
    if (to.node?.kind === 'device') throw new CannotSimulate(`mv: moving to ${target} is not modelled`);
    if (to.node?.kind === 'directory' && from.node.kind !== 'directory')
      return yield* fail(`cannot overwrite directory ${quote(target)} with non-directory`);
    if (from.node.kind === 'directory' && to.node && to.node.kind !== 'directory') {
      return yield* fail(`cannot overwrite non-directory ${quote(target)} with directory ${quote(source)}`);
    }
    if (to.path.startsWith(`${from.path}/`))
      return yield* fail(`cannot move ${quote(source)} to a subdirectory of itself, ${quote(target)}`);
    files.rename(from, to, context.process);
    if (options.has('v')) yield* context.writeLine(`renamed ${quote(source)} -> ${quote(target)}`);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* fail(`cannot move ${quote(source)} to ${quote(target)}: ${error.message}`);
  }
}
