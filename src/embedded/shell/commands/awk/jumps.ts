/** `exit`, on its way out. */
export class AwkExit extends Error {
  readonly status: number | undefined;

  constructor(status: number | undefined) {
    super('exit');
    this.status = status;
  }
}

/** `next`, on its way out. */
export class NextRecord extends Error {}

/** `nextfile`, on its way out. */
export class NextFile extends Error {}
