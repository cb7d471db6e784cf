import type { Bytes } from '../kernel/bytes.ts';
import type { Word, WordPart } from '../syntax/tree.ts';

/** A character that braces may be made of, or a part of a word that they leave alone. */
type Item = Bytes | WordPart;

const INTEGER = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/;
const LETTERS = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d+))?$/;
const LONGEST_SEQUENCE = 100_000;

/** bash: the words that `a{b,c}d` and `{1..5}` stand for; the word itself where it has no such braces. */
export function expandBraces(word: Word): readonly Word[] {
  if (!word.some((part) => part.kind === 'literal' && !part.quoted && part.text.includes('{'))) return [word];
  return expandItems(toItems(word))
    .filter((items) => items.length > 0)
    .map(toWord);
}

function toItems(word: Word): Item[] {
  return word.flatMap((part): Item[] => (part.kind === 'literal' && !part.quoted ? Array.from(part.text) : [part]));
}

function toWord(items: readonly Item[]): Word {
  const word: WordPart[] = [];
  for (const item of items) {
    const last = word.at(-1);
    if (typeof item !== 'string') word.push(item);
    else if (last?.kind === 'literal' && !last.quoted) word[word.length - 1] = { ...last, text: last.text + item };
    else word.push({ kind: 'literal', text: item, quoted: false });
  }
  return word;
}

function expandItems(items: readonly Item[]): Item[][] {
  for (let start = items.indexOf('{'); start >= 0; start = items.indexOf('{', start + 1)) {
    const { end, commas } = findEnd(items, start);
    if (end === undefined) continue;
    const alternatives = commas.length > 0 ? splitAt(items, start, end, commas) : sequence(items.slice(start + 1, end));
    if (!alternatives) continue;
    const rests = expandItems(items.slice(end + 1));
    return alternatives.flatMap((middle) => rests.map((rest) => [...items.slice(0, start), ...middle, ...rest]));
  }
  return [[...items]];
}

/** The brace that closes the one at `start`, and the commas that belong to it. */
function findEnd(items: readonly Item[], start: number): { end: number | undefined; commas: number[] } {
  const commas: number[] = [];
  let depth = 0;
  for (let index = start + 1; index < items.length; index += 1) {
    const item = items[index];
    if (item === '{') depth += 1;
    else if (item === ',' && depth === 0) commas.push(index);
    else if (item === '}' && depth-- === 0) return { end: index, commas };
  }
  return { end: undefined, commas };
}

function splitAt(items: readonly Item[], start: number, end: number, commas: readonly number[]): Item[][] {
  const bounds = [start, ...commas, end];
  return bounds.slice(1).flatMap((bound, index) => expandItems(items.slice(bounds[index]! + 1, bound)));
}

/** `1..5`, `a..e` and `0..10..2`; undefined for anything else. */
function sequence(items: readonly Item[]): Item[][] | undefined {
  if (!items.every((item) => typeof item === 'string')) return undefined;
  const text = items.join('');
  const integers = INTEGER.exec(text);
  if (integers) {
    const [, first = '', last = ''] = integers;
    const isPadded = [first, last].some((digits) => /^-?0\d/.test(digits));
    const width = isPadded ? Math.max(first.length, last.length) : 0;
    return range(Number(first), Number(last), integers[3]).map((value) => Array.from(pad(value, width)));
  }
  const letters = LETTERS.exec(text);
  if (!letters) return undefined;
  return range(letters[1]!.charCodeAt(0), letters[2]!.charCodeAt(0), letters[3]).map((code) => [String.fromCharCode(code)]);
}

function range(first: number, last: number, step: string | undefined): number[] {
  const by = Math.abs(Number(step ?? 1)) || 1;
  const count = Math.floor(Math.abs(last - first) / by) + 1;
  if (count > LONGEST_SEQUENCE) throw new RangeError('a brace expansion is too long');
  return Array.from({ length: count }, (_value, index) => (first <= last ? first + index * by : first - index * by));
}

function pad(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(value < 0 ? width - 1 : width, '0');
  return value < 0 ? `-${digits}` : digits;
}
