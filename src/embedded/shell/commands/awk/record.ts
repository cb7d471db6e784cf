import type { Bytes } from '../../kernel/bytes.ts';
import { compileRegex } from '../../regex/compile.ts';
import { CommandError } from '../io/command-error.ts';
import type { Value } from './values.ts';
import { fromInput, NumericText } from './values.ts';

const MOST_FIELDS = 32_767;

/** `$0` and its fields; each is made from the other when it is looked at. */
export class Record {
  #text: Bytes = '';
  #fields: Value[] | undefined = [];
  #isTextStale = false;
  /** Gives FS as it is now. */
  readonly #separator: () => Bytes;
  readonly #joiner: () => Bytes;
  readonly #toText: (value: Value) => Bytes;

  constructor(options: { separator: () => Bytes; joiner: () => Bytes; toText: (value: Value) => Bytes }) {
    this.#separator = options.separator;
    this.#joiner = options.joiner;
    this.#toText = options.toText;
  }

  get text(): Bytes {
    if (this.#isTextStale) {
      this.#text = this.#fields!.map((field) => this.#toText(field)).join(this.#joiner());
      this.#isTextStale = false;
    }
    return this.#text;
  }

  set text(text: Bytes) {
    this.#text = text;
    this.#isTextStale = false;
    this.#fields = undefined;
  }

  get fieldCount(): number {
    return this.#split().length;
  }

  set fieldCount(count: number) {
    const fields = this.#split();
    checkFieldNumber(count);
    if (count < fields.length) fields.length = count;
    while (fields.length < count) fields.push('');
    this.#isTextStale = true;
  }

  /** Splits the record now, because FS is about to change. */
  fix(): void {
    this.#split();
  }

  get(index: number): Value {
    return index === 0 ? fromInput(this.text) : this.#split()[index - 1];
  }

  set(index: number, value: Value): void {
    if (index === 0) {
      this.text = this.#toText(value);
      return;
    }
    checkFieldNumber(index);
    const fields = this.#split();
    while (fields.length < index) fields.push('');
    fields[index - 1] = value;
    this.#isTextStale = true;
  }

  #split(): Value[] {
    this.#fields ??= splitText(this.#text, this.#separator()).map(fromInput);
    return this.#fields;
  }
}

function checkFieldNumber(index: number): void {
  if (index > MOST_FIELDS) throw new RangeError('a record has too many fields');
}

/** Splits a text as FS does: at blanks for a space, at a character, or where a regular expression matches. */
export function splitText(text: Bytes, separator: Bytes): Bytes[] {
  if (text === '') return [];
  if (separator === ' ') return text.match(/[^ \t\n\v\f\r]+/g) ?? [];
  if (separator === '') return Array.from(text);
  if (separator.length === 1 && separator !== '\\') return text.split(separator);
  return splitByRegex(text, separator);
}

/** Splits where a regular expression matches at least one character. */
export function splitByRegex(text: Bytes, pattern: Bytes): Bytes[] {
  const regex = compileRegex(pattern, { syntax: 'awk' });
  const parts: Bytes[] = [];
  let start = 0;
  for (let from = 0; from <= text.length;) {
    const match = regex.exec(text, from);
    if (!match) break;
    if (match.end === match.start) {
      from = match.start + 1;
      continue;
    }
    parts.push(text.slice(start, match.start));
    start = match.end;
    from = match.end;
  }
  parts.push(text.slice(start));
  return parts;
}

/** The number of a field; throws CommandError for a negative one. */
export function fieldNumber(value: number): number {
  if (value < 0) throw new CommandError(`run time error: negative field index $${Math.trunc(value)}`, 2);
  return Math.trunc(value);
}

export function isNumeric(value: Value): boolean {
  return typeof value === 'number' || value instanceof NumericText;
}
