import type { OpenFile } from './open-file.ts';
import { SystemError } from './system-error.ts';

const MOST_DESCRIPTORS = 1024;

/** The open files of one process, by number. */
export class DescriptorTable {
  readonly #files = new Map<number, OpenFile>();
  readonly #closedOnExec = new Set<number>();

  /** The file behind a descriptor; throws EBADF when it is not open. */
  get(descriptor: number): OpenFile {
    const file = this.#files.get(descriptor);
    if (!file) throw new SystemError('EBADF');
    return file;
  }

  has(descriptor: number): boolean {
    return this.#files.has(descriptor);
  }

  /** Puts a file at a number, closing what was there. */
  set(descriptor: number, file: OpenFile, closeOnExec = false): void {
    file.retain();
    this.close(descriptor);
    this.#files.set(descriptor, file);
    if (closeOnExec) this.#closedOnExec.add(descriptor);
  }

  /** Puts a file at the lowest free number from `lowest` on. */
  add(file: OpenFile, lowest = 0, closeOnExec = false): number {
    let descriptor = lowest;
    while (this.#files.has(descriptor)) descriptor += 1;
    if (descriptor >= MOST_DESCRIPTORS) throw new SystemError('EMFILE');
    this.set(descriptor, file, closeOnExec);
    return descriptor;
  }

  close(descriptor: number): void {
    this.#closedOnExec.delete(descriptor);
    const file = this.#files.get(descriptor);
    if (!file) return;
    this.#files.delete(descriptor);
    file.release();
  }

  closeAll(): void {
    for (const descriptor of [...this.#files.keys()]) this.close(descriptor);
  }

  /** Closes what the program that takes over must not see. */
  closeForExec(): void {
    for (const descriptor of [...this.#closedOnExec]) this.close(descriptor);
  }

  /** A table for a child, sharing the open files. */
  copy(): DescriptorTable {
    const copy = new DescriptorTable();
    for (const [descriptor, file] of this.#files) copy.set(descriptor, file, this.#closedOnExec.has(descriptor));
    return copy;
  }
}
