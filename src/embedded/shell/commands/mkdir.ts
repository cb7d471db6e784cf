import type { Bytes } from '../kernel/bytes.ts';
import { parentPath } from '../kernel/path.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import { parseMode } from '../text/file-mode.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `mkdir [-pv] [-m mode] directory…` */
export const mkdir = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'm:pv',
    long: { 'mode=': 'm', parents: 'p', verbose: 'v' },
    unmodelled: 'Z',
    unmodelledLong: ['context'],
  });
  if (options.operands.length === 0) throw new CommandError(`missing operand\nTry '${context.name} --help' for more information.`);
  const { umask } = context.process;
  const text = options.get('m');
  const mode = text === undefined ? 0o777 & ~umask : parseMode(text, 0o777, { umask, isDirectory: true });
  if (mode === undefined) throw new CommandError(`invalid mode ${quote(text!)}`);
  for (const path of options.operands) yield* makeDirectory(context, path, mode, options.has('p'), options.has('v'));
  return undefined;
});

function* makeDirectory(context: CommandContext, path: Bytes, mode: number, makesParents: boolean, isVerbose: boolean): Task<boolean> {
  const { files } = context.process;
  try {
    const parent = parentPath(path);
    if (makesParents) {
      const existing = files.find(path, context.process);
      if (existing?.kind === 'directory') return true;
      const isParentMissing = parent !== path && !files.find(parent, context.process);
      if (isParentMissing && !(yield* makeDirectory(context, parent, 0o777 & ~context.process.umask, true, isVerbose))) return false;
    }
    files.createDirectory(files.locate(path, context.process, false), mode, context.process);
    if (isVerbose) yield* context.writeLine(`${context.name}: created directory ${quote(path)}`);
    return true;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* context.complain(`cannot create directory ${quote(path)}: ${error.message}`);
    context.status = 1;
    return false;
  }
}

/** `rmdir [-pv] directory…` */
export const rmdir = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'pv',
    long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': 'ignore' },
  });
  if (options.operands.length === 0) throw new CommandError(`missing operand\nTry '${context.name} --help' for more information.`);
  for (const operand of options.operands) {
    for (let path = operand; ; path = parentPath(path)) {
      const isRemoved = yield* removeDirectory(context, path, options.has('ignore'), options.has('v'));
      if (!isRemoved || !options.has('p') || parentPath(path) === '.' || parentPath(path) === '/') break;
    }
  }
  return undefined;
});

function* removeDirectory(context: CommandContext, path: Bytes, ignoresNonEmpty: boolean, isVerbose: boolean): Task<boolean> {
  const { files } = context.process;
  if (isVerbose) yield* context.writeLine(`${context.name}: removing directory, ${quote(path)}`);
  try {
    files.removeDirectory(files.locate(path, context.process, false), context.process);
    return true;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (ignoresNonEmpty && error.code === 'ENOTEMPTY') return false;
    yield* context.complain(`failed to remove ${quote(path)}: ${error.message}`);
    context.status = 1;
    return false;
  }
}
