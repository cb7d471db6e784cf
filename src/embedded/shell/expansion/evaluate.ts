import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import type { ArithmeticScope } from './arithmetic.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { assignElement, elementValue } from './array.ts';

/** Evaluates an arithmetic expression, which has been expanded, with the variables of the shell. */
export function evaluateText(shell: Shell, text: Bytes): bigint {
  return evaluateArithmetic(text, arithmeticScope(shell));
}

function arithmeticScope(shell: Shell): ArithmeticScope {
  return {
    dialect: shell.dialect,
    get: (name, subscript) => {
      const value = subscript === undefined ? shell.parameter(name) : elementValue(shell, name, subscript);
      if (value === undefined && shell.dialect === 'bash' && shell.has('nounset')) throw new ShellError(`${name}: unbound variable`, 127);
      return value;
    },
    set: (name, value, subscript) => {
      if (subscript === undefined) shell.variables.set(name, value);
      else assignElement(shell, name, subscript, value);
    },
  };
}
