import { DeviceFile } from '../kernel/open-file.ts';
import type { Command } from '../syntax/tree.ts';
import type { Shell } from './shell.ts';
import { forkShell } from './subshell.ts';

/** `command &`: without job control it reads nothing and does not hear interrupts. */
export function startInBackground(shell: Shell, command: Command): number {
  const child = forkShell(shell, (copy) => shell.engine.execute(copy, command, { isTested: false, isLast: true }));
  child.ignored.add('INT').add('QUIT');
  child.descriptors.set(0, new DeviceFile(undefined));
  shell.jobs.add(child);
  shell.lastBackgroundPid = child.pid;
  return 0;
}
