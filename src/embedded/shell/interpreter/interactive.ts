import { waitForAny } from '../kernel/broadcast.ts';
import type { Bytes } from '../kernel/bytes.ts';
import type { Process } from '../kernel/process.ts';
import { Terminal } from '../kernel/terminal.ts';
import type { Task } from '../kernel/task.ts';
import { CommandReader } from './command-reader.ts';
import { execute } from './execute.ts';
import { report, writeError } from './report.ts';
import { Interrupted, ShellError } from './shell-error.ts';
import type { Shell } from './shell.ts';
import { interruptedStatus, runPendingTraps } from './traps.ts';

/** The terminal that a shell would talk to somebody through; undefined when there is none. */
export function terminalOf({ descriptors }: Process): Terminal | undefined {
  const input = descriptors.has(0) ? descriptors.get(0) : undefined;
  return input instanceof Terminal && descriptors.has(2) && descriptors.get(2) instanceof Terminal ? input : undefined;
}

/** Runs what is typed, with a prompt before each command. Mistakes and Ctrl-C end a command; only `exit` and Ctrl-D end the shell. */
export function* runTyped(shell: Shell, terminal: Terminal): Task<number> {
  shell.isInteractive = true;
  shell.process.caught.add('INT');
  let lines = 0;
  const newReader = (): CommandReader =>
    new CommandReader(shell, lines + 1, function* (isContinued) {
      const line = yield* readTyped(shell, terminal, isContinued);
      lines += 1;
      return line;
    });
  let reader = newReader();
  for (;;) {
    try {
      const next = yield* reader.next();
      if (next === 'end') break;
      if (next !== 'empty') shell.lastStatus = yield* execute(shell, next, { isTested: false, isLast: false });
    } catch (error) {
      yield* recover(shell, error);
      reader = newReader();
    }
    shell.jump = undefined;
  }
  if (shell.dialect === 'bash') yield* writeError(shell.process, 'exit\n');
  return shell.lastStatus;
}

function* recover(shell: Shell, error: unknown): Task<void> {
  if (error instanceof Interrupted) {
    yield* writeError(shell.process, '\n');
    shell.lastStatus = interruptedStatus('INT');
  } else if (error instanceof ShellError) {
    yield* report(shell, error);
    shell.lastStatus = error.status;
  } else throw error;
  shell.loopDepth = 0;
  shell.functionDepth = 0;
}

function* readTyped(shell: Shell, terminal: Terminal, isContinued: boolean): Task<Bytes> {
  const { process } = shell;
  yield* runPendingTraps(shell);
  yield* writeError(process, isContinued ? (shell.variables.value('PS2') ?? '') : prompt(shell));
  while (!terminal.hasInput) {
    yield waitForAny([terminal.changed.wait, process.signalled.wait]);
    yield* runPendingTraps(shell);
  }
  return yield* process.read(0);
}

/** The value of PS1; in bash with the escapes of the usual prompt. */
function prompt({ dialect, variables, process }: Shell): Bytes {
  const text = variables.value('PS1') ?? '';
  if (dialect === 'dash') return text;
  const { workingDirectory, user, kernel } = process;
  const home = variables.value('HOME') ?? '';
  const isAtHome = home.length > 1 && (workingDirectory === home || workingDirectory.startsWith(`${home}/`));
  const escapes: Record<string, Bytes> = {
    '\\u': user === 0 ? 'root' : 'I have no name!',
    '\\h': kernel.hostname.replace(/\..*$/, ''),
    '\\w': isAtHome ? `~${workingDirectory.slice(home.length)}` : workingDirectory,
    '\\$': user === 0 ? '#' : '$',
  };
  return text.replace(/\\[uhw$]/g, (escape) => escapes[escape]!);
}
