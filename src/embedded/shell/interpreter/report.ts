import type { Bytes } from '../kernel/bytes.ts';
import type { Process } from '../kernel/process.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { ShellError } from './shell-error.ts';
import { ReadOnlyError } from './shell-error.ts';
import type { Shell } from './shell.ts';

/** Writes to standard error; that it is closed or full is nobody's concern. */
export function* writeError(process: Process, text: Bytes): Task<void> {
  try {
    yield* process.write(2, text);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
  }
}

/** Prints the message of an error, once, with the shell's name and line in front. */
export function* report(shell: Shell, error: ShellError): Task<void> {
  if (error.isReported) return;
  error.isReported = true;
  const isInBash = error instanceof ReadOnlyError && shell.dialect === 'bash';
  const message = isInBash ? `${error.variable}: readonly variable` : error.message;
  if (message !== '') yield* writeError(shell.process, shell.complaint(message));
}
