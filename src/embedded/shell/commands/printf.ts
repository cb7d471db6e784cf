import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { EscapeRules } from '../text/escapes.ts';
import { printf as format } from '../text/printf.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { quote } from './io/quote.ts';

const ESCAPES: EscapeRules = { zeroPrefix: false, bareOctal: true, hex: true, escapeCharacter: true, quote: true };

/** `/usr/bin/printf format argument…` */
export const printf = command(function* (context) {
  const words = context.args[0] === '--' ? context.args.slice(1) : context.args;
  const [template, ...args] = words;
  if (template === undefined) throw new CommandError(`missing operand\nTry '${context.name} --help' for more information.`);
  if (template === '--help' || template === '--version') throw new CannotSimulate(`printf: the option ${template} is not modelled`);
  if (/\\[uU]/.test(template)) throw new CannotSimulate('printf: \\u in the format is not modelled');
  const { output, complaints, status } = format(template, args, {
    formatEscapes: ESCAPES,
    argumentEscapes: { ...ESCAPES, zeroPrefix: true },
    messages: {
      noNumber: (text) => `${quote(text)}: expected a numeric value`,
      trailing: (text) => `${quote(text)}: value not completely converted`,
      outOfRange: (text) => `${quote(text)}: Numerical result out of range`,
      badDirective: (text) => `${text}: invalid conversion specification`,
      missing: '%: invalid conversion specification',
    },
    hasLengthModifiers: true,
    badDirectiveStatus: 1,
  });
  yield* context.write(output);
  for (const complaint of complaints) yield* context.complain(complaint);
  return status;
});
