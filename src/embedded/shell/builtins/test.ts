import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { TestFlavour } from './test-expression.ts';
import { evaluateTest } from './test-expression.ts';

const DASH: TestFlavour = {
  extraBinary: new Set(),
  badNumber: (text) => `Illegal number: ${text}`,
  unexpected: (text) => `${text}: unexpected operator`,
  missingArgument: (operator) => `${operator}: argument expected`,
  missingParenthesis: 'closing paren expected',
  missingIsOldest: false,
  limitsNumbers: true,
};

const BASH: TestFlavour = {
  extraBinary: new Set(['==']),
  badNumber: (text) => `${text}: integer expression expected`,
  unexpected: (_operand, operator) => `${operator}: binary operator expected`,
  missingArgument: (operator) => `${operator}: unary operator expected`,
  missingParenthesis: "`)' expected",
  missingIsOldest: true,
  limitsNumbers: true,
};

/** `test expression` and `[ expression ]` */
export const testBuiltin: BuiltinFunction = function* (shell, argv) {
  let args = argv.slice(1);
  if (argv[0] === '[') {
    if (args.at(-1) !== ']') throw new ShellError(shell.dialect === 'bash' ? "missing `]'" : 'missing ]');
    args = args.slice(0, -1);
  }
  if (shell.dialect === 'bash' && args.length === 2 && args[0] === '-v') return shell.parameter(args[1]!) === undefined ? 1 : 0;
  return evaluateTest(shell.process, args, shell.dialect === 'bash' ? BASH : DASH) ? 0 : 1;
};
