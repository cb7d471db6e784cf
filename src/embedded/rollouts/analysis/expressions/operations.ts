import { goRegExp } from '../../../schema/go-regexp.ts';
import { ExpressionError } from './expression-error.ts';
import { asserted, elementTypeOf, goText, goType, isList, isMap, toInt, typedList, type Value } from './values.ts';

/** Above this a range is refused, as more than the language may use of memory. */
const LONGEST_RANGE = 1_000_000n;

type Numeric = bigint | number;

function isNumeric(value: Value): value is Numeric {
  return typeof value === 'bigint' || typeof value === 'number';
}

/** Whole numbers wrap around as Go's int. */
function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** Whether two values are equal: numbers by their value, lists element by element, maps only if their numbers are of one type too. Models vm/runtime Equal. */
export function isEqual(a: Value, b: Value): boolean {
  if (isNumeric(a) && isNumeric(b)) return typeof a === typeof b ? a === b : Number(a) === Number(b);
  if (isList(a) && isList(b)) return isEqualList(a, b);
  return isDeepEqual(a, b);
}

/** Lists of two different known types never are. */
function isEqualList(a: readonly Value[], b: readonly Value[]): boolean {
  const [left, right] = [elementTypeOf(a), elementTypeOf(b)];
  if (left !== undefined && right !== undefined && left !== right) return false;
  return a.length === b.length && a.every((item, index) => isEqual(item, b[index]!));
}

function isDeepEqual(a: Value, b: Value): boolean {
  if (isList(a) && isList(b)) {
    return elementTypeOf(a) === elementTypeOf(b) && a.length === b.length && a.every((item, index) => isDeepEqual(item, b[index]!));
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isDeepEqual(a[key]!, b[key]!));
  }
  return a === b;
}

/** `<`, `>`, `<=` and `>=` between two numbers or two strings. */
export function compare(operator: string, a: Value, b: Value): boolean {
  if (isNumeric(a) && isNumeric(b)) return holds(operator, ...sameKind(a, b));
  if (typeof a === 'string' && typeof b === 'string') return holds(operator, Buffer.compare(Buffer.from(a), Buffer.from(b)), 0);
  throw mismatch(operator, a, b);
}

function sameKind(a: Numeric, b: Numeric): [Numeric, Numeric] {
  return typeof a === typeof b ? [a, b] : [Number(a), Number(b)];
}

function holds(operator: string, a: Numeric, b: Numeric): boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    default:
      return a >= b;
  }
}

function mismatch(operator: string, a: Value, b: Value): ExpressionError {
  return new ExpressionError(`invalid operation: ${goType(a)} ${operator} ${goType(b)}`);
}

/** `+`, `-`, `*`, `/`, `%` and `**`: whole numbers stay whole except in a quotient or a power. */
export function calculate(operator: string, a: Value, b: Value): Value {
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if (operator === '**' || operator === '^') return toFloat(a) ** toFloat(b);
  if (!isNumeric(a) || !isNumeric(b)) throw mismatch(operator, a, b);
  if (operator === '/') return Number(a) / Number(b);
  if (typeof a === 'bigint' && typeof b === 'bigint') return calculateWhole(operator, a, b);
  if (operator === '%') throw mismatch(operator, a, b);
  const [left, right] = [Number(a), Number(b)];
  return operator === '+' ? left + right : operator === '-' ? left - right : left * right;
}

function calculateWhole(operator: string, a: bigint, b: bigint): bigint {
  if (operator === '+') return wrap(a + b);
  if (operator === '-') return wrap(a - b);
  if (operator === '*') return wrap(a * b);
  if (b === 0n) throw new ExpressionError('runtime error: integer divide by zero');
  return wrap(a % b);
}

export function toFloat(value: Value): number {
  if (isNumeric(value)) return Number(value);
  throw new ExpressionError(`invalid operation: float(${goType(value)})`);
}

export function negate(value: Value): Value {
  if (typeof value === 'bigint') return wrap(-value);
  if (typeof value === 'number') return -value;
  throw new ExpressionError(`invalid operation: - ${goType(value)}`);
}

