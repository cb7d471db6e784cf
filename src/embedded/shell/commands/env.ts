import type { Bytes } from '../kernel/bytes.ts';
import { execute, findProgram } from '../kernel/execute.ts';
import type { Process } from '../kernel/process.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `env [-i] [-u name] [name=value…] [program argument…]` */
export const env = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'iu:0C:',
    long: { 'ignore-environment': 'i', 'unset=': 'u', null: '0', 'chdir=': 'C' },
    unmodelled: 'Sv',
    unmodelledLong: ['split-string', 'debug', 'block-signal', 'default-signal', 'ignore-signal', 'list-signal-handling'],
    stopsAtOperand: true,
    errorStatus: 125,
  });
  const words = [...options.operands];
  const environment = new Map(options.has('i') || words[0] === '-' ? [] : context.process.environment);
  if (words[0] === '-') words.shift();
  for (const name of options.all('u')) environment.delete(name);
  for (let equals = words[0]?.indexOf('=') ?? -1; equals >= 0; equals = words[0]?.indexOf('=') ?? -1) {
    const assignment = words.shift()!;
    environment.set(assignment.slice(0, equals), assignment.slice(equals + 1));
  }
  changeDirectory(context.process, options.get('C'));
  if (words.length > 0) return yield* runReplaced(context.process, words, environment);
  const end = options.has('0') ? '\0' : '\n';
  for (const [name, value] of environment) yield* context.write(`${name}=${value}${end}`);
  return 0;
});

/** `printenv [name…]` */
export const printenv = command(function* (context) {
  const { operands } = parseOptions(context.name, context.args, { short: '0', long: { null: '0' }, errorStatus: 2 });
  if (operands.length === 0) {
    for (const [name, value] of context.process.environment) yield* context.writeLine(`${name}=${value}`);
    return 0;
  }
  for (const name of operands) {
    const value = context.process.environment.get(name);
    if (value === undefined) context.status = 1;
    else yield* context.writeLine(value);
  }
  return undefined;
});

function changeDirectory(process: Process, directory: Bytes | undefined): void {
  if (directory === undefined) return;
  try {
    const place = process.files.locate(directory, process);
    if (place.node?.kind !== 'directory') throw new SystemError(place.node ? 'ENOTDIR' : 'ENOENT');
    process.workingDirectory = place.path;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CommandError(`cannot change directory to ${quote(directory)}: ${error.message}`, 125);
  }
}

function* runReplaced(process: Process, words: readonly Bytes[], environment: ReadonlyMap<Bytes, Bytes>): Task<number> {
  try {
    return yield* execute(process, findProgram(process, words[0]!, environment.get('PATH')), words, environment);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CommandError(`${quote(words[0]!)}: ${error.message}`, error.code === 'ENOENT' ? 127 : 126);
  }
}
