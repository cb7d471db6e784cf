import type { Bytes } from '../kernel/bytes.ts';
import type { Task } from '../kernel/task.ts';
import type { Word } from '../syntax/tree.ts';
import type { PieceList } from './pieces.ts';

/** How the parts of a word are taken. */
export interface ExpansionMode {
  /** Where `~` counts: at the start, or also behind colons. */
  tilde: 'start' | 'assignment' | 'none';
  /** Unquoted literal text is split as well: the word of `${x:-word}`. */
  splitsLiterals: boolean;
  /** Everything is inside double quotes. */
  quoted: boolean;
}

/** Expands the words inside `${…}` for those who expand parameters. */
export interface WordExpander {
  parts(word: Word, mode: ExpansionMode, pieces: PieceList): Task<void>;
  text(word: Word, mode: ExpansionMode): Task<Bytes>;
  pattern(word: Word): Task<Bytes>;
}

/** What a parameter stands for: one value, or a list (`@`, `*`, all elements of an array). */
export type ParameterValue =
  { text: Bytes | undefined; list?: undefined } | { list: readonly Bytes[]; isJoined: boolean; text?: undefined };

/** The mode of text in which only `$`, backquotes and backslashes count. */
export const AS_QUOTED_TEXT: ExpansionMode = { tilde: 'none', splitsLiterals: false, quoted: false };

/** Applies a change to a value, or to each of a list. */
export function mapValue(value: ParameterValue, change: (text: Bytes) => Bytes): ParameterValue {
  return value.list ? { ...value, list: value.list.map(change) } : { text: value.text === undefined ? undefined : change(value.text) };
}
