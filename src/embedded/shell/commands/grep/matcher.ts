import type { Bytes } from '../../kernel/bytes.ts';
import { otherCase } from '../../regex/byte-set.ts';
import { compileRegex } from '../../regex/compile.ts';
import type { Regex } from '../../regex/compile.ts';

/** A part of a line, which may be empty. */
export interface Span {
  start: number;
  end: number;
}

export interface MatcherOptions {
  syntax: 'basic' | 'extended' | 'fixed';
  ignoreCase: boolean;
  /** A match must not touch letters, digits or underscores (`-w`), or must be the whole line (`-x`). */
  extent: 'any' | 'word' | 'line';
}

/** Finds the first match in a line at or after a position; of several patterns the leftmost, and there the longest. */
export type Matcher = (line: Bytes, from: number) => Span | undefined;

/** Makes a matcher of patterns. Throws RegexError. */
export function createMatcher(patterns: readonly Bytes[], options: MatcherOptions): Matcher {
  const finders = patterns.map((pattern) => within(options.extent, finderOf(pattern, options)));
  const [only] = finders;
  if (finders.length === 1 && only) return only;
  return (line, from) => {
    let best: Span | undefined;
    for (const find of finders) {
      const found = find(line, from);
      if (found && (!best || found.start < best.start || (found.start === best.start && found.end > best.end))) best = found;
    }
    return best;
  };
}

/** Quantifiers that stand where nothing precedes them; grep warns of them. */
export function strayQuantifiers(pattern: Bytes, options: MatcherOptions): readonly string[] {
  return options.syntax === 'fixed' ? [] : compile(pattern, options).leadingQuantifiers;
}

function finderOf(pattern: Bytes, options: MatcherOptions): Matcher {
  if (options.syntax === 'fixed') return fixedFinder(pattern, options.ignoreCase);
  const regex = compile(pattern, options);
  return (line, from) => regex.exec(line, from);
}

function compile(pattern: Bytes, { syntax, ignoreCase }: MatcherOptions): Regex {
  return compileRegex(pattern, { syntax: syntax === 'extended' ? 'extended' : 'basic', ignoreCase });
}

function fixedFinder(pattern: Bytes, ignoreCase: boolean): Matcher {
  const wanted = ignoreCase ? foldCase(pattern) : pattern;
  return (line, from) => {
    const start = (ignoreCase ? foldCase(line) : line).indexOf(wanted, from);
    return start < 0 ? undefined : { start, end: start + wanted.length };
  };
}

/** Only ASCII letters have a case; the length stays. */
function foldCase(text: Bytes): Bytes {
  return text.replace(/[A-Z]/g, (letter) => String.fromCharCode(otherCase(letter.charCodeAt(0))));
}

function within(extent: MatcherOptions['extent'], find: Matcher): Matcher {
  if (extent === 'any') return find;
  if (extent === 'line') {
    return (line, from) => {
      const found = from === 0 ? find(line, 0) : undefined;
      return found?.start === 0 && found.end === line.length ? found : undefined;
    };
  }
  return (line, from) => findWord(find, line, from);
}

/** As grep does: tries shorter matches at the same place, then goes on one byte later. */
function findWord(find: Matcher, line: Bytes, from: number): Span | undefined {
  for (let position = from; position <= line.length;) {
    const found = find(line, position);
    if (!found) return undefined;
    for (let span: Span | undefined = found; span?.start === found.start; span = shorter(find, line, span)) {
      if (isWord(line, span)) return span;
    }
    position = found.start + 1;
  }
  return undefined;
}

function shorter(find: Matcher, line: Bytes, { start, end }: Span): Span | undefined {
  return end > start ? find(line.slice(0, end - 1), start) : undefined;
}

function isWord(line: Bytes, { start, end }: Span): boolean {
  return !/\w/.test(line[start - 1] ?? '') && !/\w/.test(line[end] ?? '');
}
