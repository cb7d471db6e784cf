import { waitForAny } from '../kernel/broadcast.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { createPipe } from '../kernel/pipe.ts';
import type { Process, ProcessStatus } from '../kernel/process.ts';
import { exitCode } from '../kernel/process.ts';
import { describeSignal } from '../kernel/signals.ts';
import type { Task } from '../kernel/task.ts';
import type { Command } from '../syntax/tree.ts';
import { report, writeError } from './report.ts';
import { ShellError, ShellExit } from './shell-error.ts';
import type { Circumstances, Shell } from './shell.ts';
import { isDying, runExitTrap, runPendingTraps } from './traps.ts';

/** Starts a copy of the shell in a process of its own; `prepare` may change the new process's descriptors before `body` runs. */
export function forkShell(shell: Shell, body: (child: Shell) => Task<number>): Process {
  const child = shell.copy();
  return shell.process.fork((process) => {
    child.process = process;
    return runShell(child, () => body(child));
  });
}

/** Runs a shell to its end: whatever ends it becomes a status, and its EXIT trap has its turn. */
export function* runShell(shell: Shell, body: () => Task<number>): Task<number> {
  let status: number;
  let skipsTrap = false;
  try {
    status = yield* body();
  } catch (error) {
    if (error instanceof ShellExit) ({ status, skipsTrap } = error);
    else if (error instanceof ShellError) {
      yield* report(shell, error);
      status = shell.dialect === 'bash' ? bashStatus(shell, error.status) : error.status;
    } else throw error;
  }
  return skipsTrap ? status : yield* runExitTrap(shell, status);
}

/** bash ends with 1 after most errors; a parameter that is not set gives 127, but only with -c, outside subshells and without errexit. */
function bashStatus(shell: Shell, status: number): number {
  return status === 2 || !shell.runsCommandString || shell.isSubshell || shell.has('errexit') ? 1 : status;
}

const WITHOUT_EXIT_TRAP: ReadonlySet<Command['kind']> = new Set(['while', 'until', 'for', 'arithmetic-for', 'if', 'case', 'and', 'or']);

/** Starts a command in a copy of the shell, as an element of a pipeline or in the background. */
export function forkCommand(shell: Shell, command: Command, isTested: boolean): Process {
  const inner = command.kind === 'redirected' ? command.command : command;
  const skipsExitTrap = shell.dialect === 'bash' && WITHOUT_EXIT_TRAP.has(inner.kind);
  return forkShell(shell, (copy) => runForked(copy, command, isTested, skipsExitTrap));
}

/** bash runs no EXIT trap that a loop, an `if` or a `case` has set in a process of its own. */
function* runForked(shell: Shell, command: Command, isTested: boolean, skipsExitTrap: boolean): Task<number> {
  try {
    return yield* shell.engine.execute(shell, command, { isTested, isLast: true });
  } finally {
    if (skipsExitTrap) shell.traps.delete('EXIT');
  }
}

/** `( … )` */
export function* runSubshell(shell: Shell, body: Command, how: Circumstances): Task<number> {
  const child = forkShell(shell, (copy) => shell.engine.execute(copy, body, { isTested: how.isTested, isLast: true }));
  return yield* waitInForeground(shell, child);
}

/** `$(…)`: what the command writes, without the newlines at its end. */
export function* substitute(shell: Shell, command: Command | undefined): Task<Bytes> {
  if (!command) {
    shell.substitutionStatus = 0;
    return '';
  }
  const { reader, writer } = createPipe();
  const { descriptors } = shell.process;
  const readDescriptor = descriptors.add(reader, 10, true);
  const child = forkShell(shell, (copy) => {
    if (copy.dialect === 'bash' && !copy.has('inherit_errexit') && !copy.has('posix')) copy.options.delete('errexit');
    copy.loopDepth = shell.loopDepth;
    return shell.engine.execute(copy, command, { isTested: false, isLast: true });
  });
  child.descriptors.set(1, writer);
  child.descriptors.close(readDescriptor);
  const output = yield* readAll(shell, readDescriptor);
  descriptors.close(readDescriptor);
  shell.substitutionStatus = yield* waitInForeground(shell, child);
  return output.replaceAll('\0', '').replace(/\n+$/, '');
}

function* readAll(shell: Shell, descriptor: number): Task<Bytes> {
  const limit = shell.process.kernel.stringBytes;
  let output = '';
  for (;;) {
    const data = yield* shell.process.read(descriptor);
    if (data === '') return output;
    output += data;
    if (output.length > limit) throw new RangeError('a string is too long');
  }
}

/** Waits for a child as for a foreground command; says which signal ended it, if one did. */
export function* waitInForeground(shell: Shell, child: Process): Task<number> {
  while (!child.status) {
    if (isDying(shell)) yield* runPendingTraps(shell);
    yield waitForAny([child.ended.wait, shell.process.signalled.wait]);
  }
  const status = yield* shell.process.waitFor(child);
  yield* announceSignal(shell, status);
  return exitCode(status);
}

/** Prints what ended a foreground command. */
export function* announceSignal(shell: Shell, status: ProcessStatus): Task<void> {
  if (status.signal === undefined || status.signal === 'PIPE' || status.signal === 'INT') return;
  yield* writeError(shell.process, `${describeSignal(status.signal)}\n`);
}
