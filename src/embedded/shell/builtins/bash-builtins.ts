import { assignArray } from '../expansion/array.ts';
import { evaluateText } from '../expansion/evaluate.ts';
import { setValue } from '../interpreter/assign.ts';
import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import { isVariableName } from '../interpreter/variable-table.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { dotBuiltin } from './dot.ts';
import { parseBuiltinOptions } from './options.ts';

/** `declare`, `typeset` and `local` with the attributes r, x, i, a and g. */
const declareBuiltin: BuiltinFunction = function* (shell, argv) {
  const { given, operands } = parseBuiltinOptions(argv, 'rxiagpfFlunA');
  for (const letter of 'pfFlunA') if (given.has(letter)) throw new CannotSimulate(`bash: ${argv[0]} -${letter} is not modelled`);
  if (operands.length === 0) throw new CannotSimulate(`bash: ${argv[0]} without a name is not modelled`);
  const isLocal = shell.functionDepth > 0 && !given.has('g');
  for (const operand of operands) {
    const equals = operand.indexOf('=');
    const appends = equals > 0 && operand[equals - 1] === '+';
    const name = equals < 0 ? operand : operand.slice(0, appends ? equals - 1 : equals);
    if (!isVariableName(name)) throw new ShellError(`\`${operand}': not a valid identifier`, 1);
    declareOne(shell, name, isLocal, given);
    if (equals >= 0) setValue(shell, name, operand.slice(equals + 1), appends);
    if (given.has('r')) shell.variables.declare(name).readonly = true;
  }
  return 0;
};

function declareOne(shell: Shell, name: Bytes, isLocal: boolean, given: ReadonlyMap<string, Bytes>): void {
  const variable = isLocal ? shell.variables.makeLocal(name) : shell.variables.declare(name);
  if (isLocal) {
    variable.value = undefined;
    delete variable.elements;
  }
  if (given.has('x')) variable.exported = true;
  if (given.has('i')) variable.isInteger = true;
  if (given.has('a')) variable.elements ??= new Map(variable.value === undefined ? [] : [[0, variable.value]]);
}

const localBuiltin: BuiltinFunction = function* (shell, argv, how) {
  if (shell.functionDepth === 0) throw new ShellError('can only be used in a function', 1);
  return yield* declareBuiltin(shell, argv, how);
};

/** `let expression…` */
const letBuiltin: BuiltinFunction = function* (shell, argv) {
  if (argv.length === 1) throw new ShellError('expression expected', 1);
  let value = 0n;
  for (const expression of argv.slice(1)) value = evaluateText(shell, expression);
  return value === 0n ? 1 : 0;
};

/** `mapfile [-t] [name]`: the lines of standard input as an array. */
const mapfileBuiltin: BuiltinFunction = function* (shell, argv) {
  const { given, operands } = parseBuiltinOptions(argv, 'tn:O:s:u:d:C:c:');
  for (const letter of given.keys()) if (letter !== 't') throw new CannotSimulate(`bash: ${argv[0]} -${letter} is not modelled`);
  let text = '';
  for (let data = yield* shell.process.read(0); data !== ''; data = yield* shell.process.read(0)) text += data;
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const elements = lines.map((line) => (given.has('t') ? line.replace(/\n$/, '') : line));
  assignArray(shell, operands[0] ?? 'MAPFILE', new Map(elements.entries()));
  return 0;
};

/** `shopt`: only the options that change nothing here, inherit_errexit and nullglob. */
const shoptBuiltin: BuiltinFunction = function* (shell, argv) {
  const { given, operands } = parseBuiltinOptions(argv, 'suqpo');
  if (given.has('p') || given.has('o') || (!given.has('s') && !given.has('u')))
    throw new CannotSimulate('bash: shopt other than -s and -u is not modelled');
  for (const name of operands) {
    if (name === 'inherit_errexit' || name === 'nullglob') {
      if (given.has('s')) shell.options.add(name);
      else shell.options.delete(name);
    } else if (!/^(?:checkwinsize|sourcepath|cmdhist|hostcomplete)$/.test(name))
      throw new CannotSimulate(`bash: shopt ${name} is not modelled`);
  }
  return 0;
};

/** Built-ins that bash has and dash does not, or has in another form. */
export const BASH_BUILTINS: Readonly<Record<string, BuiltinFunction>> = {
  declare: declareBuiltin,
  let: letBuiltin,
  local: localBuiltin,
  mapfile: mapfileBuiltin,
  readarray: mapfileBuiltin,
  shopt: shoptBuiltin,
  source: dotBuiltin,
  typeset: declareBuiltin,
};
