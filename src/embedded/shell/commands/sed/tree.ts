import type { Bytes } from '../../kernel/bytes.ts';
import type { Regex } from '../../regex/compile.ts';

/** A regular expression of a script; undefined stands for the one that was used last. */
export type SedRegex = Regex | undefined;

export type Address =
  | { kind: 'line'; line: number }
  /** Line `first` and every `step`th after it. */
  | { kind: 'step'; first: number; step: number }
  | { kind: 'last' }
  | { kind: 'regex'; regex: SedRegex };

export type RangeEnd =
  | Address
  /** So many lines after the first. */
  | { kind: 'count'; count: number }
  /** The next line whose number is a multiple. */
  | { kind: 'multiple'; of: number };

/** A piece of the right side of `s`. */
export type ReplacementPart =
  | { kind: 'text'; text: Bytes }
  | { kind: 'group'; index: number }
  | { kind: 'case'; change: 'upper' | 'lower' | 'none' | 'upper-next' | 'lower-next' };

export interface Substitution {
  regex: SedRegex;
  replacement: readonly ReplacementPart[];
  isGlobal: boolean;
  /** The first match to be replaced. */
  occurrence: number;
  prints: boolean;
  file: Bytes | undefined;
}

export type SedAction =
  /** `{`: goes on behind the matching `}` when not selected. */
  | { kind: 'block'; end: number }
  | { kind: 'nothing' }
  | { kind: 'branch'; on: 'always' | 'replaced' | 'not-replaced'; target: number }
  | { kind: 'text'; where: 'append' | 'insert' | 'change'; text: Bytes }
  | { kind: 'substitute'; substitution: Substitution }
  | { kind: 'transliterate'; map: ReadonlyMap<Bytes, Bytes> }
  | { kind: 'quit'; prints: boolean; status: number }
  | { kind: 'read'; path: Bytes; onlyLine: boolean }
  | { kind: 'write'; path: Bytes; onlyLine: boolean }
  | { kind: 'list'; width: number | undefined }
  | { kind: 'letter'; letter: string };

export interface SedCommand {
  first: Address | undefined;
  /** `0,/re/`: the end may be found on the first line. */
  startsAtZero: boolean;
  end: RangeEnd | undefined;
  isNegated: boolean;
  action: SedAction;
}
