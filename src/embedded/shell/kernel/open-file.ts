import type { Bytes } from './bytes.ts';
import { SystemError } from './system-error.ts';
import type { Task } from './task.ts';

/** An open file description: descriptors of several processes may share one, and it closes with the last of them. */
export abstract class OpenFile {
  #references = 0;

  /** Reads at most `limit` bytes; an empty answer is the end of the file. */
  abstract read(limit: number): Task<Bytes>;
  abstract write(data: Bytes): Task<void>;

  /** Bytes of a regular file; undefined for everything else. */
  get size(): number | undefined {
    return undefined;
  }

  retain(): this {
    this.#references += 1;
    return this;
  }

  release(): void {
    this.#references -= 1;
    if (this.#references === 0) this.close();
  }

  /** Puts back the last `count` bytes that were read, where the file can seek; answers whether it could. */
  giveBack(_count: number): boolean {
    return false;
  }

  protected close(): void {
    // Most files have nothing to close.
  }
}

/** The devices below `/dev` that take or give without limit. */
export class DeviceFile extends OpenFile {
  readonly #next: ((limit: number) => Bytes) | undefined;
  readonly #isFull: boolean;

  constructor(next: ((limit: number) => Bytes) | undefined, isFull = false) {
    super();
    this.#next = next;
    this.#isFull = isFull;
  }

  *read(limit: number): Task<Bytes> {
    return this.#next?.(limit) ?? '';
  }

  *write(_data: Bytes): Task<void> {
    if (this.#isFull) throw new SystemError('ENOSPC');
  }
}
