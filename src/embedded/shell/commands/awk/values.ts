import type { Bytes } from '../../kernel/bytes.ts';
import { formatNumber } from '../../text/directive.ts';

/** Text from outside that looks like a number, and counts as one where it is compared. */
export class NumericText {
  readonly text: Bytes;
  readonly number: number;

  constructor(text: Bytes, number: number) {
    this.text = text;
    this.number = number;
  }
}

/** A value; undefined is that of a variable nobody has set. */
export type Value = number | Bytes | NumericText | undefined;

const NUMBER_PREFIX = /^[ \t\n\r\f\v]*([-+]?(?:0[xX][0-9A-Fa-f]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?|nan))/i;
const WHOLE_NUMBER = /^[ \t\n\r\f\v]*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[ \t\n\r\f\v]*$/;
const LARGEST_INTEGER = 2_147_483_647;

/** Text that came from outside: a field, a line, an argument. */
export function fromInput(text: Bytes): Value {
  return WHOLE_NUMBER.test(text) ? new NumericText(text, Number(text.trim().replace(/^\+/, ''))) : text;
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (value === undefined) return 0;
  return value instanceof NumericText ? value.number : numberAtStart(value);
}

function numberAtStart(text: Bytes): number {
  const prefix = NUMBER_PREFIX.exec(text)?.[1];
  if (prefix === undefined) return 0;
  const isNegative = prefix.startsWith('-');
  const digits = prefix.replace(/^[-+]/, '').toLowerCase();
  const magnitude = digits.startsWith('inf') ? Infinity : digits === 'nan' ? NaN : Number(digits);
  return isNegative ? -magnitude : magnitude;
}

/** The text of a value; whole numbers that fit an int are written out, others go through the format (CONVFMT or OFMT). */
export function toText(value: Value, format: Bytes): Bytes {
  if (typeof value === 'number') return numberText(value, format);
  if (value === undefined) return '';
  return value instanceof NumericText ? value.text : value;
}

function numberText(value: number, format: Bytes): Bytes {
  if (Number.isInteger(value) && value >= -LARGEST_INTEGER && value <= LARGEST_INTEGER) return String(value + 0);
  const parsed = /^%([-+ #0]*)(\d*)(?:\.(\d+))?([eEfFgGdi])$/.exec(format);
  if (!parsed) return formatNumber(value, { flags: '', width: 0, precision: 6, conversion: 'g' });
  const [, flags = '', width = '', precision, conversion = 'g'] = parsed;
  if (conversion === 'd' || conversion === 'i') return String(Math.trunc(value)).padStart(Number(width));
  return formatNumber(value, {
    flags,
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    conversion,
  });
}

export function isTrue(value: Value): boolean {
  if (typeof value === 'number') return value !== 0;
  if (value === undefined) return false;
  return value instanceof NumericText ? value.number !== 0 : value !== '';
}

/** Negative, zero or positive, as numbers where both sides are such, else as texts. */
export function compare(left: Value, right: Value, format: Bytes): number {
  if (typeof left !== 'string' && typeof right !== 'string') {
    const difference = toNumber(left) - toNumber(right);
    return Number.isNaN(difference) ? (toNumber(left) === toNumber(right) ? 0 : 1) : difference;
  }
  const [a, b] = [toText(left, format), toText(right, format)];
  return a < b ? -1 : a > b ? 1 : 0;
}
