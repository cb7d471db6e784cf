import type { Bytes } from '../kernel/bytes.ts';
import type { Task } from '../kernel/task.ts';
import type { Command } from '../syntax/tree.ts';
import { CommandReader } from './command-reader.ts';
import { execute } from './execute.ts';
import { startProcessSubstitution } from './process-substitution.ts';
import { report } from './report.ts';
import { ReadOnlyError, ShellError, ShellExit } from './shell-error.ts';
import type { Circumstances, Engine, Shell } from './shell.ts';
import { substitute } from './subshell.ts';

/** The status of errors about parameters that are not set, which end bash. */
const UNSET_STATUS = 127;

/** The interpreter as the parts below it call it. */
export const ENGINE: Engine = { execute, runText, substitute, substituteProcess: startProcessSubstitution };

/** Runs a text command by command, so that a syntax error in it comes after what stands before it has run. Answers the last status. */
export function* runText(shell: Shell, text: Bytes, how: Circumstances): Task<number> {
  const reader = CommandReader.ofText(shell, text);
  let status = 0;
  for (let next = yield* reader.next(); next !== 'end'; next = yield* reader.next()) {
    if (next === 'empty' || shell.has('noexec')) continue;
    status = yield* executeLine(shell, next, { isTested: how.isTested, isLast: how.isLast && reader.isDone });
    if (shell.jump) break;
  }
  return status;
}

/** Runs what standard input brings, each command as soon as it is complete. */
export function* runStandardInput(shell: Shell): Task<number> {
  const reader = new CommandReader(shell, 1, () => shell.process.read(0, 8192));
  for (let next = yield* reader.next(); next !== 'end'; next = yield* reader.next()) {
    if (next === 'empty' || shell.has('noexec')) continue;
    shell.lastStatus = yield* executeLine(shell, next, { isTested: false, isLast: false });
    if (shell.jump) break;
  }
  return shell.lastStatus;
}

/** bash gives up the line in which an expression is wrong, whatever errexit says, and goes on with the next; a subshell ends. */
function* executeLine(shell: Shell, command: Command, how: Circumstances): Task<number> {
  try {
    return yield* execute(shell, command, how);
  } catch (error) {
    const isDiscarded = error instanceof ShellError && shell.dialect === 'bash' && !shell.isSubshell && error.status !== UNSET_STATUS;
    if (!isDiscarded) throw error;
    yield* report(shell, error);
    shell.lastStatus = 1;
    if (error instanceof ReadOnlyError && shell.has('errexit')) throw new ShellExit(1);
    return 1;
  }
}
