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
    get: (name, subscript) => (subscript === undefined ? shell.variables.value(name) : elementValue(shell, name, subscript)),
    set: (name, value, subscript) => {
      if (subscript === undefined) shell.variables.set(name, value);
      else assignElement(shell, name, subscript, value);
    },
  };
}
