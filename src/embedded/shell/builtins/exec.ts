import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { ShellExit } from '../interpreter/shell-error.ts';
import { become, complain } from '../interpreter/run-program.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { findProgram } from '../kernel/execute.ts';
import { SystemError } from '../kernel/system-error.ts';

/** `exec [program argument…]`: a program takes the place of the shell; without one, only its redirections stay. */
export const execBuiltin: BuiltinFunction = function* (shell, argv) {
  const words = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
  const name = words[0];
  if (name === undefined) return 0;
  if (shell.dialect === 'bash' && name.startsWith('-')) throw new CannotSimulate(`bash: exec ${name} is not modelled`);
  let path: string;
  try {
    path = findProgram(shell.process, name, shell.variables.value('PATH') ?? '');
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new ShellExit(yield* complain(shell, `exec: ${name}`, error));
  }
  throw new ShellExit(yield* become(shell, shell.process, path, words, shell.variables.environment()), true);
};
