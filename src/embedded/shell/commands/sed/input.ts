import type { Bytes } from '../../kernel/bytes.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import type { CommandContext } from '../io/command.ts';
import { CommandError } from '../io/command-error.ts';
import { LineReader } from '../io/line-reader.ts';

/** What is told when the input moves from one file to the next. */
export interface InputHooks {
  opened(path: Bytes): Task<boolean>;
  closed(): Task<void>;
}

/** The lines of several files, one after the other, with a look at whether there is another. */
export class SedInput {
  readonly #context: CommandContext;
  readonly #paths: readonly Bytes[];
  readonly #separator: Bytes;
  readonly #isSeparate: boolean;
  readonly #hooks: InputHooks | undefined;
  readonly #chunkBytes: number | undefined;
  #index = 0;
  #reader: LineReader | undefined;
  #descriptor = 0;
  /** Path of the file that the line is from. */
  path: Bytes = '-';
  lineNumber = 0;
  /** Whether the line read last ended with a newline. */
  isTerminated = true;

  constructor(
    context: CommandContext,
    paths: readonly Bytes[],
    options: { separator: Bytes; isSeparate: boolean; isUnbuffered: boolean; hooks?: InputHooks | undefined },
  ) {
    this.#context = context;
    this.#paths = paths;
    this.#separator = options.separator;
    this.#isSeparate = options.isSeparate;
    this.#hooks = options.hooks;
    this.#chunkBytes = options.isUnbuffered ? 1 : undefined;
  }

  /** The next line; undefined at the end of the last file. */
  *next(): Task<Bytes | undefined> {
    for (;;) {
      if (!this.#reader && !(yield* this.#openNext(true))) return undefined;
      const line = yield* this.#read();
      if (line !== undefined) {
        this.lineNumber += 1;
        this.isTerminated = this.#reader!.isTerminated;
        return line;
      }
      yield* this.#close();
    }
  }

  /** Whether the line read last is the last one: of all, or of its file where files count separately. */
  *isLast(): Task<boolean> {
    for (;;) {
      if (this.#reader && (yield* this.#hasNext())) return false;
      if (this.#isSeparate) return true;
      if (this.#index >= this.#paths.length) return true;
      yield* this.#close();
      yield* this.#openNext(false);
    }
  }

  /** Whether no line is left at all. */
  *isAtEnd(): Task<boolean> {
    if (!this.#isSeparate) return yield* this.isLast();
    return this.#index >= this.#paths.length && !(this.#reader && (yield* this.#hasNext()));
  }

  /** The lines of the present file that have not been read, which `q` leaves as they are in a file edited in place. */
  *rest(): Task<Bytes> {
    let rest = '';
    while (this.#reader && (yield* this.#hasNext())) {
      const line = yield* this.#reader.next();
      rest += line! + (this.#reader.isTerminated ? this.#separator : '');
    }
    return rest;
  }

  /** Ends the present file, giving back what has been read ahead of it. */
  *finish(): Task<void> {
    this.#reader?.giveBack();
    yield* this.#close();
  }

  *#openNext(isReading: boolean): Task<boolean> {
    while (this.#index < this.#paths.length) {
      const path = this.#paths[this.#index++]!;
      const descriptor = yield* this.#open(path);
      if (descriptor === undefined) continue;
      this.#descriptor = descriptor;
      this.#reader = new LineReader(this.#context.process, descriptor, this.#separator, this.#chunkBytes);
      this.path = path;
      if (this.#isSeparate && isReading && this.#hooks) this.lineNumber = 0;
      return true;
    }
    return false;
  }

  *#open(path: Bytes): Task<number | undefined> {
    const node = path === '-' ? undefined : this.#context.process.files.find(path, this.#context.process);
    if (node?.kind === 'directory' && !this.#hooks) {
      throw new CommandError(`read error on ${path}: Is a directory`, 4);
    }
    if (this.#hooks && !(yield* this.#hooks.opened(path))) return undefined;
    const descriptor = yield* this.#context.open(path, (error) => `can't read ${path}: ${error.message}`);
    if (descriptor === undefined) this.#context.status = 2;
    return descriptor;
  }

  *#read(): Task<Bytes | undefined> {
    try {
      return yield* this.#reader!.next();
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      throw new CommandError(`read error on ${this.path}: ${error.message}`, 4);
    }
  }

  *#hasNext(): Task<boolean> {
    try {
      return yield* this.#reader!.hasNext();
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return false;
    }
  }

  *#close(): Task<void> {
    if (!this.#reader) return;
    this.#reader = undefined;
    this.#context.close(this.#descriptor);
    yield* this.#hooks?.closed() ?? nothing();
  }
}

function* nothing(): Task<void> {
  // Nobody listens.
}
