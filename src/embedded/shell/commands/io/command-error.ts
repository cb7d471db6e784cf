/** Ends a command with a message on standard error, which gets the command's name in front, and a status. */
export class CommandError extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.name = 'CommandError';
    this.status = status;
  }
}

/** Ends a command with a text on standard error as it is, and a status. */
export class UsageError extends CommandError {}
