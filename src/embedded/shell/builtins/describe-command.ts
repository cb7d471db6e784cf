import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { findProgram } from '../kernel/execute.ts';
import { SystemError } from '../kernel/system-error.ts';
import { singleQuote } from './options.ts';
import type { BuiltinLookup } from './builtin-lookup.ts';

const KEYWORDS = new Set('! { } case do done elif else esac fi for if in then until while'.split(' '));

/** What a name would run: as `command -v` prints it, and as `type` words it. */
export interface CommandDescription {
  short: Bytes;
  long: Bytes;
}

/** Looks a name up the way a command line would; undefined when nothing has that name. */
export function describeCommand(shell: Shell, name: Bytes, builtins: BuiltinLookup): CommandDescription | undefined {
  if (KEYWORDS.has(name)) return { short: name, long: `${name} is a shell keyword` };
  const alias = shell.aliases.get(name);
  if (alias !== undefined) return { short: `alias ${name}=${singleQuote(alias, shell.dialect)}`, long: `${name} is an alias for ${alias}` };
  const builtin = builtins(shell, name);
  if (builtin?.isSpecial && shell.dialect === 'dash') return { short: name, long: `${name} is a special shell builtin` };
  if (shell.functions.has(name)) return { short: name, long: `${name} is a ${shell.dialect === 'bash' ? '' : 'shell '}function` };
  if (builtin) return { short: name, long: `${name} is a shell builtin` };
  return describeProgram(shell, name);
}

function describeProgram(shell: Shell, name: Bytes): CommandDescription | undefined {
  try {
    const path = findProgram(shell.process, name, shell.variables.value('PATH') ?? '');
    return { short: path, long: `${name} is ${path}` };
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
