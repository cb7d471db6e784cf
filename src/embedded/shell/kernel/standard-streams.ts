import { Broadcast } from './broadcast.ts';
import type { Bytes } from './bytes.ts';
import { OpenFile } from './open-file.ts';
import { SystemError } from './system-error.ts';
import type { Task } from './task.ts';

/** Where a container's output leaves the sandbox. */
export class OutputStream extends OpenFile {
  readonly #emit: (data: Bytes) => void;

  constructor(emit: (data: Bytes) => void) {
    super();
    this.#emit = emit;
  }

  *read(_limit: number): Task<Bytes> {
    throw new SystemError('EBADF');
  }

  *write(data: Bytes): Task<void> {
    if (data !== '') this.#emit(data);
  }
}

/** Standard input that somebody outside feeds, such as `kubectl exec -i`. */
export class InputStream extends OpenFile {
  #data: Bytes = '';
  #isOpen = true;
  readonly #changed = new Broadcast();

  feed(data: Bytes): void {
    this.#data += data;
    this.#changed.notify();
  }

  end(): void {
    this.#isOpen = false;
    this.#changed.notify();
  }

  *read(limit: number): Task<Bytes> {
    while (this.#data === '' && this.#isOpen) yield this.#changed.wait;
    const data = this.#data.slice(0, limit);
    this.#data = this.#data.slice(data.length);
    return data;
  }

  *write(_data: Bytes): Task<void> {
    throw new SystemError('EBADF');
  }
}
