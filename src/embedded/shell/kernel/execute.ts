import type { Bytes } from './bytes.ts';
import type { FileNode } from './node.ts';
import { permits } from './node.ts';
import { joinPath } from './path.ts';
import type { Process } from './process.ts';
import { SystemError } from './system-error.ts';
import type { Task } from './task.ts';

/** The search path of a process whose environment has none. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const LONGEST_ARGUMENTS_BYTES = 2_097_152;
const LONGEST_ARGUMENT_BYTES = 131_072;
const MOST_INTERPRETERS = 4;

/** Finds a program by name along a search path; a name with a slash is a path. Throws ENOENT, or EACCES for a file that may not be executed. */
export function findProgram(process: Process, name: Bytes, searchPath: Bytes = DEFAULT_PATH): Bytes {
  if (name.includes('/')) {
    mustBeExecutable(process, name);
    return name;
  }
  let problem = new SystemError('ENOENT');
  for (const directory of name === '' ? [] : searchPath.split(':')) {
    const path = directory === '' ? name : joinPath(directory, name);
    try {
      mustBeExecutable(process, path);
      return path;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      if (error.code === 'EACCES') problem = error;
    }
  }
  throw problem;
}

/** Replaces what the process runs, as `execve` does, and answers the exit code of the new program. Throws SystemError before anything has changed. */
export function* execute(process: Process, path: Bytes, argv: readonly Bytes[], environment: ReadonlyMap<Bytes, Bytes>): Task<number> {
  mustFit(argv, environment);
  const { file, argv: resolvedArgv } = resolveInterpreters(process, path, argv);
  const name = file.program!;
  const program = yield* process.kernel.loadProgram(name);
  yield* process.kernel.chargeForExec(process);
  process.descriptors.closeForExec();
  process.caught.clear();
  process.pending = [];
  process.argv = resolvedArgv;
  process.environment = environment;
  const fault = process.kernel.faults.get(name);
  if (fault?.kind === 'hang') for (;;) yield () => () => undefined;
  if (fault?.kind === 'exit') {
    if (fault.stderr !== '') yield* process.write(2, fault.stderr);
    return fault.code;
  }
  return yield* program(process);
}

/** Follows `#!` lines until a program of the image is reached; throws ENOEXEC for a file that has neither. */
function resolveInterpreters(process: Process, path: Bytes, argv: readonly Bytes[]): { file: FileNode; argv: readonly Bytes[] } {
  let file = mustBeExecutable(process, path);
  let current = { path, argv };
  for (let depth = 0; file.program === undefined; depth += 1) {
    if (depth === MOST_INTERPRETERS) throw new SystemError('ELOOP');
    const line = /^#![ \t]*([^ \t\n]+)[ \t]*([^\n]*)/.exec(file.content);
    if (!line) throw new SystemError('ENOEXEC');
    const interpreter = line[1]!;
    const argument = line[2]!.trimEnd();
    current = { path: interpreter, argv: [interpreter, ...(argument === '' ? [] : [argument]), current.path, ...current.argv.slice(1)] };
    file = mustBeExecutable(process, interpreter);
  }
  return { file, argv: current.argv };
}

function mustBeExecutable(process: Process, path: Bytes): FileNode {
  const node = process.files.node(path, process);
  if (node.kind !== 'file' || !permits(node, process.user, 1)) throw new SystemError('EACCES');
  return node;
}

function mustFit(argv: readonly Bytes[], environment: ReadonlyMap<Bytes, Bytes>): void {
  let total = 0;
  const strings = [...argv, ...[...environment].map(([name, value]) => `${name}=${value}`)];
  for (const text of strings) {
    if (text.length >= LONGEST_ARGUMENT_BYTES) throw new SystemError('E2BIG');
    total += text.length + 9;
  }
  if (total > LONGEST_ARGUMENTS_BYTES) throw new SystemError('E2BIG');
}
