import type { Bytes } from '../kernel/bytes.ts';
import { CommandError } from './io/command-error.ts';
import { quote } from './io/quote.ts';
import { compareVersions } from './version-order.ts';

/** How texts are compared: letters of sort's ordering options. */
export interface SortOrdering {
  flags: string;
}

/** A `-k` key: from a field and character up to another. */
export interface SortKey {
  start: { field: number; character: number; skipsBlanks: boolean };
  end: { field: number; character: number; skipsBlanks: boolean } | undefined;
  ordering: SortOrdering;
}

const KEY = /^(\d+)(?:\.(\d+))?([bdfghiMnrRV]*)(?:,(\d+)(?:\.(\d+))?([bdfghiMnrRV]*))?$/;

/** Reads `2,3`, `1.2n,1.5`, `3nr`; a key without letters of its own takes the global ordering. */
export function parseSortKey(text: Bytes, global: SortOrdering): SortKey {
  const match = KEY.exec(text);
  if (!match) throw new CommandError(`invalid number at field start: invalid count at start of ${quote(text)}`, 2);
  const [, field, character, startFlags, endField, endCharacter, endFlags] = match;
  if (field === '0') throw new CommandError(`field number is zero: invalid field specification ${quote(text)}`, 2);
  const own = (startFlags ?? '') + (endFlags ?? '');
  const inherits = own === '';
  const blanksAll = inherits && global.flags.includes('b');
  return {
    start: {
      field: Number(field) - 1,
      character: Math.max(0, Number(character ?? 1) - 1),
      skipsBlanks: blanksAll || startFlags!.includes('b'),
    },
    end:
      endField === undefined
        ? undefined
        : { field: Number(endField), character: Number(endCharacter ?? 0), skipsBlanks: blanksAll || (endFlags ?? '').includes('b') },
    ordering: inherits ? global : { flags: own.replaceAll('b', '') },
  };
}

/** Compares lines by keys, or as a whole where there are none. */
export function compareByKeys(
  keys: readonly SortKey[],
  global: SortOrdering,
  separator: Bytes | undefined,
): (left: Bytes, right: Bytes) => number {
  if (keys.length === 0) {
    const skipsBlanks = global.flags.includes('b');
    return (left, right) => ordered(skipsBlanks ? skipBlanks(left) : left, skipsBlanks ? skipBlanks(right) : right, global.flags);
  }
  return (left, right) => {
    for (const key of keys) {
      const order = ordered(extract(left, key, separator), extract(right, key, separator), key.ordering.flags);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function extract(line: Bytes, { start, end }: SortKey, separator: Bytes | undefined): Bytes {
  const bounds = fieldBounds(line, separator);
  const from = position(line, bounds, start.field, start.character, start.skipsBlanks);
  if (!end) return line.slice(from);
  const last = bounds[end.field - 1];
  if (end.character === 0) return line.slice(from, Math.max(from, last?.end ?? line.length));
  return line.slice(from, Math.max(from, position(line, bounds, end.field - 1, end.character, end.skipsBlanks)));
}

function position(
  line: Bytes,
  bounds: readonly { start: number; end: number }[],
  field: number,
  character: number,
  skips: boolean,
): number {
  const bound = bounds[field];
  if (!bound) return line.length;
  let start = bound.start;
  if (skips) while (start < line.length && (line[start] === ' ' || line[start] === '\t')) start += 1;
  return Math.min(line.length, start + character);
}

/** Without a separator a field begins with the blanks in front of it. */
function fieldBounds(line: Bytes, separator: Bytes | undefined): { start: number; end: number }[] {
  const bounds: { start: number; end: number }[] = [];
  if (separator === undefined) {
    for (const match of line.matchAll(/[ \t]*[^ \t]+/g)) bounds.push({ start: match.index, end: match.index + match[0].length });
    return bounds;
  }
  for (let start = 0; ;) {
    const end = line.indexOf(separator, start);
    bounds.push({ start, end: end < 0 ? line.length : end });
    if (end < 0) return bounds;
    start = end + 1;
  }
}

function ordered(left: Bytes, right: Bytes, flags: string): number {
  const order = compareTexts(left, right, flags);
  return flags.includes('r') ? -order : order;
}

function compareTexts(left: Bytes, right: Bytes, flags: string): number {
  if (flags.includes('n')) return compareNumbers(left, right);
  if (flags.includes('h')) return compareHuman(left, right);
  if (flags.includes('g')) return generalNumber(left) - generalNumber(right) || 0;
  if (flags.includes('M')) return month(left) - month(right);
  if (flags.includes('V')) return compareVersions(left, right);
  const first = translate(left, flags);
  const second = translate(right, flags);
  return first < second ? -1 : first > second ? 1 : 0;
}

function translate(text: Bytes, flags: string): Bytes {
  let result = text;
  if (flags.includes('d')) result = result.replace(/[^A-Za-z0-9 \t]/g, '');
  else if (flags.includes('i')) result = result.replace(/[^ -~]/g, '');
  return flags.includes('f') ? result.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : result;
}

function skipBlanks(text: Bytes): Bytes {
  return text.replace(/^[ \t]+/, '');
}

/** Compares leading decimal numbers of any length; a text without one counts as zero. */
function compareNumbers(left: Bytes, right: Bytes): number {
  const [first, second] = [splitNumber(left), splitNumber(right)];
  if (first.sign !== second.sign) return first.sign - second.sign;
  const order = compareMagnitudes(first, second);
  return first.sign < 0 ? -order : order;
}

interface NumberText {
  sign: number;
  whole: string;
  fraction: string;
}

function splitNumber(text: Bytes): NumberText {
  const match = /^[ \t]*(-?)(\d*)(?:\.(\d*))?/.exec(text)!;
  const whole = match[2]!.replace(/^0+/, '');
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  const isZero = whole === '' && fraction === '';
  return { sign: isZero ? 0 : match[1] === '-' ? -1 : 1, whole, fraction };
}

function compareMagnitudes(left: NumberText, right: NumberText): number {
  if (left.whole.length !== right.whole.length) return left.whole.length - right.whole.length;
  if (left.whole !== right.whole) return left.whole < right.whole ? -1 : 1;
  return left.fraction < right.fraction ? -1 : left.fraction > right.fraction ? 1 : 0;
}

function compareHuman(left: Bytes, right: Bytes): number {
  const unit = (text: Bytes): number => {
    const match = /^[ \t]*-?[\d.]+([KkMGTPEZY])?/.exec(text);
    const sign = splitNumber(text).sign;
    return match?.[1] === undefined ? 0 : sign * (' KMGTPEZY'.indexOf(match[1].toUpperCase()) || 0);
  };
  return unit(left) - unit(right) || compareNumbers(left, right);
}

/** Texts that are no number come before all numbers. */
function generalNumber(text: Bytes): number {
  const match = /^[ \t]*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(text);
  return match ? Number(match[1]) : -Number.MAX_VALUE;
}

function month(text: Bytes): number {
  const name = /^[ \t]*([A-Za-z]{3})/.exec(text)?.[1]?.toUpperCase() ?? '';
  const index = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC'.indexOf(name);
  return name === '' || index % 3 !== 0 ? 0 : index / 3 + 1;
}
