import type { Bytes } from '../kernel/bytes.ts';
import { execute, findProgram } from '../kernel/execute.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `nohup program argument…`: runs it deaf to SIGHUP; output that goes to a pipe or file goes on going there. */
export const nohup = command(function* (context) {
  const { operands } = parseOptions(context.name, context.args, { short: '', stopsAtOperand: true, errorStatus: 125 });
  context.process.ignored.add('HUP');
  return yield* become(context, operands, context.process.environment, 125);
});

/** `nice [-n adjustment] program argument…`: priorities change nothing here. */
export const nice = command(function* (context) {
  const { operands } = parseOptions(context.name, context.args, {
    short: 'n:',
    long: { 'adjustment=': 'n' },
    stopsAtOperand: true,
    errorStatus: 125,
  });
  if (operands.length > 0) return yield* become(context, operands, context.process.environment, 125, (name) => quote(name));
  yield* context.writeLine('0');
  return 0;
});

/** `stdbuf -i mode -o mode -e mode program argument…` */
export const stdbuf = command(function* (context) {
  const { list, operands } = parseOptions(context.name, context.args, {
    short: 'i:o:e:',
    long: { 'input=': 'i', 'output=': 'o', 'error=': 'e' },
    stopsAtOperand: true,
    errorStatus: 125,
  });
  if (list.length === 0)
    throw new CommandError('you must specify a buffering mode option\n' + `Try '${context.name} --help' for more information.`, 125);
  const environment = new Map(context.process.environment);
  for (const { key, value } of list) environment.set(`_STDBUF_${key.toUpperCase()}`, value);
  return yield* become(context, operands, environment, 125);
});

/** `setsid program argument…` */
export const setsid = command(function* (context) {
  const { operands } = parseOptions(context.name, context.args, { short: '', unmodelled: 'cfwVh', stopsAtOperand: true });
  context.process.group = context.process.pid;
  return yield* become(context, operands, context.process.environment, 1, (name) => `failed to execute ${name}`);
});

function* become(
  context: CommandContext,
  words: readonly Bytes[],
  environment: ReadonlyMap<Bytes, Bytes>,
  missingStatus: number,
  describe = (name: Bytes): string => `failed to run command ${quote(name)}`,
): Task<number> {
  const name = words[0];
  if (name === undefined) throw new CommandError(`missing operand\nTry '${context.name} --help' for more information.`, missingStatus);
  try {
    return yield* execute(context.process, findProgram(context.process, name, environment.get('PATH')), words, environment);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CommandError(`${describe(name)}: ${error.message}`, error.code === 'ENOENT' ? 127 : 126);
  }
}
