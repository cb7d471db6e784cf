import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseDuration } from './io/duration.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `sleep duration…`: waits for the sum of the durations. */
export const sleep = command(function* (context) {
  const { operands } = parseOptions(context.name, context.args, { short: '' });
  const hint = `Try '${context.name} --help' for more information.`;
  if (operands.length === 0) throw new CommandError(`missing operand\n${hint}`);
  const durations = operands.map((operand) => ({ operand, ms: parseDuration(operand) }));
  const wrong = durations.filter(({ ms }) => ms === undefined);
  for (const [index, { operand }] of wrong.entries()) {
    const message = `invalid time interval ${quote(operand)}`;
    if (index === wrong.length - 1) throw new CommandError(`${message}\n${hint}`);
    yield* context.complain(message);
  }
  const totalMs = durations.reduce((sum, { ms }) => sum + ms!, 0);
  if (totalMs === Infinity) for (;;) yield () => () => undefined;
  if (totalMs > 0) yield* context.process.sleep(Math.ceil(totalMs));
  return 0;
});
