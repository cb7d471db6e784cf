import type { Bytes } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Task } from '../../kernel/task.ts';
import { compileRegex } from '../../regex/compile.ts';

/** Reads a file record by record; what separates them may change from one to the next. */
export class RecordReader {
  readonly #process: Process;
  readonly #descriptor: number;
  #buffer: Bytes = '';
  #position = 0;
  #isAtEnd = false;

  constructor(process: Process, descriptor: number) {
    this.#process = process;
    this.#descriptor = descriptor;
  }

  /** The next record by RS as it is now; undefined at the end. */
  *next(separator: Bytes): Task<Bytes | undefined> {
    if (separator === '') yield* this.#skipNewlines();
    for (;;) {
      const end = this.#find(separator);
      if (end) {
        const record = this.#buffer.slice(this.#position, end.start);
        this.#position = end.end;
        return record;
      }
      if (this.#isAtEnd) return this.#rest(separator);
      yield* this.#fill();
    }
  }

  /** Where the record ends and the next begins; undefined where more has to be read first. */
  #find(separator: Bytes): { start: number; end: number } | undefined {
    if (separator.length === 1) {
      const start = this.#buffer.indexOf(separator, this.#position);
      return start < 0 ? undefined : { start, end: start + 1 };
    }
    const regex = compileRegex(separator === '' ? '\n\n+' : separator, { syntax: 'awk' });
    const match = regex.exec(this.#buffer, this.#position);
    if (!match || match.start === match.end) return undefined;
    return match.end < this.#buffer.length || this.#isAtEnd ? match : undefined;
  }

  #rest(separator: Bytes): Bytes | undefined {
    if (this.#position >= this.#buffer.length) return undefined;
    const rest = this.#buffer.slice(this.#position);
    this.#position = this.#buffer.length;
    return separator === '' ? rest.replace(/\n+$/, '') : rest;
  }

  *#skipNewlines(): Task<void> {
    for (;;) {
      while (this.#buffer[this.#position] === '\n') this.#position += 1;
      if (this.#position < this.#buffer.length || this.#isAtEnd) return;
      yield* this.#fill();
    }
  }

  *#fill(): Task<void> {
    const data = yield* this.#process.read(this.#descriptor);
    if (data === '') this.#isAtEnd = true;
    this.#buffer = this.#buffer.slice(this.#position) + data;
    this.#position = 0;
    if (this.#buffer.length > this.#process.kernel.stringBytes) throw new RangeError('a record is too long');
  }
}
