import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';

const LIMITS: ReadonlyMap<string, string> = new Map([
  ['t', 'unlimited'],
  ['f', 'unlimited'],
  ['d', 'unlimited'],
  ['s', '8192'],
  ['m', 'unlimited'],
  ['v', 'unlimited'],
  ['n', '1048576'],
  ['c', '0'],
]);

/** `ulimit [-HS] [-letter]`: shows what a container usually has; the sandbox's own limits are not the container's, so none can be set. */
export const ulimitBuiltin: BuiltinFunction = function* (shell, argv) {
  const letters = argv.slice(1).join('').replace(/[-HS]/g, '') || 'f';
  const operand = argv.slice(1).find((argument) => !argument.startsWith('-'));
  if (operand !== undefined) throw new CannotSimulate('setting a limit with ulimit is not modelled');
  const value = LIMITS.get(letters);
  if (letters === 'a' || 'lprTw'.includes(letters[0]!)) throw new CannotSimulate(`ulimit -${letters} is not modelled`);
  if (value === undefined) throw new ShellError(`Illegal option -${letters[0]}`);
  yield* shell.process.write(1, `${value}\n`);
  return 0;
};
