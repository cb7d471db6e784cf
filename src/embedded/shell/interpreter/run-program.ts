import type { Bytes } from '../kernel/bytes.ts';
import { execute as executeProgram, findProgram } from '../kernel/execute.ts';
import type { Process } from '../kernel/process.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import { writeError } from './report.ts';
import { ShellExit } from './shell-error.ts';
import type { Circumstances, Shell } from './shell.ts';
import { forkShell, waitInForeground } from './subshell.ts';

/** Runs a program in a child, or in place of the shell when that has nothing left to do. */
export function* runProgram(shell: Shell, argv: readonly Bytes[], how: Circumstances, searchPath?: Bytes): Task<number> {
  const path = yield* locate(shell, argv[0]!, searchPath ?? shell.variables.value('PATH') ?? '');
  if (typeof path === 'number') return path;
  const environment = shell.variables.environment();
  if (how.isLast && shell.traps.size === 0) throw new ShellExit(yield* become(shell, shell.process, path, argv, environment), true);
  const child = forkShell(shell, (copy) => become(copy, copy.process, path, argv, environment));
  return yield* waitInForeground(shell, child);
}

function* locate(shell: Shell, name: Bytes, searchPath: Bytes): Task<Bytes | number> {
  try {
    return findProgram(shell.process, name, searchPath);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return yield* complain(shell, name, error);
  }
}

/** Lets a program take over a process; a file without `#!` is run as a script of this shell. */
export function* become(
  shell: Shell,
  process: Process,
  path: Bytes,
  argv: readonly Bytes[],
  environment: ReadonlyMap<Bytes, Bytes>,
): Task<number> {
  try {
    return yield* executeProgram(process, path, argv, environment);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (error.code !== 'ENOEXEC') return yield* complain(shell, argv[0]!, error);
    return yield* executeProgram(
      process,
      shell.dialect === 'bash' ? '/bin/bash' : '/bin/sh',
      [argv[0]!, path, ...argv.slice(1)],
      environment,
    );
  }
}

/** Says why a program cannot be run and answers the status for that. */
export function* complain(shell: Shell, name: Bytes, error: SystemError): Task<number> {
  const isMissing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
  yield* writeError(shell.process, shell.complaint(`${name}: ${describe(shell, name, error, isMissing)}`));
  return isMissing ? 127 : 126;
}

function describe(shell: Shell, name: Bytes, error: SystemError, isMissing: boolean): string {
  if (shell.dialect === 'dash') return isMissing ? 'not found' : error.message;
  if (isMissing) return name.includes('/') ? 'No such file or directory' : 'command not found';
  const isDirectory = error.code === 'EACCES' && shell.process.files.find(name, shell.process)?.kind === 'directory';
  return isDirectory ? 'Is a directory' : error.message;
}
