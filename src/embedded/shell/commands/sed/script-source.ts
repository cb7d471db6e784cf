import type { Bytes } from '../../kernel/bytes.ts';
import { CommandError } from '../io/command-error.ts';

/** The text of a script that is being parsed, given in pieces by -e and -f. */
export class ScriptSource {
  readonly #text: Bytes;
  readonly #describe: (offset: number) => string;
  #position = 0;

  /** `describe` says where an offset is, as error messages begin. */
  constructor(text: Bytes, describe: (offset: number) => string) {
    this.#text = text;
    this.#describe = describe;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  peek(): string {
    return this.#text[this.#position] ?? '';
  }

  next(): string {
    const character = this.peek();
    this.#position += 1;
    return character;
  }

  /** Takes what a sticky expression matches here; undefined when it does not. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text);
    if (!found) return undefined;
    this.#position = pattern.lastIndex;
    return found;
  }

  skipBlanks(): void {
    this.take(/[ \t\r\f\v]*/y);
  }

  error(message: string, offset = this.#position): CommandError {
    return new CommandError(`${this.#describe(Math.min(offset, this.#text.length))}${message}`);
  }
}
