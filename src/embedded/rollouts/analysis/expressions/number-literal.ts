import { ExpressionError } from './expression-error.ts';
import type { Node } from './syntax.ts';

const LARGEST = 2n ** 63n - 1n;
const BASES: readonly [RegExp, string][] = [
  [/^0x/i, 'hex'],
  [/^0b/i, 'binary'],
  [/^0o/i, 'octal'],
];

/** The number in a literal such as `1_000`, `0xff` or `1.5e3`: a whole one unless it has a point or an exponent. */
export function parseNumber(text: string): Node {
  const literal = text.replaceAll('_', '');
  const base = BASES.find(([prefix]) => prefix.test(literal))?.[1];
  if (base === undefined && /[.e]/i.test(literal)) return float(literal);
  const kind = base ?? 'integer';
  if (base === undefined ? !/^\d+$/.test(literal) : literal.length < 3) throw problem(kind, literal, 'invalid syntax');
  const value = BigInt(base === undefined ? literal : literal.toLowerCase());
  if (value > LARGEST) throw problem(kind, literal, 'value out of range');
  return { type: 'integer', value };
}

function float(literal: string): Node {
  const value = Number(literal);
  if (Number.isNaN(value))
    throw new ExpressionError(`invalid float literal: strconv.ParseFloat: parsing ${JSON.stringify(literal)}: invalid syntax`);
  if (!Number.isFinite(value)) {
    throw new ExpressionError(`invalid float literal: strconv.ParseFloat: parsing ${JSON.stringify(literal)}: value out of range`);
  }
  return { type: 'float', value };
}

function problem(kind: string, literal: string, why: string): ExpressionError {
  return new ExpressionError(`invalid ${kind} literal: strconv.ParseInt: parsing ${JSON.stringify(literal)}: ${why}`);
}
