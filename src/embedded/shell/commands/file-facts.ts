import type { Node } from '../kernel/node.ts';

/** Size in bytes as `stat` shows it; programs of the image have no bytes of their own here. */
export function sizeOf(node: Node): number {
  if (node.kind === 'file') return node.content.length;
  if (node.kind === 'symlink') return node.target.length;
  return node.kind === 'directory' ? 4096 : 0;
}

/** Mode as letters, such as `-rw-r--r--`. */
export function modeLetters(node: Pick<Node, 'kind' | 'mode'>): string {
  const type = { file: '-', directory: 'd', symlink: 'l', device: 'c', kernel: 'd' }[node.kind];
  const triple = (shift: number, special: number, letter: string): string => {
    const bits = node.mode >> shift;
    const execute = (node.mode & special) === 0 ? ((bits & 1) === 0 ? '-' : 'x') : (bits & 1) === 0 ? letter.toUpperCase() : letter;
    return ((bits & 4) === 0 ? '-' : 'r') + ((bits & 2) === 0 ? '-' : 'w') + execute;
  };
  return type + triple(6, 0o4000, 's') + triple(3, 0o2000, 's') + triple(0, 0o1000, 't');
}

/** Links to a node: a directory counts itself, its name and the `..` of each directory in it. */
export function linkCount(node: Node): number {
  if (node.kind !== 'directory') return node.links;
  return 2 + [...node.entries.values()].filter((entry) => entry.kind === 'directory').length;
}