/** Whole numbers from one to another, both included. */
export function range(from: Value, to: Value): Value {
  const [first, last] = [toInt(from), toInt(to)];
  if (last - first >= LONGEST_RANGE - 1n) throw new ExpressionError('memory budget exceeded');
  const items: bigint[] = [];
  for (let item = first; item <= last; item += 1n) items.push(item);
  return typedList(items, 'int');
}

/** `contains`, `startsWith`, `endsWith` and `matches`; nil never does. */
export function compareText(operator: string, a: Value, b: Value): boolean {
  if (a === null || b === null) return false;
  const [text, part] = [asserted(a, 'string'), asserted(b, 'string')];
  switch (operator) {
    case 'contains':
      return text.includes(part);
    case 'startsWith':
      return text.startsWith(part);
    case 'endsWith':
      return text.endsWith(part);
    default:
      return pattern(part).test(text);
  }
}

/** A regular expression; throws for what is none. */
export function pattern(source: string): RegExp {
  const expression = goRegExp(source);
  if (expression) return expression;
  throw new ExpressionError(`error parsing regexp: ${problemOfPattern(source)}: \`${source}\``);
}

function problemOfPattern(source: string): string {
  try {
    new RegExp(source);
    return 'invalid regular expression';
  } catch (error) {
    const { message } = error as Error;
    if (message.endsWith('Unterminated group')) return 'missing closing )';
    if (message.endsWith('Unterminated character class')) return 'missing closing ]';
    if (message.endsWith("Unmatched ')'")) return 'unexpected )';
    return message.endsWith('Nothing to repeat') ? 'missing argument to repetition operator' : 'invalid regular expression';
  }
}

/** Whether a list holds a value or a map a key; nil holds nothing. */
export function isIn(needle: Value, haystack: Value): boolean {
  if (haystack === null) return false;
  if (isList(haystack)) return haystack.some((item) => isEqual(item, needle));
  if (isMap(haystack)) return Object.hasOwn(haystack, mapKey(needle));
  throw new ExpressionError(`operator "in" not defined on ${goType(haystack)}`);
}

function mapKey(key: Value): string {
  if (key === null) return '';
  if (typeof key === 'string') return key;
  throw new ExpressionError(`reflect.Value.MapIndex: value of type ${goType(key)} is not assignable to type string`);
}

/** An element, counted from the end if negative, or a member; an absent member is nil, an absent element an error. */
export function fetch(from: Value, key: Value): Value {
  if (isList(from)) return from[elementIndex(key, from.length)]!;
  if (typeof from === 'string') {
    const bytes = Buffer.from(from);
    return BigInt(bytes[elementIndex(key, bytes.length)]!);
  }
  if (isMap(from)) {
    const name = mapKey(key);
    return Object.hasOwn(from, name) ? from[name]! : null;
  }
  throw new ExpressionError(`cannot fetch ${goText(key)} from ${goType(from)}`);
}

function elementIndex(key: Value, length: number): number {
  const asked = Number(toInt(key));
  const index = asked < 0 ? length + asked : asked;
  if (index < 0 || index >= length) throw new ExpressionError(`index out of range: ${index} (array length is ${length})`);
  return index;
}

/** A part of a list or a text; limits beyond its ends are moved there. */
export function slice(whole: Value, from: Value, to: Value): Value {
  if (!isList(whole) && typeof whole !== 'string') throw new ExpressionError(`cannot slice ${goText(from)}`);
  const parts = isList(whole) ? whole : Buffer.from(whole);
  const limit = (index: Value): number => {
    const number = Number(toInt(index));
    return Math.min(parts.length, Math.max(0, number < 0 ? parts.length + number : number));
  };
  const end = limit(to);
  const begin = Math.min(end, limit(from));
  if (!isList(whole)) return Buffer.from(whole).subarray(begin, end).toString();
  const element = elementTypeOf(whole);
  const part = whole.slice(begin, end);
  return element ? typedList(part, element) : part;
}
