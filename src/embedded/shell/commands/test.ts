import type { TestFlavour } from '../builtins/test-expression.ts';
import { evaluateTest } from '../builtins/test-expression.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { quote } from './io/quote.ts';

const FLAVOUR: TestFlavour = {
  extraBinary: new Set(['==']),
  badNumber: (text) => `invalid integer ${quote(text)}`,
  unexpected: (_operand, operator) => `${quote(operator)}: binary operator expected`,
  missingArgument: (operator) => `missing argument after ${quote(operator)}`,
  missingParenthesis: "')' expected",
  missingIsOldest: true,
  limitsNumbers: false,
};

/** `/usr/bin/test` and `/usr/bin/[`, as programs that start others find them. */
export const test = command(function* (context) {
  let args = context.args;
  if (context.name.endsWith('[')) {
    if (args.at(-1) !== ']') throw new CommandError("missing ']'", 2);
    args = args.slice(0, -1);
  }
  try {
    return evaluateTest(context.process, args, FLAVOUR) ? 0 : 1;
  } catch (error) {
    if (error instanceof ShellError) throw new CommandError(error.message, 2);
    throw error;
  }
});
