/** A number as decimal digits, exactly: `0.digits × 10^exponent`. */
interface Decimal {
  digits: string;
  exponent: number;
}

/** Formats a number as C's `%f`: correctly rounded, ties to even. */
export function toFixed(value: number, precision: number): string {
  if (!Number.isFinite(value)) return special(value);
  const { digits, exponent } = round(expand(Math.abs(value)), (decimal) => decimal.exponent + precision);
  const whole = exponent > 0 ? digits.slice(0, exponent).padEnd(exponent, '0') : '0';
  const fraction = ('0'.repeat(Math.max(0, -exponent)) + digits.slice(Math.max(0, exponent))).padEnd(precision, '0').slice(0, precision);
  return sign(value) + whole + (precision > 0 ? `.${fraction}` : '');
}

/** Formats a number as C's `%e`. */
export function toExponential(value: number, precision: number): string {
  if (!Number.isFinite(value)) return special(value);
  const { digits, exponent } = round(expand(Math.abs(value)), () => precision + 1);
  const mantissa = digits.padEnd(precision + 1, '0');
  const power = value === 0 ? 0 : exponent - 1;
  const tail = `e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  return sign(value) + mantissa[0]! + (precision > 0 ? `.${mantissa.slice(1)}` : '') + tail;
}

/** Formats a number as C's `%g`; `keepZeros` is its `#` flag. */
export function toGeneral(value: number, precision: number, keepZeros = false): string {
  if (!Number.isFinite(value)) return special(value);
  const significant = Math.max(1, precision);
  const rounded = round(expand(Math.abs(value)), () => significant);
  const power = value === 0 ? 0 : rounded.exponent - 1;
  const isScientific = power < -4 || power >= significant;
  const text = isScientific ? toExponential(value, significant - 1) : toFixed(value, significant - 1 - power);
  if (keepZeros || !text.includes('.')) return text;
  return text.replace(/\.?0+(e|$)/, '$1');
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

function special(value: number): string {
  return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
}

/** The exact decimal expansion of a number that is not negative. */
function expand(value: number): Decimal {
  if (value === 0) return { digits: '', exponent: 0 };
  let numerator = value;
  let twos = 0;
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    twos += 1;
  }
  const text = (BigInt(numerator) * 5n ** BigInt(twos)).toString();
  return { digits: text.replace(/0+$/, ''), exponent: text.length - twos };
}

/** Rounds to as many digits as `keep` asks for. */
function round(decimal: Decimal, keep: (decimal: Decimal) => number): Decimal {
  const kept = keep(decimal);
  const { digits, exponent } = decimal;
  if (kept >= digits.length) return decimal;
  if (kept < 0) return { digits: '', exponent };
  const head = digits.slice(0, kept);
  const tail = digits.slice(kept);
  const isOdd = kept > 0 && Number(head.at(-1)) % 2 === 1;
  const isUp = tail[0]! > '5' || (tail[0] === '5' && (/[1-9]/.test(tail.slice(1)) || isOdd));
  if (!isUp) return { digits: head, exponent };
  const raised = (BigInt(head || '0') + 1n).toString().padStart(kept, '0');
  return raised.length > kept ? { digits: raised, exponent: exponent + 1 } : { digits: raised, exponent };
}
