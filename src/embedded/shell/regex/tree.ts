import type { ByteSet } from './byte-set.ts';

export type AssertionName = 'start' | 'end' | 'text-start' | 'text-end' | 'word-boundary' | 'inside-word' | 'word-start' | 'word-end';

/** A regular expression over bytes. */
export type RegexNode =
  | { kind: 'set'; set: ByteSet }
  | { kind: 'sequence'; items: readonly RegexNode[] }
  | { kind: 'alternatives'; branches: readonly RegexNode[] }
  /** `max` undefined: without limit. */
  | { kind: 'repeat'; item: RegexNode; min: number; max: number | undefined }
  | { kind: 'group'; index: number; item: RegexNode }
  | { kind: 'reference'; index: number }
  | { kind: 'assertion'; name: AssertionName };

/** Whose regular expressions: grep and sed without and with -E, or awk. */
export type RegexSyntax = 'basic' | 'extended' | 'awk';

/** A regular expression that is not one; the message is the one of the GNU library. */
export class RegexError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RegexError';
  }
}
