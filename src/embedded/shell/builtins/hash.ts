import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { writeError } from '../interpreter/report.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { findProgram } from '../kernel/execute.ts';
import { SystemError } from '../kernel/system-error.ts';
import { parseBuiltinOptions } from './options.ts';

/** `hash [-r] name…`: nothing is remembered here, but a name that cannot be found is still an error. */
export const hashBuiltin: BuiltinFunction = function* (shell, argv) {
  const { given, operands } = parseBuiltinOptions(argv, 'rv');
  if (given.has('v') || (operands.length === 0 && !given.has('r')))
    throw new CannotSimulate('listing the hash table of the shell is not modelled');
  let status = 0;
  for (const name of operands) {
    try {
      findProgram(shell.process, name, shell.variables.value('PATH') ?? '');
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* writeError(shell.process, shell.complaint(`hash: ${name}: not found`));
      status = 1;
    }
  }
  return status;
};
