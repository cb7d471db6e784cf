import type { Bytes } from '../kernel/bytes.ts';
import { findProgram } from '../kernel/execute.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quoteIfNeeded } from './io/quote.ts';

/** `readlink [-efmnz] file…` */
export const readlink = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'efmnqsvz',
    long: {
      canonicalize: 'f',
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      'no-newline': 'n',
      quiet: 'q',
      silent: 'q',
      verbose: 'v',
      zero: 'z',
    },
  });
  if (options.operands.length === 0) throw new CommandError(`missing operand\nTry '${context.name} --help' for more information.`);
  const mode = options.last('e', 'f', 'm') as 'e' | 'f' | 'm' | undefined;
  for (const path of options.operands) {
    const result = mode ? canonicalPath(context, path, mode) : linkTarget(context, path);
    if (result instanceof SystemError) {
      context.status = 1;
      if (options.has('v')) yield* context.complain(`${quoteIfNeeded(path)}: ${result.message}`);
    } else yield* context.write(result + (options.has('n') && options.operands.length === 1 ? '' : options.has('z') ? '\0' : '\n'));
  }
  return undefined;
});

/** `realpath [-emqz] file…` */
export const realpath = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'emqz',
    long: { 'canonicalize-existing': 'e', 'canonicalize-missing': 'm', quiet: 'q', zero: 'z' },
    unmodelled: 'LPs',
    unmodelledLong: ['logical', 'physical', 'relative-to', 'relative-base', 'strip', 'no-symlinks'],
  });
  if (options.operands.length === 0) throw new CommandError(`missing operand\nTry '${context.name} --help' for more information.`);
  const mode = (options.last('e', 'm') as 'e' | 'm' | undefined) ?? 'f';
  for (const path of options.operands) {
    const result = canonicalPath(context, path, mode);
    if (result instanceof SystemError) {
      context.status = 1;
      if (!options.has('q')) yield* context.complain(`${quoteIfNeeded(path)}: ${result.message}`);
    } else yield* context.write(result + (options.has('z') ? '\0' : '\n'));
  }
  return undefined;
});

/** `which [-as] name…` */
export const which = command(function* (context) {
  const options = parseOptions(context.name, context.args, { short: 'as', errorStatus: 2 });
  for (const name of options.operands) {
    try {
      const path = findProgram(context.process, name, context.process.environment.get('PATH') ?? '');
      if (!options.has('s')) yield* context.writeLine(path);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      context.status = 1;
    }
  }
  return options.operands.length === 0 ? 1 : undefined;
});

function linkTarget(context: CommandContext, path: Bytes): Bytes | SystemError {
  try {
    const node = context.process.files.node(path, context.process, false);
    return node.kind === 'symlink' ? node.target : new SystemError('EINVAL');
  } catch (error) {
    if (error instanceof SystemError) return error;
    throw error;
  }
}

/** The path without links: everything must exist (`e`), all but the last name (`f`), or nothing (`m`). */
function canonicalPath(context: CommandContext, path: Bytes, mode: 'e' | 'f' | 'm'): Bytes | SystemError {
  try {
    const place = context.process.files.locate(path, context.process);
    return place.node || mode !== 'e' ? place.path : new SystemError('ENOENT');
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (mode !== 'm' || error.code !== 'ENOENT') return error;
    const slash = path.replace(/\/+$/, '').lastIndexOf('/');
    const parent = canonicalPath(context, slash <= 0 ? '/' : path.slice(0, slash), 'm');
    return parent instanceof SystemError ? parent : `${parent === '/' ? '' : parent}/${path.replace(/\/+$/, '').slice(slash + 1)}`;
  }
}
