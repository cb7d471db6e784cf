import type { Bytes } from '../kernel/bytes.ts';
import { joinPath, baseName } from '../kernel/path.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { CommandContext } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** One file to copy, move or link, and where to. */
export interface Transfer {
  source: Bytes;
  target: Bytes;
}

/** Works out which files go where for `cp`, `mv` and `ln`, whose last operand (or -t) may be a directory. */
export function planTransfers(context: CommandContext, options: ParsedOptions): Transfer[] {
  const hint = `\nTry '${context.name} --help' for more information.`;
  const { operands } = options;
  const directory = options.get('t');
  if (operands.length === 0) throw new CommandError(`missing file operand${hint}`);
  if (directory !== undefined) return operands.map((source) => ({ source, target: inside(directory, source) }));
  if (operands.length === 1) throw new CommandError(`missing destination file operand after ${quote(operands[0]!)}${hint}`);
  const target = operands.at(-1)!;
  const sources = operands.slice(0, -1);
  if (options.has('T')) {
    if (sources.length > 1) throw new CommandError(`extra operand ${quote(operands[2]!)}${hint}`);
    return [{ source: sources[0]!, target }];
  }
  if (isDirectory(context, target, !options.has('n') || context.name !== 'ln'))
    return sources.map((source) => ({ source, target: inside(target, source) }));
  if (sources.length > 1) throw new CommandError(notADirectory(context, target));
  return [{ source: sources[0]!, target }];
}

function notADirectory(context: CommandContext, target: Bytes): string {
  const exists = context.process.files.find(target, context.process) !== undefined;
  return `target ${quote(target)}: ${new SystemError(exists ? 'ENOTDIR' : 'ENOENT').message}`;
}

function inside(directory: Bytes, source: Bytes): Bytes {
  return joinPath(directory.replace(/(.)\/+$/, '$1'), baseName(source));
}

function isDirectory(context: CommandContext, path: Bytes, follow: boolean): boolean {
  return context.process.files.find(path, context.process, follow)?.kind === 'directory';
}
