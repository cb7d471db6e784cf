import { waitForAny } from '../kernel/broadcast.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { execute, findProgram } from '../kernel/execute.ts';
import { DeviceFile } from '../kernel/open-file.ts';
import type { Process, ProcessStatus } from '../kernel/process.ts';
import { signalNumber } from '../kernel/signals.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';
import { splitItems, splitOn } from './xargs-input.ts';

const LONGEST_COMMAND_BYTES = 131_072;

/** `xargs [-0rt] [-d delimiter] [-I text] [-L lines] [-n count] [-P processes] [program argument…]` */
export const xargs = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: '0a:d:E:I:L:n:P:rts:xi::',
    long: {
      null: '0',
      'arg-file=': 'a',
      'delimiter=': 'd',
      'replace?': 'i',
      'max-lines=': 'L',
      'max-args=': 'n',
      'max-procs=': 'P',
      'no-run-if-empty': 'r',
      verbose: 't',
      'max-chars=': 's',
      exit: 'x',
    },
    unmodelled: 'eloSp',
    unmodelledLong: ['eof', 'interactive', 'open-tty', 'process-slot-var', 'show-limits'],
    stopsAtOperand: true,
  });
  const template = options.operands.length === 0 ? ['echo'] : options.operands;
  const batches = planBatches(template, yield* readItems(context, options), options);
  const runner = new Runner(context, Math.max(1, positive(options, 'P', 1)), options.has('t'));
  for (const words of batches) {
    yield* runner.start(words);
    if (runner.isStopped) break;
  }
  return yield* runner.finish();
});

function positive(options: ParsedOptions, key: string, fallback: number): number {
  const text = options.get(key);
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text)) throw new CommandError(`invalid number "${text}" for -${key} option`);
  if (text === '0' && key !== 'P') throw new CommandError(`value ${text} for -${key} option should be >= 1`);
  return text === '0' ? 1000 : Number(text);
}

/** Items grouped by the line they stand on. */
function* readItems(context: CommandContext, options: ParsedOptions): Task<Bytes[][]> {
  const source = options.get('a');
  const text = source === undefined ? yield* context.readAll(0) : ((yield* context.readFile(source)) ?? '');
  if (options.has('0')) return splitOn(text, '\0').map((item) => [item]);
  const delimiter = options.get('d');
  if (delimiter !== undefined) return splitOn(text, delimiterOf(delimiter)).map((item) => [item]);
  return splitItems(text, { perLine: options.has('I') || options.has('i'), end: options.get('E') });
}

function delimiterOf(text: Bytes): Bytes {
  const escapes: Readonly<Record<string, string>> = { '\\n': '\n', '\\t': '\t', '\\0': '\0', '\\r': '\r', '\\\\': '\\' };
  return escapes[text] ?? text.slice(0, 1);
}

function planBatches(template: readonly Bytes[], lines: readonly Bytes[][], options: ParsedOptions): Bytes[][] {
  const replaced = options.get('I') ?? (options.has('i') ? options.get('i') || '{}' : undefined);
  const items = lines.flat();
  if (replaced !== undefined) return items.map((item) => template.map((word) => word.replaceAll(replaced, () => item)));
  if (items.length === 0) return options.has('r') ? [] : [[...template]];
  if (options.has('L')) return groupsOf(lines, positive(options, 'L', 1)).map((group) => [...template, ...group.flat()]);
  const most = options.has('n') ? positive(options, 'n', Infinity) : Infinity;
  const longest = Math.min(LONGEST_COMMAND_BYTES, positive(options, 's', LONGEST_COMMAND_BYTES));
  const batches: Bytes[][] = [];
  const base = template.reduce((sum, word) => sum + word.length + 1, 0);
  let current: Bytes[] = [];
  let length = base;
  for (const item of items) {
    if (current.length > 0 && (current.length >= most || length + item.length + 1 > longest)) {
      batches.push([...template, ...current]);
      current = [];
      length = base;
    }
    current.push(item);
    length += item.length + 1;
  }
  return [...batches, [...template, ...current]];
}

function groupsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_unused, index) => items.slice(index * size, (index + 1) * size));
}

/** Runs programs, as many at a time as allowed, and adds up their statuses. */
class Runner {
  readonly #context: CommandContext;
  readonly #most: number;
  readonly #isVerbose: boolean;
  #running: Process[] = [];
  #status = 0;
  isStopped = false;

  constructor(context: CommandContext, most: number, isVerbose: boolean) {
    this.#context = context;
    this.#most = most;
    this.#isVerbose = isVerbose;
  }

  *start(words: readonly Bytes[]): Task<void> {
    while (this.#running.length >= this.#most) yield* this.#collect(words[0]!);
    if (this.isStopped) return;
    if (this.#isVerbose) yield* this.#context.writeError(`${words.join(' ')}\n`);
    const child = this.#context.process.fork((process) => runProgram(process, words));
    child.descriptors.set(0, new DeviceFile(undefined));
    this.#running.push(child);
    if (this.#most === 1) yield* this.#collect(words[0]!);
  }

  *finish(): Task<number> {
    while (this.#running.length > 0) yield* this.#collect('');
    return this.#status;
  }

  *#collect(name: Bytes): Task<void> {
    const done = this.#running.filter((child) => child.status);
    if (done.length === 0) yield waitForAny(this.#running.map((child) => child.ended.wait));
    for (const child of this.#running.filter((candidate) => candidate.status)) {
      const status = yield* this.#context.process.waitFor(child);
      this.#running = this.#running.filter((other) => other !== child);
      yield* this.#note(child.argv[0] ?? name, status);
    }
  }

  *#note(name: Bytes, status: ProcessStatus): Task<void> {
    const stop = (code: number): void => {
      this.#status = code;
      this.isStopped = true;
    };
    if (status.signal !== undefined) {
      yield* this.#context.complain(`${name}: terminated by signal ${signalNumber(status.signal)}`);
      stop(125);
    } else if (status.code === 255) {
      yield* this.#context.complain(`${name}: exited with status 255; aborting`);
      stop(124);
    } else if (status.code === 126 || status.code === 127) stop(status.code);
    else if (status.code !== 0 && this.#status === 0) this.#status = 123;
  }
}

function* runProgram(process: Process, words: readonly Bytes[]): Task<number> {
  try {
    return yield* execute(process, findProgram(process, words[0]!, process.environment.get('PATH')), words, process.environment);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* process.write(2, `xargs: ${quote(words[0]!).replace(/^'(.*)'$/, '$1')}: ${error.message}\n`);
    return error.code === 'ENOENT' ? 127 : 126;
  }
}
