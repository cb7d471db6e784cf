import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { writeError } from '../interpreter/report.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import { runProgram } from '../interpreter/run-program.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { DEFAULT_PATH } from '../kernel/execute.ts';
import type { Task } from '../kernel/task.ts';
import type { BuiltinLookup } from './builtin-lookup.ts';
import { describeCommand } from './describe-command.ts';
import { parseBuiltinOptions } from './options.ts';

/** `command [-pvV] name argument…`: runs a built-in or program, never a function; a special built-in loses what is special. */
export function commandBuiltin(builtins: BuiltinLookup): BuiltinFunction {
  return function* (shell, argv, how) {
    const { given, operands } = parseBuiltinOptions(argv, 'pvV');
    const name = operands[0];
    if (name === undefined) return 0;
    if (given.has('v') || given.has('V')) {
      return yield* show(shell, shell.dialect === 'dash' ? operands.slice(0, 1) : operands, given.has('V'), builtins);
    }
    const builtin = builtins(shell, name);
    if (!builtin) return yield* runProgram(shell, operands, { ...how, isLast: false }, given.has('p') ? DEFAULT_PATH : undefined);
    try {
      return yield* builtin.run(shell, operands, how);
    } catch (error) {
      if (!(error instanceof ShellError) || !builtin.isSpecial) throw error;
      yield* writeError(shell.process, shell.complaint(`${name}: ${error.message}`));
      error.isReported = true;
      return error.status;
    }
  };
}

/** `type name…` */
export function typeBuiltin(builtins: BuiltinLookup): BuiltinFunction {
  return function* (shell, argv) {
    if (shell.dialect === 'bash') return yield* bashType(shell, argv, builtins);
    return yield* show(shell, argv.slice(1), true, builtins);
  };
}

function* show(shell: Shell, names: readonly Bytes[], isLong: boolean, builtins: BuiltinLookup): Task<number> {
  let status = 0;
  for (const name of names) {
    const description = describeCommand(shell, name, builtins);
    if (description) yield* shell.process.write(1, `${isLong ? description.long : description.short}\n`);
    else {
      status = shell.dialect === 'bash' ? 1 : 127;
      if (isLong) yield* notFound(shell, name);
    }
  }
  return status;
}

function* notFound(shell: Shell, name: Bytes): Task<void> {
  if (shell.dialect === 'bash') yield* writeError(shell.process, shell.complaint(`type: ${name}: not found`));
  else yield* shell.process.write(1, `${name}: not found\n`);
}

function* bashType(shell: Shell, argv: readonly Bytes[], builtins: BuiltinLookup): Task<number> {
  const { given, operands } = parseBuiltinOptions(argv, 'tpPaf');
  if (given.size === 0) return yield* show(shell, operands, true, builtins);
  let status = 0;
  for (const name of operands) {
    const description = describeCommand(shell, name, builtins);
    const kind = description && /is (?:a |an )?(?:shell )?(keyword|alias|builtin|function)/.exec(description.long)?.[1];
    if (!description) status = 1;
    else if (given.has('t')) yield* shell.process.write(1, `${kind ?? 'file'}\n`);
    else if (kind === undefined) yield* shell.process.write(1, `${description.short}\n`);
  }
  return status;
}
