import type { Bytes } from '../kernel/bytes.ts';
import { escapePattern, hasWildcard } from './pattern.ts';

/** A stretch of text that an expansion gave. */
export interface Piece {
  text: Bytes;
  /** Neither split nor matched. */
  quoted: boolean;
  /** Split at IFS: the unquoted result of an expansion. */
  splits: boolean;
}

/** `hard` ends a field even when it is empty (`"$@"`), `soft` only when something is in it (`$@`). */
export type FieldBreak = 'hard' | 'soft';

/** What a word expands to before it is cut into fields. */
export type PieceList = (Piece | FieldBreak)[];

/** A field before its file names are looked up. */
export interface Field {
  text: Bytes;
  /** The field as a pattern; undefined when nothing in it can match more than itself. */
  pattern: Bytes | undefined;
}

const WHITESPACE = ' \t\n';

/** Cuts pieces into fields at the characters of IFS, as POSIX field splitting does. */
export function splitFields(pieces: PieceList, ifs: Bytes): Field[] {
  const splitter = new FieldSplitter(ifs);
  for (const piece of pieces) {
    if (typeof piece === 'string') splitter.break(piece);
    else if (piece.splits) splitter.addSplit(piece.text);
    else splitter.add(piece.text, piece.quoted);
  }
  return splitter.finish();
}

class FieldSplitter {
  readonly #ifs: Bytes;
  readonly #fields: Field[] = [];
  #pieces: { text: Bytes; quoted: boolean }[] = [];
  #hasField = false;
  /** The last field was ended by IFS white space: one other IFS character may follow without starting an empty field. */
  #endedByBlank = false;

  constructor(ifs: Bytes) {
    this.#ifs = ifs;
  }

  add(text: Bytes, quoted: boolean): void {
    if (text === '' && !quoted) return;
    this.#pieces.push({ text, quoted });
    this.#hasField = true;
    this.#endedByBlank = false;
  }

  addSplit(text: Bytes): void {
    let start = 0;
    for (let index = 0; index < text.length; index += 1) {
      const character = text[index]!;
      if (!this.#ifs.includes(character)) continue;
      this.add(text.slice(start, index), false);
      start = index + 1;
      this.#delimit(character);
    }
    this.add(text.slice(start), false);
  }

  break(kind: FieldBreak): void {
    if (this.#hasField || kind === 'hard') this.#emit();
    this.#endedByBlank = false;
  }

  finish(): Field[] {
    if (this.#hasField) this.#emit();
    return this.#fields;
  }

  #delimit(character: Bytes): void {
    if (WHITESPACE.includes(character)) {
      if (!this.#hasField) return;
      this.#emit();
      this.#endedByBlank = true;
    } else {
      if (this.#hasField || !this.#endedByBlank) this.#emit();
      this.#endedByBlank = false;
    }
  }

  #emit(): void {
    this.#fields.push(toField(this.#pieces));
    this.#pieces = [];
    this.#hasField = false;
  }
}

function toField(pieces: readonly { text: Bytes; quoted: boolean }[]): Field {
  const text = pieces.length === 1 ? pieces[0]!.text : pieces.map((piece) => piece.text).join('');
  const isPattern = pieces.some((piece) => !piece.quoted && hasWildcard(piece.text));
  return { text, pattern: isPattern ? toPattern(pieces) : undefined };
}

/** Pieces as one pattern in which quoted text stands for itself. */
export function toPattern(pieces: readonly { text: Bytes; quoted: boolean }[]): Bytes {
  return pieces.map((piece) => (piece.quoted ? escapePattern(piece.text) : piece.text)).join('');
}
