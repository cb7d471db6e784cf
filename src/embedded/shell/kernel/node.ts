import type { Bytes } from './bytes.ts';

interface NodeFacts {
  inode: number;
  /** Permission bits. */
  mode: number;
  user: number;
  modifiedMs: number;
  links: number;
}

export interface FileNode extends NodeFacts {
  kind: 'file';
  content: Bytes;
  /** Name of the program that runs when the file is executed; absent for data and scripts. */
  program?: string;
}

export interface DirectoryNode extends NodeFacts {
  kind: 'directory';
  entries: Map<string, Node>;
  parent: DirectoryNode | undefined;
}

export interface SymlinkNode extends NodeFacts {
  kind: 'symlink';
  target: Bytes;
}

export interface DeviceNode extends NodeFacts {
  kind: 'device';
  device: DeviceName;
}

/** The kernel's own file systems (`/proc`, `/sys`), of which only a few names are modelled. */
export interface KernelNode extends NodeFacts {
  kind: 'kernel';
}

export type DeviceName = 'null' | 'zero' | 'full' | 'random' | 'tty';

/** What a directory entry stands for. */
export type Node = FileNode | DirectoryNode | SymlinkNode | DeviceNode | KernelNode;

/** Whether a user may read (4), write (2) or execute (1); root may everything but execute a file that nobody may. */
export function permits(node: Node, user: number, wanted: 4 | 2 | 1): boolean {
  if (user === 0) return wanted !== 1 || node.kind === 'directory' || (node.mode & 0o111) !== 0;
  const shift = node.user === user ? 6 : 0;
  return ((node.mode >> shift) & wanted) !== 0;
}
