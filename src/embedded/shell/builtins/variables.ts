import { assignArray, elementsOf } from '../expansion/array.ts';
import { evaluateText } from '../expansion/evaluate.ts';
import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import { setValue } from '../interpreter/assign.ts';
import type { Variable } from '../interpreter/variable-table.ts';
import { isVariableName } from '../interpreter/variable-table.ts';
import type { Bytes } from '../kernel/bytes.ts';
import type { Task } from '../kernel/task.ts';
import { parseBuiltinOptions, singleQuote } from './options.ts';

/** `export` and `readonly`: set an attribute of variables, or list those that have it. */
export function markVariables(attribute: 'exported' | 'readonly'): BuiltinFunction {
  return function* (shell, argv) {
    const { given, operands } = parseBuiltinOptions(argv, shell.dialect === 'bash' ? 'pn' : 'p');
    if (operands.length === 0) return yield* list(shell, attribute, argv[0]!);
    for (const operand of operands) {
      const variable = declare(shell, operand);
      if (given.has('n')) variable.exported = false;
      else variable[attribute] = true;
    }
    return 0;
  };
}

/** `local name[=value]…` */
export const localBuiltin: BuiltinFunction = function* (shell, argv) {
  if (shell.functionDepth === 0) throw new ShellError('not in a function');
  for (const operand of argv.slice(1)) {
    const name = operand.split('=', 1)[0]!;
    if (!isVariableName(name)) throw new ShellError(`${name}: bad variable name`);
    shell.variables.makeLocal(name);
    declare(shell, operand);
  }
  return 0;
};

/** `unset [-fv] name…` */
export const unsetBuiltin: BuiltinFunction = function* (shell, argv) {
  const { given, operands } = parseBuiltinOptions(argv, 'fv');
  for (const name of operands) {
    const element = shell.dialect === 'bash' ? /^([A-Za-z_]\w*)\[(.+)\]$/.exec(name) : null;
    if (element && !given.has('f')) unsetElement(shell, element[1]!, element[2]!);
    else if (given.has('f')) shell.functions.delete(name);
    else if (!isVariableName(name)) throw new ShellError(`${name}: bad variable name`);
    else if (shell.dialect === 'bash' && !given.has('v') && !shell.variables.get(name)) shell.functions.delete(name);
    else shell.variables.unset(name);
  }
  return 0;
};

/** bash: `unset 'name[subscript]'` */
function unsetElement(shell: Shell, name: Bytes, subscript: Bytes): void {
  if (subscript === '@' || subscript === '*') {
    shell.variables.unset(name);
    return;
  }
  const elements = elementsOf(shell, name);
  elements.delete(Number(evaluateText(shell, subscript)));
  assignArray(shell, name, elements);
}

/** Sets a variable from `name=value`, or makes sure that it exists where there is only a name. */
function declare(shell: Shell, operand: Bytes): Variable {
  const equals = operand.indexOf('=');
  const name = equals < 0 ? operand : operand.slice(0, equals);
  if (!isVariableName(name))
    throw shell.dialect === 'bash'
      ? new ShellError(`\`${operand}': not a valid identifier`, 1)
      : new ShellError(`${name}: bad variable name`);
  if (equals >= 0) setValue(shell, name, operand.slice(equals + 1));
  return shell.variables.declare(name);
}

function* list(shell: Shell, attribute: 'exported' | 'readonly', name: Bytes): Task<number> {
  const flag = attribute === 'exported' ? 'declare -x' : 'declare -r';
  const prefix = shell.dialect === 'bash' ? flag : name;
  const lines = shell.variables
    .sorted()
    .filter(([, variable]) => variable[attribute])
    .map(([variableName, { value }]) => `${prefix} ${variableName}${value === undefined ? '' : `=${quote(shell, value)}`}\n`);
  if (lines.length > 0) yield* shell.process.write(1, lines.join(''));
  return 0;
}

function quote(shell: Shell, value: Bytes): Bytes {
  return shell.dialect === 'bash' ? `"${value.replace(/[\\"$`]/g, '\\$&')}"` : singleQuote(value, shell.dialect);
}
