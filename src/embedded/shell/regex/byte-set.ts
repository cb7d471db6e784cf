/** A set of bytes: what one position of a pattern may be. */
export class ByteSet {
  readonly #members = new Uint8Array(256);

  has(code: number): boolean {
    return this.#members[code] === 1;
  }

  add(code: number): this {
    this.#members[code] = 1;
    return this;
  }

  addRange(first: number, last: number): this {
    this.#members.fill(1, first, last + 1);
    return this;
  }

  addAll(other: ByteSet): this {
    for (const code of other.codes()) this.add(code);
    return this;
  }

  /** The bytes that are not in the set. */
  complement(): ByteSet {
    const complement = new ByteSet();
    for (let code = 0; code < 256; code += 1) if (!this.has(code)) complement.add(code);
    return complement;
  }

  /** The set with the other case of every letter in it. */
  ignoringCase(): ByteSet {
    const folded = new ByteSet();
    for (const code of this.codes()) folded.add(code).add(otherCase(code));
    return folded;
  }

  codes(): number[] {
    return [...this.#members.keys()].filter((code) => this.has(code));
  }
}

/** The code of the same letter in the other case; of anything but an ASCII letter, the code itself. */
export function otherCase(code: number): number {
  if (code >= 65 && code <= 90) return code + 32;
  return code >= 97 && code <= 122 ? code - 32 : code;
}

const CLASSES: ReadonlyMap<string, ByteSet> = new Map([
  ['alpha', new ByteSet().addRange(65, 90).addRange(97, 122)],
  ['digit', new ByteSet().addRange(48, 57)],
  ['alnum', new ByteSet().addRange(48, 57).addRange(65, 90).addRange(97, 122)],
  ['upper', new ByteSet().addRange(65, 90)],
  ['lower', new ByteSet().addRange(97, 122)],
  ['space', new ByteSet().addRange(9, 13).add(32)],
  ['blank', new ByteSet().add(9).add(32)],
  ['punct', new ByteSet().addRange(33, 47).addRange(58, 64).addRange(91, 96).addRange(123, 126)],
  ['print', new ByteSet().addRange(32, 126)],
  ['graph', new ByteSet().addRange(33, 126)],
  ['cntrl', new ByteSet().addRange(0, 31).add(127)],
  ['xdigit', new ByteSet().addRange(48, 57).addRange(65, 70).addRange(97, 102)],
]);

/** The class that `[:name:]` stands for in the C locale; undefined for a name that is none. */
export function characterClass(name: string): ByteSet | undefined {
  return CLASSES.get(name);
}

/** Letters, digits and the underscore. */
export const WORD_BYTES = new ByteSet().addAll(CLASSES.get('alnum')!).add(95);
