/** Something that ends a non-interactive shell unless a regular built-in caused it: a message for standard error and a status. */
export class ShellError extends Error {
  readonly status: number;
  /** Whether the message has been printed already. */
  isReported = false;

  constructor(message: string, status = 2) {
    super(message);
    this.name = 'ShellError';
    this.status = status;
  }
}

/** Something would have changed a read-only variable. */
export class ReadOnlyError extends ShellError {
  readonly variable: string;

  constructor(variable: string) {
    super(`${variable}: is read only`);
    this.name = 'ReadOnlyError';
    this.variable = variable;
  }
}

/** Ctrl-C at an interactive shell: whatever it is doing is given up. */
export class Interrupted extends Error {}

/** Ends the shell process; `exit`, errexit and failed special built-ins throw it. */
export class ShellExit extends Error {
  readonly status: number;
  /** Whether an EXIT trap has had its turn, or must not have one. */
  readonly skipsTrap: boolean;

  constructor(status: number, skipsTrap = false) {
    super('exit');
    this.status = status;
    this.skipsTrap = skipsTrap;
  }
}
