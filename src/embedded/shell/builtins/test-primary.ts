import type { Bytes } from '../kernel/bytes.ts';
import type { Node } from '../kernel/node.ts';
import { permits } from '../kernel/node.ts';
import type { Process } from '../kernel/process.ts';
import { Terminal } from '../kernel/terminal.ts';

/** The operators of `test` that take one operand and look at a file or a string. */
export const UNARY_OPERATORS: ReadonlySet<string> = new Set(Array.from('bcdefghkLnOGprsStuwxz', (letter) => `-${letter}`));

/** The operators of `test` that take two operands, except the ones that only bash has. */
export const BINARY_OPERATORS: ReadonlySet<string> = new Set([
  '=',
  '!=',
  '<',
  '>',
  '-eq',
  '-ne',
  '-gt',
  '-ge',
  '-lt',
  '-le',
  '-nt',
  '-ot',
  '-ef',
]);

/** Whether `operator operand` holds, for an operator of `UNARY_OPERATORS`. */
export function testPrimary(process: Process, operator: string, operand: Bytes): boolean {
  if (operator === '-n') return operand !== '';
  if (operator === '-z') return operand === '';
  if (operator === '-t') return isTerminal(process, Number(operand));
  const node = operand === '' ? undefined : process.files.find(operand, process, operator !== '-L' && operator !== '-h');
  return node !== undefined && holds(process, operator, node);
}

function isTerminal({ descriptors }: Process, descriptor: number): boolean {
  return descriptors.has(descriptor) && descriptors.get(descriptor) instanceof Terminal;
}

function holds(process: Process, operator: string, node: Node): boolean {
  switch (operator) {
    case '-d':
      return node.kind === 'directory' || node.kind === 'kernel';
    case '-f':
      return node.kind === 'file';
    case '-L':
    case '-h':
      return node.kind === 'symlink';
    case '-c':
      return node.kind === 'device';
    case '-s':
      return node.kind === 'file' ? node.content.length > 0 || node.program !== undefined : node.kind === 'directory';
    case '-r':
      return permits(node, process.user, 4);
    case '-w':
      return permits(node, process.user, 2);
    case '-x':
      return permits(node, process.user, 1);
    case '-O':
      return node.user === process.user;
    case '-G':
      return true;
    case '-u':
      return (node.mode & 0o4000) !== 0;
    case '-g':
      return (node.mode & 0o2000) !== 0;
    case '-k':
      return (node.mode & 0o1000) !== 0;
    default:
      return operator === '-e';
  }
}

/** Whether two paths stand as `-nt`, `-ot` or `-ef` wants. */
export function compareFiles(process: Process, left: Bytes, operator: string, right: Bytes, missingIsOldest = true): boolean {
  const first = process.files.find(left, process);
  const second = process.files.find(right, process);
  if (operator === '-ef') return first !== undefined && first === second;
  if (!first || !second) return missingIsOldest && (operator === '-nt' ? first !== undefined : second !== undefined);
  return operator === '-nt' ? first.modifiedMs > second.modifiedMs : first.modifiedMs < second.modifiedMs;
}
