/** An amount of a resource: its value in billionths, and the notation it was written in. */
export interface Quantity {
  nano: bigint;
  format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent';
}

/** What the server says about a text that is no quantity. */
export class QuantityError extends Error {}

const FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX_WRONG = "unable to parse quantity's suffix";

const SHAPE = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const DECIMAL_SUFFIXES = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const LARGEST_EXPONENT = 18;
const MOST_FAST_DIGITS = 18;
const NANO_PER_UNIT = 1_000_000_000n;
const MOST_BINARY = (2n ** 63n - 1n) * NANO_PER_UNIT;

const canonicalForms = new Map<string, string>();
const MOST_REMEMBERED = 1_000;

/** The form in which the server stores and returns a quantity: `0.5` becomes `500m`, `1024Mi` becomes `1Gi`. Throws QuantityError. */
export function canonicalQuantity(text: string): string {
  const known = canonicalForms.get(text);
  if (known !== undefined) return known;
  const canonical = keepsItsText(text) ? text : formatQuantity(parseQuantity(text));
  if (canonicalForms.size >= MOST_REMEMBERED) canonicalForms.clear();
  canonicalForms.set(text, canonical);
  return canonical;
}

/** Why: the server does not rewrite texts whose number it can take as it stands, even with needless zeros or a plus in front. */
function keepsItsText(text: string): boolean {
  const [, , whole = '', fraction = '', suffix = ''] = SHAPE.exec(text) ?? [];
  const digits = whole.replace(/^0+/, '') || '0';
  if (whole === '' || digits.length + fraction.length > MOST_FAST_DIGITS) return false;
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary > 0) return fraction === '' && 14 - digits.length - 3 * binary >= 0 && Number(digits) % 8 !== 0;
  const exponent = DECIMAL_SUFFIXES.get(suffix) ?? Number(/^[eE]([-+]?[0-9]+)$/.exec(suffix)?.[1] ?? NaN);
  const scale = exponent - fraction.length;
  return scale >= -9 && scale % 3 === 0 && !`${digits}${fraction}`.endsWith('000') && digits !== '0';
}

/** Models apimachinery resource/quantity.go ParseQuantity: fractions below a billionth are rounded up. Throws QuantityError. */
export function parseQuantity(text: string): Quantity {
  const match = SHAPE.exec(text);
  if (text === '' || !match) throw new QuantityError(FORMAT_WRONG);
  const [, sign, whole, fraction = '', suffix] = match as unknown as [string, string, string, string | undefined, string];
  const { base, exponent, format } = interpretSuffix(suffix);
  const digits = BigInt(`${whole}${fraction}` || '0');
  const magnitude =
    base === 2 ? scaleDecimal(digits * 2n ** BigInt(exponent), 9 - fraction.length) : scaleDecimal(digits, 9 + exponent - fraction.length);
  const capped = format === 'BinarySI' && magnitude > MOST_BINARY ? MOST_BINARY : magnitude;
  return { nano: sign === '-' ? -capped : capped, format };
}

function interpretSuffix(suffix: string): { base: 2 | 10; exponent: number; format: Quantity['format'] } {
  const decimal = DECIMAL_SUFFIXES.get(suffix);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary > 0) return { base: 2, exponent: binary * 10, format: 'BinarySI' };
  const power = /^[eE]([-+]?[0-9]+)$/.exec(suffix)?.[1];
  if (power === undefined) throw new QuantityError(SUFFIX_WRONG);
  // Why: no quantity needs more, and a power such as e999999999 would fill the memory.
  return { base: 10, exponent: Math.max(-40, Math.min(40, Number(power))), format: 'DecimalExponent' };
}

function scaleDecimal(digits: bigint, exponent: number): bigint {
  if (exponent >= 0) return digits * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return digits % divisor === 0n ? digits / divisor : digits / divisor + 1n;
}

/** Models apimachinery resource/quantity.go CanonicalizeBytes. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const magnitude = nano < 0n ? -nano : nano;
  const sign = nano < 0n ? '-' : '';
  const isBinary = format === 'BinarySI' && magnitude >= 1024n * NANO_PER_UNIT && magnitude % NANO_PER_UNIT === 0n;
  return sign + (isBinary ? formatBinary(magnitude / NANO_PER_UNIT) : formatDecimal(magnitude, format === 'DecimalExponent'));
}

function formatBinary(units: bigint): string {
  let power = 0;
  for (; units % 1024n === 0n && power < BINARY_SUFFIXES.length - 1; power += 1) units /= 1024n;
  return `${units}${BINARY_SUFFIXES[power]}`;
}

function formatDecimal(nano: bigint, asExponent: boolean): string {
  let exponent = -9;
  for (; nano % 1000n === 0n && (asExponent || exponent < LARGEST_EXPONENT); exponent += 3) nano /= 1000n;
  if (asExponent) return exponent === 0 ? String(nano) : `${nano}e${exponent}`;
  const suffix = [...DECIMAL_SUFFIXES].find(([, power]) => power === exponent)![0];
  return `${nano}${suffix}`;
}

/** Negative when `a` is less than `b`, positive when it is more. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}
