import type { Bytes } from './bytes.ts';
import { OpenFile } from './open-file.ts';
import { SystemError } from './system-error.ts';
import type { Task } from './task.ts';

/** A text that can be read once, as a here-document is. */
export class TextFile extends OpenFile {
  #rest: Bytes;

  constructor(text: Bytes) {
    super();
    this.#rest = text;
  }

  *read(limit: number): Task<Bytes> {
    const data = this.#rest.slice(0, limit);
    this.#rest = this.#rest.slice(data.length);
    return data;
  }

  *write(_data: Bytes): Task<void> {
    throw new SystemError('EBADF');
  }
}
