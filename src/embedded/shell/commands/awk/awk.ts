import type { Bytes } from '../../kernel/bytes.ts';
import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import type { CommandContext } from '../io/command.ts';
import { command } from '../io/command.ts';
import { CommandError, UsageError } from '../io/command-error.ts';
import { Evaluator } from './evaluator.ts';
import { assignArgument } from './input.ts';
import { Interpreter } from './interpreter.ts';
import { decodeString } from './lexer.ts';
import { parseProgram } from './program-parser.ts';
import { fromInput } from './values.ts';

interface Invocation {
  source: Bytes;
  separator: Bytes | undefined;
  assignments: readonly Bytes[];
  operands: readonly Bytes[];
}

const DEFAULTS: Readonly<Record<string, Bytes | number>> = {
  CONVFMT: '%.6g',
  FILENAME: '',
  FNR: 0,
  FS: ' ',
  NR: 0,
  OFMT: '%.6g',
  OFS: ' ',
  ORS: '\n',
  RLENGTH: -1,
  RS: '\n',
  RSTART: 0,
  SUBSEP: '\x1c',
};

/** `awk [-F separator] [-v name=value]… [-f file | program] [argument…]`, in the manner of mawk, which Debian has. */
export const awk = command(function* (context) {
  const invocation = yield* readInvocation(context);
  const program = parseProgram(invocation.source);
  const evaluator = new Evaluator(context, program.functions);
  setVariables(context, evaluator, invocation);
  const interpreter = new Interpreter(context, program, evaluator);
  let status: number;
  try {
    status = yield* interpreter.run();
  } catch (error) {
    if (error instanceof CommandError) yield* interpreter.finish();
    throw error;
  }
  yield* interpreter.finish();
  return status;
});

function* readInvocation(context: CommandContext): Task<Invocation> {
  const { args } = context;
  const sources: Bytes[] = [];
  const assignments: Bytes[] = [];
  let separator: Bytes | undefined;
  let index = 0;
  for (; /^-./.test(args[index] ?? ''); index += 1) {
    const argument = args[index]!;
    if (argument === '--') {
      index += 1;
      break;
    }
    const letter = argument[1]!;
    if (letter === 'W' || argument.startsWith('--')) throw new CannotSimulate(`awk: the option ${argument} is not modelled`);
    if (!'Fvf'.includes(letter)) throw new CommandError(`not an option: ${argument}`, 2);
    const value = argument.length > 2 ? argument.slice(2) : args[++index];
    if (value === undefined) throw new CommandError(`option requires an argument -- ${letter}`, 2);
    if (letter === 'F') separator = value;
    else if (letter === 'v') assignments.push(value);
    else sources.push(yield* readProgramFile(context, value));
  }
  const operands = args.slice(index);
  if (sources.length > 0) return { source: sources.join('\n'), separator, assignments, operands };
  if (operands[0] === undefined) throw new UsageError('Usage: mawk [Options] [Program] [file ...]', 0);
  return { source: operands[0], separator, assignments, operands: operands.slice(1) };
}

function* readProgramFile(context: CommandContext, path: Bytes): Task<Bytes> {
  try {
    const descriptor = path === '-' ? 0 : context.process.open(path, { read: true });
    const text = yield* context.readAll(descriptor);
    context.close(descriptor);
    return text;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CommandError(`cannot open ${path} (${error.message})`, 2);
  }
}

function setVariables(context: CommandContext, { scope }: Evaluator, { separator, assignments, operands }: Invocation): void {
  for (const [name, value] of Object.entries(DEFAULTS)) scope.global(name).value = value;
  const environment = scope.global('ENVIRON').array;
  for (const [name, value] of context.process.environment) environment.set(name, fromInput(value));
  const argv = scope.global('ARGV').array;
  for (const [index, argument] of [context.name, ...operands].entries()) argv.set(String(index), fromInput(argument));
  scope.global('ARGC').value = operands.length + 1;
  if (separator !== undefined) scope.global('FS').value = decodeString(separator);
  for (const assignment of assignments)
    if (!assignArgument(scope, assignment)) throw new CommandError(`improper assignment: -v ${assignment}`, 2);
}
