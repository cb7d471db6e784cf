import type { Bytes } from '../kernel/bytes.ts';
import type { Node } from '../kernel/node.ts';
import { baseName } from '../kernel/path.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `rm [-dfrRv] file…` */
export const rm = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'dfrRv',
    long: { dir: 'd', force: 'f', recursive: 'r', verbose: 'v', 'no-preserve-root': 'no-preserve-root', 'preserve-root?': 'preserve-root' },
    unmodelled: 'iI',
    unmodelledLong: ['interactive', 'one-file-system'],
  });
  if (options.operands.length === 0 && !options.has('f'))
    throw new CommandError(`missing operand\nTry '${context.name} --help' for more information.`);
  for (const path of options.operands) yield* removeOperand(context, path, options);
  return undefined;
});

function* removeOperand(context: CommandContext, path: Bytes, options: ParsedOptions): Task<void> {
  const isRecursive = options.has('r') || options.has('R');
  if (isRecursive && (baseName(path) === '.' || baseName(path) === '..')) {
    yield* fail(context, `refusing to remove '.' or '..' directory: skipping ${quote(path)}`);
    return;
  }
  try {
    const place = context.process.files.locate(path, context.process, false);
    if (!place.node) throw new SystemError('ENOENT');
    if (isRecursive && place.name === '')
      throw new CommandError(
        `it is dangerous to operate recursively on '/'\n${context.name}: use --no-preserve-root to override this failsafe`,
      );
    yield* remove(context, path, place.node, options, isRecursive);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (options.has('f') && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return;
    yield* fail(context, `cannot remove ${quote(path)}: ${error.message}`);
  }
}

function* remove(context: CommandContext, path: Bytes, node: Node, options: ParsedOptions, isRecursive: boolean): Task<void> {
  const { files } = context.process;
  if (node.kind === 'directory') {
    if (!isRecursive && !(options.has('d') && node.entries.size === 0)) throw new SystemError(options.has('d') ? 'ENOTEMPTY' : 'EISDIR');
    for (const [name, child] of [...node.entries]) {
      const childPath = path.endsWith('/') ? path + name : `${path}/${name}`;
      try {
        yield* remove(context, childPath, child, options, isRecursive);
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        yield* fail(context, `cannot remove ${quote(childPath)}: ${error.message}`);
      }
    }
    if (node.entries.size > 0) return;
    files.removeDirectory(files.locate(path, context.process, false), context.process);
    if (options.has('v')) yield* context.writeLine(`removed directory ${quote(path)}`);
    return;
  }
  files.unlink(files.locate(path, context.process, false), context.process);
  if (options.has('v')) yield* context.writeLine(`removed ${quote(path)}`);
}

function* fail(context: CommandContext, message: Bytes): Task<void> {
  yield* context.complain(message);
  context.status = 1;
}
