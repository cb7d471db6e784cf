import type { Bytes } from '../../kernel/bytes.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import type { CommandContext } from '../io/command.ts';
import { CommandError } from '../io/command-error.ts';

/** Where a line may go: it remembers when its last line lacked the newline. */
export interface SedSink {
  isOpenLine: boolean;
  write(text: Bytes): Task<void>;
}

/** The outputs of a script: standard output or the file that is edited, and those that `w` names. */
export class SedOutput {
  readonly #context: CommandContext;
  readonly #separator: Bytes;
  readonly #standard: SedSink;
  readonly #files = new Map<Bytes, SedSink>();
  readonly #isUnbuffered: boolean;
  /** Takes what would go to standard output, while a file is edited in place. */
  #edited: (SedSink & { text: Bytes }) | undefined;

  constructor(context: CommandContext, options: { separator: Bytes; isUnbuffered: boolean }) {
    this.#context = context;
    this.#separator = options.separator;
    this.#isUnbuffered = options.isUnbuffered;
    this.#standard = { isOpenLine: false, write: (text) => this.#print(text) };
  }

  get main(): SedSink {
    return this.#edited ?? this.#standard;
  }

  get isEditing(): boolean {
    return this.#edited !== undefined;
  }

  beginEdit(): void {
    const edited = {
      isOpenLine: false,
      text: '',
      *write(text: Bytes): Task<void> {
        edited.text += text;
      },
    };
    this.#edited = edited;
  }

  /** What was printed since `beginEdit`. */
  endEdit(): Bytes {
    const text = this.#edited?.text ?? '';
    this.#edited = undefined;
    return text;
  }

  /** Opens a file for `w`, which empties it. */
  openFile(path: Bytes): void {
    if (this.#files.has(path)) return;
    if (path === '/dev/stdout') {
      this.#files.set(path, this.#standard);
      return;
    }
    const { process } = this.#context;
    try {
      const descriptor = path === '/dev/stderr' ? 2 : process.open(path, { write: true, create: true, truncate: true });
      this.#files.set(path, { isOpenLine: false, write: (text) => process.write(descriptor, text) });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      throw new CommandError(`couldn't open file ${path}: ${error.message}`, 4);
    }
  }

  file(path: Bytes): SedSink {
    return this.#files.get(path)!;
  }

  /** Writes a line; the last line of a file without a newline at its end gets none here either. */
  *line(sink: SedSink, text: Bytes, isTerminated = true): Task<void> {
    yield* this.raw(sink, text + (isTerminated ? this.#separator : ''));
    sink.isOpenLine = !isTerminated;
  }

  /** Writes text that brings its own newlines. */
  *raw(sink: SedSink, text: Bytes): Task<void> {
    if (text === '') return;
    const owed = sink.isOpenLine ? this.#separator : '';
    sink.isOpenLine = false;
    yield* sink.write(owed + text);
  }

  *#print(text: Bytes): Task<void> {
    yield* this.#context.write(text);
    if (this.#isUnbuffered) yield* this.#context.out.flush();
  }
}
