import type { SignalName } from '../kernel/signals.ts';
import { signalNumber } from '../kernel/signals.ts';
import type { Task } from '../kernel/task.ts';
import { report } from './report.ts';
import { Interrupted, ShellError, ShellExit } from './shell-error.ts';
import type { Shell, TrapCondition } from './shell.ts';

/** Signals that bash catches while it has an EXIT trap. */
const DEADLY: readonly SignalName[] = ['HUP', 'INT', 'PIPE', 'ALRM', 'TERM', 'USR1', 'USR2'];

/** Runs the traps of signals that have arrived; `$?` is afterwards what it was. */
export function* runPendingTraps(shell: Shell): Task<void> {
  for (let signal = shell.process.takeSignal(); signal !== undefined; signal = shell.process.takeSignal()) yield* runTrap(shell, signal);
}

function* runTrap(shell: Shell, signal: SignalName): Task<void> {
  const action = shell.traps.get(signal);
  if (action === undefined && shell.isInteractive && signal === 'INT') throw new Interrupted();
  if (action === undefined) yield* dieOf(shell, signal);
  if (action === undefined || action === '') return;
  const status = shell.lastStatus;
  yield* shell.engine.runText(shell, action, { isTested: false, isLast: false });
  shell.lastStatus = status;
}

/** bash with an EXIT trap: a signal that ends the shell lets the trap have its turn first. */
function* dieOf(shell: Shell, signal: SignalName): Task<void> {
  shell.process.caught.delete(signal);
  yield* runExitTrap(shell, shell.lastStatus);
  shell.process.kernel.signal(shell.process, signal);
  throw new ShellExit(interruptedStatus(signal), true);
}

/** Whether a signal has arrived that ends the shell without waiting for the command that runs. */
export function isDying({ process, traps, dialect }: Shell): boolean {
  return dialect === 'bash' && process.pending.length > 0 && !traps.has(process.pending[0]!);
}

/** Runs the EXIT trap, if there is one; answers the status that the shell ends with. */
export function* runExitTrap(shell: Shell, status: number): Task<number> {
  const action = shell.traps.get('EXIT');
  if (action === undefined || action === '') return status;
  shell.traps.delete('EXIT');
  shell.lastStatus = status;
  shell.jump = undefined;
  try {
    yield* shell.engine.runText(shell, action, { isTested: false, isLast: false });
    return status;
  } catch (error) {
    if (error instanceof ShellExit) return error.status;
    if (!(error instanceof ShellError)) throw error;
    yield* report(shell, error);
    return error.status;
  }
}

/** bash: runs the ERR trap after a command whose failure nobody looks at. */
export function* runErrorTrap(shell: Shell, status: number): Task<void> {
  const action = shell.traps.get('ERR');
  if (action === undefined || action === '' || shell.isInTrap) return;
  if ((shell.functionDepth > 0 || shell.isSubshell) && !shell.has('errtrace')) return;
  shell.isInTrap = true;
  yield* shell.engine.runText(shell, action, { isTested: false, isLast: false });
  shell.isInTrap = false;
  shell.lastStatus = status;
}

/** Sets, ignores (empty action) or resets (undefined) what happens on a condition. */
export function setTrap(shell: Shell, condition: TrapCondition, action: string | undefined): void {
  if (action === undefined) shell.traps.delete(condition);
  else shell.traps.set(condition, action);
  const { caught, ignored } = shell.process;
  if (condition !== 'EXIT' && condition !== 'ERR') {
    if (action === '') ignored.add(condition);
    else ignored.delete(condition);
  }
  caught.clear();
  for (const [name, text] of shell.traps) if (text !== '' && name !== 'EXIT' && name !== 'ERR') caught.add(name);
  if (shell.isInteractive && !ignored.has('INT')) caught.add('INT');
  const hasExitTrap = (shell.traps.get('EXIT') ?? '') !== '';
  if (shell.dialect === 'bash' && hasExitTrap) for (const signal of DEADLY) if (!ignored.has(signal)) caught.add(signal);
}

/** The status of a `wait` that a signal cut short. */
export function interruptedStatus(signal: SignalName): number {
  return 128 + signalNumber(signal);
}
