/** Something that kubectl cannot do, in its words; `error: ` stands before them unless the server said them. */
export class KubectlError extends Error {
  readonly isFromServer: boolean;

  constructor(message: string, { isFromServer = false }: { isFromServer?: boolean } = {}) {
    super(message);
    this.name = 'KubectlError';
    this.isFromServer = isFromServer;
  }
}

/** What the server answered instead of doing what it was asked. */
export class ServerRefusal extends KubectlError {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string) {
    super(`Error from server${reason ? ` (${reason})` : ''}: ${message}`, { isFromServer: true });
    this.code = code;
    this.reason = reason;
  }
}
