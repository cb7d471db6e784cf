import type { Bytes } from '../kernel/bytes.ts';
import type { Node } from '../kernel/node.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import { parseMode } from '../text/file-mode.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `chmod [-Rfv] mode file…` */
export const chmod = command(function* (context) {
  const args = context.args.map((argument) => (/^-[rwxXst]+(?:,.*)?$/.test(argument) ? `a${argument}` : argument));
  const options = parseOptions(context.name, args, {
    short: 'Rf',
    long: { recursive: 'R', silent: 'f', quiet: 'f' },
    unmodelled: 'cv',
    unmodelledLong: ['changes', 'verbose', 'reference', 'preserve-root', 'no-preserve-root'],
  });
  const [mode, ...paths] = options.operands;
  const hint = `\nTry '${context.name} --help' for more information.`;
  if (mode === undefined) throw new CommandError(`missing operand${hint}`);
  if (paths.length === 0) throw new CommandError(`missing operand after ${quote(mode)}${hint}`);
  const { umask } = context.process;
  if (parseMode(mode, 0, { umask, isDirectory: false }) === undefined) throw new CommandError(`invalid mode: ${quote(mode)}${hint}`);
  for (const path of paths) yield* change(context, path, mode, options.has('R'), options.has('f'));
  return undefined;
});

function* change(context: CommandContext, path: Bytes, mode: Bytes, isRecursive: boolean, isQuiet: boolean): Task<void> {
  const { files, umask, user } = context.process;
  let node: Node;
  try {
    const place = files.locate(path, context.process);
    if (!place.node) throw new SystemError('ENOENT');
    ({ node } = place as { node: Node });
    if (files.isReadOnly(place.path)) throw new CommandError(`changing permissions of ${quote(path)}: ${new SystemError('EROFS').message}`);
    if (user !== 0 && user !== node.user)
      throw new CommandError(`changing permissions of ${quote(path)}: ${new SystemError('EPERM').message}`);
  } catch (error) {
    if (!(error instanceof SystemError || error instanceof CommandError)) throw error;
    if (!isQuiet) yield* context.complain(error instanceof CommandError ? error.message : `cannot access ${quote(path)}: ${error.message}`);
    context.status = 1;
    return;
  }
  node.mode = parseMode(mode, node.mode, { umask, isDirectory: node.kind === 'directory' })!;
  if (!isRecursive || node.kind !== 'directory') return;
  for (const [name, child] of node.entries) if (child.kind !== 'symlink') yield* change(context, `${path}/${name}`, mode, true, isQuiet);
}
