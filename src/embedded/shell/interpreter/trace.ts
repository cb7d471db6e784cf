import { expandQuoted } from '../expansion/expand.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import { Source } from '../syntax/source.ts';
import { WordReader } from '../syntax/word-reader.ts';
import type { Shell } from './shell.ts';

/** Shows a command before it runs, as `set -x` asks, on what standard error was before the command's redirections. */
export function* trace(
  shell: Shell,
  assignments: readonly Bytes[],
  argv: readonly Bytes[],
  to: { write(data: Bytes): Task<void> },
): Task<void> {
  const { lastStatus, substitutionStatus } = shell;
  const prefix = yield* expandPrompt(shell, shell.variables.value('PS4') ?? '');
  shell.lastStatus = lastStatus;
  shell.substitutionStatus = substitutionStatus;
  const lines = shell.dialect === 'bash' ? bashLines(assignments, argv) : [[...assignments, ...argv].join(' ')];
  try {
    for (const line of lines) yield* to.write(`${prefix}${line}\n`);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
  }
}

function bashLines(assignments: readonly Bytes[], argv: readonly Bytes[]): Bytes[] {
  const lines = assignments.map((assignment) => {
    const equals = assignment.indexOf('=');
    return `${assignment.slice(0, equals + 1)}${assignment.slice(equals + 1) === '' ? '' : quoteForBash(assignment.slice(equals + 1))}`;
  });
  if (argv.length > 0) lines.push(argv.map(quoteForBash).join(' '));
  return lines;
}

/** A word as bash prints it so that it could be typed again. */
export function quoteForBash(text: Bytes): Bytes {
  if (text === '') return "''";

  if (/[\0-\x1f\x7f-\xff]/.test(text) && !/^[^\0-\x08\x0b-\x1f\x7f-\xff]*$/.test(text)) {
    throw new CannotSimulate("bash: showing control characters in $'…' form is not modelled");
  }
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function* expandPrompt(shell: Shell, prompt: Bytes): Task<Bytes> {
  if (!/[$`\\]/.test(prompt)) return prompt;
  const refuse = (): never => {
    throw new CannotSimulate('a command substitution in PS4 is not modelled');
  };
  const reader = new WordReader(new Source(prompt), shell.dialect, { parseUntilParenthesis: refuse, parseAll: refuse });
  return yield* expandQuoted(shell, reader.readHereDocument());
}
