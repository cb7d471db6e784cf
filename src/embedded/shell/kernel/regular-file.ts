import type { Bytes } from './bytes.ts';
import type { FileSystem } from './file-system.ts';
import type { FileNode } from './node.ts';
import { OpenFile } from './open-file.ts';
import { SystemError } from './system-error.ts';
import type { Task } from './task.ts';

/** How a file was opened. */
export interface Access {
  read?: boolean;
  write?: boolean;
  append?: boolean;
}

/** An open regular file with its own offset. */
export class RegularFile extends OpenFile {
  readonly node: FileNode;
  readonly #files: FileSystem;
  readonly #access: Access;
  #offset = 0;

  constructor(files: FileSystem, node: FileNode, access: Access) {
    super();
    this.#files = files;
    this.node = node;
    this.#access = access;
  }

  override get size(): number {
    return this.node.content.length;
  }

  *read(limit: number): Task<Bytes> {
    if (!this.#access.read) throw new SystemError('EBADF');
    const data = this.node.content.slice(this.#offset, this.#offset + limit);
    this.#offset += data.length;
    return data;
  }

  *write(data: Bytes): Task<void> {
    if (!this.#access.write) throw new SystemError('EBADF');
    const { content } = this.node;
    const start = this.#access.append ? content.length : this.#offset;
    const before = start <= content.length ? content.slice(0, start) : content + '\0'.repeat(start - content.length);
    this.#files.setContent(this.node, before + data + content.slice(start + data.length));
    this.#offset = start + data.length;
  }

  override giveBack(count: number): boolean {
    this.#offset = Math.max(0, this.#offset - count);
    return true;
  }
}
