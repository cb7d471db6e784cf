import type { Bytes } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Task } from '../../kernel/task.ts';

const BLOCK_BYTES = 4096;

/** Output of a program that writes in blocks when nobody sits at a terminal, as the C library does. */
export class OutputBuffer {
  readonly #process: Process;
  readonly #descriptor: number;
  /** Writes at the end of every line instead: `stdbuf -oL`, `grep --line-buffered`, `sed -u`. */
  isLineBuffered: boolean;
  #pending: Bytes[] = [];
  #length = 0;

  constructor(process: Process, descriptor: number) {
    this.#process = process;
    this.#descriptor = descriptor;
    this.isLineBuffered = /^[L0]$/.test(process.environment.get('_STDBUF_O') ?? '');
  }

  /** Adds text; writes what fills a block. */
  *write(text: Bytes): Task<void> {
    this.#pending.push(text);
    this.#length += text.length;
    if (this.#length >= BLOCK_BYTES || (this.isLineBuffered && text.includes('\n'))) yield* this.flush();
  }

  *flush(): Task<void> {
    if (this.#length === 0) return;
    const text = this.#pending.join('');
    this.discard();
    yield* this.#process.write(this.#descriptor, text);
  }

  /** Forgets what has not been written. */
  discard(): void {
    this.#pending = [];
    this.#length = 0;
  }
}
