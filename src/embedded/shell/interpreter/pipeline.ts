import type { OpenFile } from '../kernel/open-file.ts';
import { createPipe } from '../kernel/pipe.ts';
import type { Process } from '../kernel/process.ts';
import { exitCode } from '../kernel/process.ts';
import type { Task } from '../kernel/task.ts';
import type { Command } from '../syntax/tree.ts';
import type { Circumstances, Shell } from './shell.ts';
import { announceSignal, forkCommand } from './subshell.ts';

/** Runs commands side by side, each reading what the one before it writes; the status is the last one's, or with pipefail the last that failed. */
export function* runPipeline(shell: Shell, commands: readonly Command[], how: Circumstances): Task<number> {
  const children = startPipeline(shell, commands, how);
  const statuses: number[] = [];
  for (const child of children) {
    const status = yield* shell.process.waitFor(child);
    yield* announceSignal(shell, status);
    statuses.push(exitCode(status));
  }
  shell.pipeStatuses = statuses;
  const failed = statuses.findLast((status) => status !== 0) ?? 0;
  return shell.has('pipefail') ? failed : statuses.at(-1)!;
}

function startPipeline(shell: Shell, commands: readonly Command[], how: Circumstances): Process[] {
  let input: OpenFile | undefined;
  return commands.map((command, index) => {
    const pipe = index < commands.length - 1 ? createPipe() : undefined;
    const child = forkCommand(shell, command, how.isTested);
    if (input) child.descriptors.set(0, input);
    if (pipe) child.descriptors.set(1, pipe.writer);
    input = pipe?.reader;
    return child;
  });
}
