import type { Bytes } from '../kernel/bytes.ts';
import { NeedsMoreInput } from './syntax-error.ts';

/** The text of a script and how far it has been read. */
export class Source {
  #text: Bytes;
  #position = 0;
  #line: number;
  #isComplete: boolean;
  /** Aliases that are being read, with how much text lay behind each. */
  #aliases: { name: Bytes; behind: number }[] = [];

  constructor(text: Bytes, firstLine = 1, isComplete = true) {
    this.#text = text;
    this.#line = firstLine;
    this.#isComplete = isComplete;
  }

  /** Line of the next character, from 1. */
  get line(): number {
    return this.#line;
  }

  get position(): number {
    return this.#position;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  /** Whether the whole text ends with a newline. */
  get endsWithNewline(): boolean {
    return this.#text.endsWith('\n');
  }

  /** Adds text that has arrived meanwhile; `isComplete` says that no more will come. */
  append(text: Bytes, isComplete: boolean): void {
    this.#text += text;
    this.#isComplete = isComplete;
  }

  /** The character `ahead` of the next one; empty at the end of the text. */
  peek(ahead = 0): Bytes {
    const index = this.#position + ahead;
    if (index < this.#text.length) return this.#text[index]!;
    if (!this.#isComplete) throw new NeedsMoreInput();
    return '';
  }

  next(): Bytes {
    const character = this.peek();
    this.#position += 1;
    if (character === '\n') this.#line += 1;
    return character;
  }

  startsWith(text: Bytes): boolean {
    const rest = this.#text.slice(this.#position, this.#position + text.length);
    if (!this.#isComplete && rest.length < text.length && text.startsWith(rest)) throw new NeedsMoreInput();
    return rest === text;
  }

  skip(count: number): void {
    for (let index = 0; index < count; index += 1) this.next();
  }

  /** The run of characters from here on that match; `expression` must be sticky. */
  takeMatch(expression: RegExp): Bytes {
    expression.lastIndex = this.#position;
    const match = expression.exec(this.#text)?.[0] ?? '';
    if (!this.#isComplete && this.#position + match.length >= this.#text.length) throw new NeedsMoreInput();
    this.#position += match.length;
    for (let index = match.indexOf('\n'); index >= 0; index = match.indexOf('\n', index + 1)) this.#line += 1;
    return match;
  }

  /** The rest of the line without its newline, which is read as well; undefined at the end of the text. */
  takeLine(): Bytes | undefined {
    if (this.isAtEnd) {
      this.peek();
      return undefined;
    }
    const end = this.#text.indexOf('\n', this.#position);
    if (end < 0 && !this.#isComplete) throw new NeedsMoreInput();
    const line = this.#text.slice(this.#position, end < 0 ? undefined : end);
    this.#position = end < 0 ? this.#text.length : end + 1;
    this.#line += 1;
    return line;
  }

  slice(start: number): Bytes {
    return this.#text.slice(start, this.#position);
  }

  /** Goes back to a place that was read before. */
  rewind(position: number, line: number): void {
    this.#position = position;
    this.#line = line;
    this.#aliases = [];
  }

  /** Forgets the text that has been read. */
  discardRead(): void {
    this.#text = this.#text.slice(this.#position);
    this.#position = 0;
  }

  /** Puts the value of an alias in front of what is still to be read. */
  pushAlias(name: Bytes, value: Bytes): void {
    this.#aliases.push({ name, behind: this.#text.length - this.#position });
    this.#text = this.#text.slice(0, this.#position) + value + this.#text.slice(this.#position);
  }

  /** Whether the text being read came from this alias, which is then not expanded again. */
  isInAlias(name: Bytes): boolean {
    this.#aliases = this.#aliases.filter((alias) => this.#text.length - this.#position > alias.behind);
    return this.#aliases.some((alias) => alias.name === name);
  }
}
