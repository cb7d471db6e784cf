/** A script that is not a sentence of the language; the message is the one that dash prints after `Syntax error: `. */
export class ShellSyntaxError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.name = 'ShellSyntaxError';
    this.line = line;
  }
}

/** The text ended where a command has not, and more of it may still come. */
export class NeedsMoreInput extends Error {}
