import { DeviceFile } from '../kernel/open-file.ts';
import type { Process } from '../kernel/process.ts';
import type { Task } from '../kernel/task.ts';
import type { Command } from '../syntax/tree.ts';
import { redirectForGood } from './redirect.ts';
import type { Circumstances, Shell } from './shell.ts';
import { forkCommand, forkShell } from './subshell.ts';

/** `command &`: without job control it reads nothing and does not hear interrupts. */
export function startInBackground(shell: Shell, command: Command, how: Circumstances): number {
  const child = shell.dialect === 'bash' ? forkInBash(shell, command, how) : forkInDash(shell, command);
  child.ignored.add('INT').add('QUIT');
  child.descriptors.set(0, new DeviceFile(undefined));
  shell.jobs.add(child);
  shell.lastBackgroundPid = child.pid;
  return 0;
}

/** bash forgets the `!` of a command that it runs in the background. */
function forkInBash(shell: Shell, command: Command, how: Circumstances): Process {
  return command.kind === 'not' ? forkCommand(shell, command.command, true) : forkCommand(shell, command, how.isTested);
}

/** dash applies redirections of a compound command for good, so that they hold for an EXIT trap, too. */
function forkInDash(shell: Shell, command: Command): Process {
  if (command.kind !== 'redirected') return forkCommand(shell, command, false);
  return forkShell(shell, function* (copy): Task<number> {
    yield* redirectForGood(copy, command.redirections);
    return yield* copy.engine.execute(copy, command.command, { isTested: false, isLast: true });
  });
}
