import { ExpressionError } from './expression-error.ts';
import { compare, fetch, isEqual } from './operations.ts';
import { asserted, goKind, goText, goType, isList, isMap, toInt, truncate, typedList, type Value } from './values.ts';

type Builtin = (args: readonly Value[]) => Value;

const invalid = (name: string, value: Value): ExpressionError =>
  new ExpressionError(`invalid argument for ${name} (type ${goType(value)})`);
const word = (args: readonly Value[], index: number): string => asserted(args[index] ?? null, 'string');

/** What the functions of the language do. Models expr builtin/builtin.go and lib.go. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['len', ([value]) => length(value!)],
  ['type', ([value]) => typeWord(value!)],
  ['abs', ([value]) => absolute(value!)],
  ['ceil', ([value]) => rounded('ceil', value!, Math.ceil)],
  ['floor', ([value]) => rounded('floor', value!, Math.floor)],
  ['round', ([value]) => rounded('round', value!, (number) => Math.sign(number) * Math.round(Math.abs(number)))],
  ['int', ([value]) => whole(value!)],
  ['float', ([value]) => decimal(value!)],
  ['string', ([value]) => goText(value!)],
  ['trim', (args) => (args.length === 1 ? word(args, 0).trim() : trimmed(word(args, 0), word(args, 1)))],
  ['trimPrefix', (args) => withoutPrefix(word(args, 0), args.length === 2 ? word(args, 1) : ' ')],
  ['trimSuffix', (args) => withoutSuffix(word(args, 0), args.length === 2 ? word(args, 1) : ' ')],
  ['upper', (args) => word(args, 0).toUpperCase()],
  ['lower', (args) => word(args, 0).toLowerCase()],
  ['split', (args) => typedList(split(word(args, 0), word(args, 1), args[2] === undefined ? -1 : Number(toInt(args[2]))), 'string')],
  ['replace', (args) => replaced(word(args, 0), word(args, 1), word(args, 2), args[3] === undefined ? -1 : Number(toInt(args[3])))],
  ['repeat', (args) => repeated(word(args, 0), Number(toInt(args[1]!)))],
  ['join', (args) => joined(args[0]!, args.length === 2 ? word(args, 1) : '')],
  ['indexOf', (args) => byteIndex(word(args, 0), word(args, 0).indexOf(word(args, 1)))],
  ['lastIndexOf', (args) => byteIndex(word(args, 0), word(args, 0).lastIndexOf(word(args, 1)))],
  ['hasPrefix', (args) => word(args, 0).startsWith(word(args, 1))],
  ['hasSuffix', (args) => word(args, 0).endsWith(word(args, 1))],
  ['max', (args) => extreme('max', args, '<')],
  ['min', (args) => extreme('min', args, '>')],
  ['mean', (args) => mean(numbersIn('mean', args))],
  ['median', (args) => median(numbersIn('median', args))],
  ['fromJSON', (args) => parseJson(word(args, 0))],
  ['first', ([list]) => fetchOrNil(list!, 0n)],
  ['last', ([list]) => fetchOrNil(list!, -1n)],
  ['get', ([from, key]) => get(from!, key!)],
  ['take', ([list, count]) => take(list!, count!)],
  ['keys', ([map]) => Object.keys(mapped('get keys from', map!))],
  ['values', ([map]) => Object.values(mapped('get values from', map!))],
  ['reverse', ([list]) => [...listed('reverse', list!)].reverse()],
  ['uniq', ([list]) => unique(listed('uniq', list!))],
  ['concat', (args) => args.flatMap((list) => listed('concat', list))],
  ['flatten', ([list]) => flattened(listed('flatten', list!))],
]);

function length(value: Value): bigint {
  if (isList(value)) return BigInt(value.length);
  if (typeof value === 'string') return BigInt(Array.from(value).length);
  if (isMap(value)) return BigInt(Object.keys(value).length);
  throw invalid('len', value);
}

function typeWord(value: Value): string {
  if (value === null) return 'nil';
  if (isList(value)) return 'array';
  if (isMap(value)) return 'map';
  return { number: 'float', bigint: 'int', boolean: 'bool', string: 'string' }[typeof value as string] ?? 'func';
}

function absolute(value: Value): Value {
  if (typeof value === 'bigint') return value < 0n ? -value : value;
  if (typeof value === 'number') return Math.abs(value);
  throw invalid('abs', value);
}

function rounded(name: string, value: Value, round: (number: number) => number): number {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return round(value);
  throw invalid(name, value);
}

function whole(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return truncate(value);
  if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return BigInt.asIntN(64, BigInt(value.replace('+', '')));
  throw new ExpressionError(`invalid operation: int(${typeof value === 'string' ? value : goType(value)})`);
}

function decimal(value: Value): number {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  const parsed = typeof value === 'string' ? parseFloatStrictly(value) : undefined;
  if (parsed !== undefined) return parsed;
  throw new ExpressionError(`invalid operation: float(${typeof value === 'string' ? value : goType(value)})`);
}

/** A number as Go's strconv.ParseFloat reads it; undefined for anything else. */
export function parseFloatStrictly(text: string): number | undefined {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special) return special[2]!.toLowerCase() === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function trimmed(text: string, characters: string): string {
  let [begin, end] = [0, text.length];
  while (begin < end && characters.includes(text[begin]!)) begin += 1;
  while (end > begin && characters.includes(text[end - 1]!)) end -= 1;
  return text.slice(begin, end);
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function withoutSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
}

