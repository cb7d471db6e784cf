import { DeviceFile } from '../kernel/open-file.ts';
import type { Command } from '../syntax/tree.ts';
import type { Circumstances, Shell } from './shell.ts';
import { forkCommand } from './subshell.ts';

/** `command &`: without job control it reads nothing and does not hear interrupts. */
export function startInBackground(shell: Shell, command: Command, how: Circumstances): number {
  // Why: bash forgets the `!` of a command that it runs in the background.
  const isForgotten = shell.dialect === 'bash' && command.kind === 'not';
  const isTested = how.isTested && shell.dialect === 'bash';
  const child = isForgotten ? forkCommand(shell, command.command, true) : forkCommand(shell, command, isTested);
  child.ignored.add('INT').add('QUIT');
  child.descriptors.set(0, new DeviceFile(undefined));
  shell.jobs.add(child);
  shell.lastBackgroundPid = child.pid;
  return 0;
}
