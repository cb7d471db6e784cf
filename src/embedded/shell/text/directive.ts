import type { Bytes } from '../kernel/bytes.ts';
import { toExponential, toFixed, toGeneral } from './decimal.ts';

/** A `%` directive of printf, with its `*` resolved. */
export interface Directive {
  flags: string;
  width: number;
  precision: number | undefined;
  conversion: string;
}

/** Formats a text for `%s` and `%c`. */
export function formatText(text: Bytes, { flags, width, precision }: Directive): Bytes {
  return pad(precision === undefined ? text : text.slice(0, precision), flags, width);
}

/** Formats a whole number for `%d %i %o %u %x %X`; unsigned conversions see a negative number as 64 bits. */
export function formatInteger(value: bigint, directive: Directive): Bytes {
  const { flags, width, precision, conversion } = directive;
  const isSigned = conversion === 'd' || conversion === 'i';
  const magnitude = isSigned ? (value < 0n ? -value : value) : BigInt.asUintN(64, value);
  let digits = magnitude.toString(conversion === 'o' ? 8 : conversion === 'x' || conversion === 'X' ? 16 : 10);
  if (conversion === 'X') digits = digits.toUpperCase();
  if (precision !== undefined) digits = precision === 0 && magnitude === 0n ? '' : digits.padStart(precision, '0');
  let prefix = isSigned ? signOf(value < 0n, flags) : '';
  if (flags.includes('#') && magnitude !== 0n) {
    if (conversion === 'x' || conversion === 'X') prefix = `0${conversion}`;
    else if (conversion === 'o' && !digits.startsWith('0')) digits = `0${digits}`;
  }
  return padNumber(prefix, digits, flags, width, precision === undefined);
}

/** Formats a number for `%e %f %g` and their capitals. */
export function formatNumber(value: number, directive: Directive): Bytes {
  const { flags, width, conversion } = directive;
  const precision = directive.precision ?? 6;
  const lower = conversion.toLowerCase();
  const magnitude = Math.abs(value);
  let digits =
    lower === 'f'
      ? toFixed(magnitude, precision)
      : lower === 'e'
        ? toExponential(magnitude, precision)
        : toGeneral(magnitude, precision, flags.includes('#'));
  if (lower !== conversion) digits = digits.toUpperCase();
  const isNegative = value < 0 || Object.is(value, -0);
  return padNumber(signOf(isNegative, flags), digits, flags, width, Number.isFinite(value));
}

function signOf(isNegative: boolean, flags: string): string {
  if (isNegative) return '-';
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function padNumber(prefix: string, digits: string, flags: string, width: number, mayZero: boolean): Bytes {
  if (flags.includes('0') && !flags.includes('-') && mayZero) return prefix + digits.padStart(width - prefix.length, '0');
  return pad(prefix + digits, flags, width);
}

function pad(text: Bytes, flags: string, width: number): Bytes {
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
}