/** At most so many parts, the last with the rest; a negative number means all. */
function split(text: string, separator: string, most: number): string[] {
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  if (most < 0 || parts.length <= most) return parts;
  return most === 0 ? [] : [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

function replaced(text: string, old: string, by: string, most: number): string {
  if (most < 0) return text.replaceAll(old, () => by);
  let rest = text;
  let done = '';
  for (let count = 0; count < most; count += 1) {
    const index = rest.indexOf(old);
    if (index === -1) break;
    done += rest.slice(0, index) + by;
    rest = rest.slice(index + old.length);
  }
  return done + rest;
}

function repeated(text: string, times: number): string {
  if (times < 0) throw new ExpressionError(`invalid argument for repeat (expected positive integer, got ${times})`);
  if (times * text.length > 1e6) throw new ExpressionError('memory budget exceeded');
  return text.repeat(times);
}

function joined(list: Value, glue: string): string {
  if (!isList(list)) throw new ExpressionError(`invalid argument for join (type ${goType(list)})`);
  return list.map((item) => asserted(item, 'string')).join(glue);
}

function byteIndex(text: string, index: number): bigint {
  return BigInt(index === -1 ? -1 : Buffer.byteLength(text.slice(0, index)));
}

/** The greatest or smallest number in all the arguments and the lists among them. */
function extreme(name: string, args: readonly Value[], isBetter: '<' | '>'): Value {
  let best: Value | undefined;
  for (const arg of args) {
    const candidates = isList(arg) ? arg.map((item) => extreme(name, [item], isBetter)) : [arg];
    for (const candidate of candidates) {
      if (typeof candidate !== 'bigint' && typeof candidate !== 'number') {
        if (args.length === 1 && !isList(arg)) return arg;
        throw invalid(name, candidate);
      }
      if (best === undefined || compare(isBetter, best, candidate)) best = candidate;
    }
  }
  return best ?? null;
}

function numbersIn(name: string, args: readonly Value[]): number[] {
  return args.flatMap((arg) => {
    if (isList(arg)) return numbersIn(name, arg);
    if (typeof arg === 'bigint' || typeof arg === 'number') return [Number(arg)];
    throw invalid(name, arg);
  });
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((total, number) => total + number, 0) / numbers.length;
}

function median(numbers: number[]): number {
  const sorted = numbers.sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function parseJson(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    throw new ExpressionError(text.trim() === '' ? 'unexpected end of JSON input' : 'invalid JSON');
  }
}

function fetchOrNil(list: Value, index: bigint): Value {
  try {
    return fetch(list, index);
  } catch (error) {
    if (error instanceof ExpressionError) return null;
    throw error;
  }
}

function get(from: Value, key: Value): Value {
  if (isMap(from)) return fetch(from, key);
  if (!isList(from) && typeof from !== 'string') return null;
  const index = toInt(key);
  return fetchOrNil(from, index);
}

function take(list: Value, count: Value): Value {
  if (!isList(list)) throw new ExpressionError(`cannot take from ${goKind(list)}`);
  if (typeof count !== 'bigint') throw new ExpressionError(`cannot take ${goKind(count)} elements`);
  if (count < 0n) throw new ExpressionError('reflect.Value.Slice: slice index out of bounds');
  return list.slice(0, Number(count));
}

function mapped(purpose: string, value: Value): { readonly [key: string]: Value } {
  if (isMap(value)) return value;
  throw new ExpressionError(`cannot ${purpose} ${goKind(value)}`);
}

function listed(purpose: string, value: Value): readonly Value[] {
  if (isList(value)) return value;
  throw new ExpressionError(`cannot ${purpose} ${goKind(value)}`);
}

function unique(list: readonly Value[]): Value[] {
  const kept: Value[] = [];
  for (const item of list) if (!kept.some((each) => isEqual(item, each))) kept.push(item);
  return kept;
}

function flattened(list: readonly Value[]): Value[] {
  return list.flatMap((item) => (isList(item) ? flattened(item) : [item]));
}
