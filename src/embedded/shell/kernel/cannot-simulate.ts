/** A script asked for something that the sandbox does not model: the whole process tree ends without a verdict. */
export class CannotSimulate extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotSimulate';
  }
}
