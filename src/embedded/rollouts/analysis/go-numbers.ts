/** A number as Go prints a float64 with `%v`: shortest digits, an exponent from 1e+06 on and below 1e-04, and `+Inf`. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string];
  const exponent = Number(exponentText);
  // Why: JavaScript itself writes no exponent between 1e-6 and 1e21.
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** A number as Go prints a float64 without an exponent, with as few digits as tell it apart. */
export function formatDecimal(value: number): string {
  const text = formatFloat(value);
  const [, sign, whole, fraction = '', exponent] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`;
  const digits = fraction.padEnd(shift, '0');
  const rest = digits.slice(shift);
  return `${sign}${whole}${digits.slice(0, shift)}${rest === '' ? '' : `.${rest}`}`;
}
