import type { Bytes } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Task } from '../../kernel/task.ts';

/** Reads a file line by line, or by another separator. */
export class LineReader {
  readonly #process: Process;
  readonly #descriptor: number;
  readonly #separator: Bytes;
  readonly #chunkBytes: number | undefined;
  #buffer: Bytes = '';
  #position = 0;
  #isAtEnd = false;
  /** Whether the line read last ended with the separator. */
  isTerminated = true;

  /** `chunkBytes` is how much it reads at a time: as much as there is unless said. */
  constructor(process: Process, descriptor: number, separator: Bytes = '\n', chunkBytes?: number) {
    this.#chunkBytes = chunkBytes;
    this.#process = process;
    this.#descriptor = descriptor;
    this.#separator = separator;
  }

  /** The next line without its separator; undefined at the end of the file. */
  *next(): Task<Bytes | undefined> {
    for (let searched = this.#position; ;) {
      const end = this.#buffer.indexOf(this.#separator, searched);
      if (end >= 0) {
        const line = this.#buffer.slice(this.#position, end);
        this.#position = end + this.#separator.length;
        this.isTerminated = true;
        return line;
      }
      if (this.#isAtEnd) return this.#rest();
      searched = this.#buffer.length - this.#position;
      yield* this.#fill();
    }
  }

  /** Whether there is another line. */
  *hasNext(): Task<boolean> {
    while (this.#position >= this.#buffer.length && !this.#isAtEnd) yield* this.#fill();
    return this.#position < this.#buffer.length;
  }

  /** Puts back what has been read ahead, where the file can seek, so that another program may go on there. */
  giveBack(): void {
    const ahead = this.#buffer.length - this.#position;
    if (ahead > 0 && this.#process.descriptors.get(this.#descriptor).giveBack(ahead)) this.#buffer = this.#buffer.slice(0, this.#position);
  }

  #rest(): Bytes | undefined {
    if (this.#position >= this.#buffer.length) return undefined;
    const line = this.#buffer.slice(this.#position);
    this.#position = this.#buffer.length;
    this.isTerminated = false;
    return line;
  }

  *#fill(): Task<void> {
    const data = yield* this.#process.read(this.#descriptor, this.#chunkBytes);
    if (data === '') this.#isAtEnd = true;
    this.#buffer = this.#buffer.slice(this.#position) + data;
    this.#position = 0;
    if (this.#buffer.length > this.#process.kernel.stringBytes) throw new RangeError('a line is too long');
  }
}
