import type { Bytes } from '../kernel/bytes.ts';
import { ByteSet, characterClass } from '../regex/byte-set.ts';

type PatternItem = { kind: 'byte'; code: number } | { kind: 'one' } | { kind: 'many' } | { kind: 'set'; set: ByteSet };

const CACHE = new Map<Bytes, Pattern>();
const CACHE_SIZE = 500;

/** A shell pattern with `*`, `?` and brackets, in which a backslash takes the meaning from the next character. */
export class Pattern {
  readonly #items: readonly PatternItem[];

  private constructor(items: readonly PatternItem[]) {
    this.#items = items;
  }

  static compile(source: Bytes): Pattern {
    let pattern = CACHE.get(source);
    if (!pattern) {
      if (CACHE.size >= CACHE_SIZE) CACHE.clear();
      pattern = new Pattern(parseItems(source));
      CACHE.set(source, pattern);
    }
    return pattern;
  }

  /** Whether the pattern matches the whole text. */
  matches(text: Bytes): boolean {
    return this.matchesRange(text, 0, text.length);
  }

  /** Whether the pattern matches all of the text from `start` up to `end`. */
  matchesRange(text: Bytes, start: number, end: number): boolean {
    const items = this.#items;
    let position = start;
    let index = 0;
    let starIndex = -1;
    let starPosition = 0;
    while (position < end || index < items.length) {
      const item = items[index];
      if (item?.kind === 'many') {
        starIndex = index++;
        starPosition = position;
      } else if (item && position < end && accepts(item, text.charCodeAt(position))) {
        index += 1;
        position += 1;
      } else if (starIndex >= 0 && starPosition < end) {
        position = ++starPosition;
        index = starIndex + 1;
      } else return false;
    }
    return true;
  }

  /** Length of the prefix that matches; undefined when none does. */
  prefixLength(text: Bytes, longest: boolean): number | undefined {
    for (let step = 0; step <= text.length; step += 1) {
      const length = longest ? text.length - step : step;
      if (this.matchesRange(text, 0, length)) return length;
    }
    return undefined;
  }

  /** Where the suffix starts that matches; undefined when none does. */
  suffixStart(text: Bytes, longest: boolean): number | undefined {
    for (let step = 0; step <= text.length; step += 1) {
      const start = longest ? step : text.length - step;
      if (this.matchesRange(text, start, text.length)) return start;
    }
    return undefined;
  }
}

/** Makes every character of a text stand for itself in a pattern. */
export function escapePattern(text: Bytes): Bytes {
  return text.replace(/[^A-Za-z0-9_/. ]/g, (character) => `\\${character}`);
}

/** Whether a pattern has anything in it that matches more than itself. */
export function hasWildcard(source: Bytes): boolean {
  return /[*?[]/.test(source.replace(/\\[^]/g, ''));
}

/** Takes the backslashes out of a pattern. */
export function unescapePattern(source: Bytes): Bytes {
  return source.replace(/\\([^])/g, '$1');
}

function accepts(item: PatternItem, code: number): boolean {
  if (item.kind === 'byte') return item.code === code;
  return item.kind === 'one' || (item.kind === 'set' && item.set.has(code));
}

function parseItems(source: Bytes): PatternItem[] {
  const items: PatternItem[] = [];
  for (let index = 0; index < source.length;) {
    const character = source[index]!;
    if (character === '[') {
      const bracket = parseBracket(source, index);
      if (bracket) {
        items.push({ kind: 'set', set: bracket.set });
        index = bracket.end;
        continue;
      }
    }
    if (character === '*') {
      if (items.at(-1)?.kind !== 'many') items.push({ kind: 'many' });
    } else if (character === '?') items.push({ kind: 'one' });
    else {
      if (character === '\\' && index + 1 < source.length) index += 1;
      items.push({ kind: 'byte', code: source.charCodeAt(index) });
    }
    index += 1;
  }
  return items;
}

/** Parses `[…]`; undefined when it does not end, and `[` then stands for itself. */
function parseBracket(source: Bytes, start: number): { set: ByteSet; end: number } | undefined {
  const set = new ByteSet();
  let index = start + 1;
  const isNegated = source[index] === '!' || source[index] === '^';
  if (isNegated) index += 1;
  for (let isFirst = true; ; isFirst = false) {
    if (index >= source.length) return undefined;
    if (source[index] === ']' && !isFirst) break;
    const named = /^\[:([a-z]+):\]/.exec(source.slice(index, index + 12));
    const members = named && characterClass(named[1]!);
    if (named && members) {
      set.addAll(members);
      index += named[0].length;
      continue;
    }
    const [first, afterFirst] = bracketByte(source, index);
    index = afterFirst;
    if (source[index] === '-' && index + 1 < source.length && source[index + 1] !== ']') {
      const [last, afterLast] = bracketByte(source, index + 1);
      index = afterLast;
      if (last >= first) set.addRange(first, last);
    } else set.add(first);
  }
  return { set: isNegated ? set.complement() : set, end: index + 1 };
}

function bracketByte(source: Bytes, index: number): [code: number, after: number] {
  const isEscaped = source[index] === '\\' && index + 1 < source.length;
  return isEscaped ? [source.charCodeAt(index + 1), index + 2] : [source.charCodeAt(index), index + 1];
}
