import type { Bytes } from '../../kernel/bytes.ts';
import type { Process, Program } from '../../kernel/process.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import { CommandError, UsageError } from './command-error.ts';
import { LineReader } from './line-reader.ts';
import { OutputBuffer } from './output-buffer.ts';
import { quoteIfNeeded } from './quote.ts';

/** What a command works with: its arguments, its standard streams, and helpers for the files it is given. */
export class CommandContext {
  readonly process: Process;
  /** As the command was called; error messages start with it. */
  readonly name: Bytes;
  /** Arguments without the name. */
  readonly args: readonly Bytes[];
  readonly out: OutputBuffer;
  /** The status at the end, unless the command answers another. */
  status = 0;

  constructor(process: Process) {
    this.process = process;
    this.name = process.argv[0] ?? '';
    this.args = process.argv.slice(1);
    this.out = new OutputBuffer(process, 1);
  }

  *write(text: Bytes): Task<void> {
    yield* this.out.write(text);
  }

  *writeLine(line: Bytes): Task<void> {
    yield* this.out.write(`${line}\n`);
  }

  /** Prints a message with the command's name in front. */
  *complain(message: Bytes): Task<void> {
    yield* this.writeError(`${this.name}: ${message}\n`);
  }

  /** Writes to standard error as it is. */
  *writeError(text: Bytes): Task<void> {
    try {
      yield* this.process.write(2, text);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }

  /** Opens a file to read, `-` being standard input; complains and answers undefined when that fails. */
  *open(path: Bytes, describe = (error: SystemError): string => `${quoteIfNeeded(path)}: ${error.message}`): Task<number | undefined> {
    if (path === '-') return 0;
    try {
      return this.process.open(path, { read: true });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.status = 1;
      yield* this.complain(describe(error));
      return undefined;
    }
  }

  /** Reads all of a file; complains and answers undefined when that fails. */
  *readFile(path: Bytes, describe = (error: SystemError): string => `${quoteIfNeeded(path)}: ${error.message}`): Task<Bytes | undefined> {
    const descriptor = yield* this.open(path, describe);
    if (descriptor === undefined) return undefined;
    try {
      return yield* this.readAll(descriptor);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.status = 1;
      yield* this.complain(describe(error));
      return undefined;
    } finally {
      this.close(descriptor);
    }
  }

  /** Reads what is left of an open file. */
  *readAll(descriptor: number): Task<Bytes> {
    const parts: Bytes[] = [];
    let length = 0;
    for (let data = yield* this.process.read(descriptor); data !== ''; data = yield* this.process.read(descriptor)) {
      parts.push(data);
      length += data.length;
      if (length > this.process.kernel.stringBytes) throw new RangeError('a file is too long');
    }
    return parts.join('');
  }

  lines(descriptor: number, separator?: Bytes): LineReader {
    return new LineReader(this.process, descriptor, separator);
  }

  /** Closes a file that `open` opened; standard input stays open. */
  close(descriptor: number): void {
    if (descriptor > 2 && !this.process.status) this.process.descriptors.close(descriptor);
  }
}

/** Makes a program of a command: flushes its output, and turns errors into messages and a status. */
export function command(body: (context: CommandContext) => Task<number | undefined>): Program {
  return function* (process) {
    const context = new CommandContext(process);
    let status: number;
    try {
      status = (yield* body(context)) ?? context.status;
    } catch (error) {
      if (!(error instanceof CommandError || error instanceof SystemError)) throw error;
      status = yield* fail(context, error);
    }
    return yield* finish(context, status);
  };
}

function* fail(context: CommandContext, error: CommandError | SystemError): Task<number> {
  if (error instanceof SystemError) {
    context.out.discard();
    yield* context.complain(`write error: ${error.message}`);
    return 1;
  }
  yield* flushQuietly(context);
  if (error instanceof UsageError) yield* context.writeError(`${error.message}\n`);
  else if (error.message !== '') yield* context.complain(error.message);
  return error.status;
}

function* flushQuietly(context: CommandContext): Task<void> {
  try {
    yield* context.out.flush();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
  }
}

function* finish(context: CommandContext, status: number): Task<number> {
  try {
    yield* context.out.flush();
    return status;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* context.complain(`write error: ${error.message}`);
    return status === 0 ? 1 : status;
  }
}
