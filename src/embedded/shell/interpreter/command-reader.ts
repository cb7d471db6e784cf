import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Task } from '../kernel/task.ts';
import { Parser } from '../syntax/parser.ts';
import { Source } from '../syntax/source.ts';
import { NeedsMoreInput, ShellSyntaxError } from '../syntax/syntax-error.ts';
import type { Command } from '../syntax/tree.ts';
import { writeError } from './report.ts';
import { ShellError } from './shell-error.ts';
import type { Shell } from './shell.ts';

/** Gets more text, empty at its end; `isContinued` says that a command has begun which is not complete. */
export type GetMore = (isContinued: boolean) => Task<Bytes>;

/** Reads complete commands from a source, getting more text where the source has only part of one. */
export class CommandReader {
  readonly #shell: Shell;
  readonly #source: Source;
  readonly #more: GetMore | undefined;
  #parser: Parser;

  /** Reads what `more` brings; the first line has this number. */
  constructor(shell: Shell, firstLine: number, more: GetMore | undefined, text?: Bytes) {
    this.#shell = shell;
    this.#source = new Source(text ?? '', firstLine, text !== undefined);
    this.#more = more;
    this.#parser = this.#newParser();
  }

  static ofText(shell: Shell, text: Bytes): CommandReader {
    return new CommandReader(shell, 1, undefined, text);
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
        this.#source.rewind(position, line);
        const text = yield* this.#more(!this.#source.isAtEnd);
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
