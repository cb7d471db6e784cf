import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Task } from '../kernel/task.ts';
import { Parser } from '../syntax/parser.ts';
import { Source } from '../syntax/source.ts';
import { NeedsMoreInput, ShellSyntaxError } from '../syntax/syntax-error.ts';
import type { Command } from '../syntax/tree.ts';
import { execute } from './execute.ts';
import { startProcessSubstitution } from './process-substitution.ts';
import { report, writeError } from './report.ts';
import { ReadOnlyError, ShellError, ShellExit } from './shell-error.ts';
import type { Circumstances, Engine, Shell } from './shell.ts';
import { substitute } from './subshell.ts';

/** The status of errors about parameters that are not set, which end bash. */
const UNSET_STATUS = 127;

/** The interpreter as the parts below it call it. */
export const ENGINE: Engine = { execute, runText, substitute, substituteProcess: startProcessSubstitution };

/** Runs a text command by command, so that a syntax error in it comes after what stands before it has run. Answers the last status. */
export function* runText(shell: Shell, text: Bytes, how: Circumstances): Task<number> {
  const reader = new CommandReader(shell, new Source(text));
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
  const reader = new CommandReader(shell, new Source('', 1, false), () => shell.process.read(0, 8192));
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

/** Reads complete commands from a source, getting more text where the source has only part of one. */
class CommandReader {
  readonly #shell: Shell;
  readonly #source: Source;
  readonly #more: (() => Task<Bytes>) | undefined;
  #parser: Parser;

  constructor(shell: Shell, source: Source, more?: () => Task<Bytes>) {
    this.#shell = shell;
    this.#source = source;
    this.#more = more;
    this.#parser = this.#newParser();
  }

  /** Whether the command read last was ended by the end of the text. */
  get isDone(): boolean {
    return this.#parser.hasReachedEnd;
  }

  *next(): Task<Command | 'empty' | 'end'> {
    const { position, line } = this.#source;
    for (;;) {
      try {
        const command = this.#parser.parseCommandLine();
        if (this.#shell.has('verbose')) yield* writeError(this.#shell.process, this.#source.slice(position));
        return command;
      } catch (error) {
        if (error instanceof ShellSyntaxError) throw this.#toShellError(error);
        if (!(error instanceof NeedsMoreInput) || !this.#more) throw error;
        const text = yield* this.#more();
        this.#source.rewind(position, line);
        this.#source.append(text, text === '');
        this.#parser = this.#newParser();
      }
    }
  }

  #newParser(): Parser {
    return new Parser(this.#source, {
      dialect: this.#shell.dialect,
      ...(this.#shell.dialect === 'dash' && { alias: (name: Bytes) => this.#shell.aliases.get(name) }),
    });
  }

  /** What our parser refuses in bash may be syntax that it does not know. */
  #toShellError(error: ShellSyntaxError): ShellError {
    this.#shell.line = error.line;
    if (this.#shell.dialect === 'bash')
      throw new CannotSimulate(`bash: line ${error.line} is wrong or uses syntax that is not modelled (${error.message})`);
    return new ShellError(`Syntax error: ${error.message}`);
  }
}
