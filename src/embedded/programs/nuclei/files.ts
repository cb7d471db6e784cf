import type { Bytes } from '../../shell/kernel/bytes.ts';
import { fromBytes, toBytes } from '../../shell/kernel/bytes.ts';
import type { Node } from '../../shell/kernel/node.ts';
import { permits } from '../../shell/kernel/node.ts';
import type { Process } from '../../shell/kernel/process.ts';
import { SystemError } from '../../shell/kernel/system-error.ts';

/** A file that could not be opened, in Go's words: `open /rules: no such file or directory`. */
export class FileError extends Error {
  constructor(path: string, error: SystemError) {
    super(`open ${path}: ${goErrorText(error)}`);
    this.name = 'FileError';
  }
}

/** The text of a system error as Go has it. */
export function goErrorText(error: SystemError): string {
  return error.message.charAt(0).toLowerCase() + error.message.slice(1);
}

/** The container's files as nuclei looks at them; paths and contents are text. */
export class ContainerFiles {
  readonly #process: Process;

  constructor(process: Process) {
    this.#process = process;
  }

  get workingDirectory(): string {
    return fromBytes(this.#process.workingDirectory);
  }

  /** What a path leads to, symbolic links followed; undefined for nothing, or what may not be looked at. */
  kindOf(path: string): Node['kind'] | undefined {
    return this.#process.files.find(toBytes(path), this.#process)?.kind;
  }

  /** The text of a file; throws FileError. */
  read(path: string): string {
    return fromBytes(this.readBytes(path));
  }

  /** The bytes of a file; throws FileError. */
  readBytes(path: string): Bytes {
    return this.#guard(path, () => {
      const node = this.open(path);
      if (node.kind !== 'file') throw new SystemError('EISDIR');
      return node.content;
    });
  }

  /** Throws FileError when the path cannot be opened; answers what it leads to. */
  open(path: string): Node {
    return this.#guard(path, () => {
      const node = this.#process.files.node(toBytes(path), this.#process);
      if (!permits(node, this.#process.user, 4)) throw new SystemError('EACCES');
      return node;
    });
  }

  /** Every file below a directory in the order of names, as Go's WalkDir meets them: symbolic links are files, and not followed. */
  walk(directory: string): string[] {
    const root = this.#process.files.find(toBytes(directory), this.#process, false);
    return root?.kind === 'directory' ? this.#walkNode(directory.replace(/\/+$/, ''), root) : root ? [directory] : [];
  }

  #walkNode(path: string, node: Extract<Node, { kind: 'directory' }>): string[] {
    if (!permits(node, this.#process.user, 4)) return [];
    const names = [...node.entries.keys()].sort((a, b) => (a < b ? -1 : 1));
    return names.flatMap((name) => {
      const child = node.entries.get(name)!;
      const childPath = `${path}/${fromBytes(name)}`;
      return child.kind === 'directory' ? this.#walkNode(childPath, child) : [childPath];
    });
  }

  #guard<T>(path: string, act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof SystemError) throw new FileError(path, error);
      throw error;
    }
  }
}
