import type { Bytes } from '../../kernel/bytes.ts';
import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import { formatInteger, formatNumber, formatText } from '../../text/directive.ts';
import { isNumeric } from './record.ts';
import type { Value } from './values.ts';
import { toNumber } from './values.ts';

const DIRECTIVE = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]*([^])?/g;
const LARGEST = 2_147_483_647;
const WIDEST = 1_000_000;

/** A directive finds no argument left; what comes before it has its text already. */
export class MissingArgument extends Error {
  readonly partial: Bytes;

  constructor(partial: Bytes) {
    super('not enough arguments');
    this.partial = partial;
  }
}

/** Formats as awk's printf does; throws MissingArgument when there are too few. */
export function formatValues(format: Bytes, args: readonly Value[], toText: (value: Value) => Bytes): Bytes {
  let result = '';
  let end = 0;
  let next = 0;
  const argument = (): Value => {
    if (next >= args.length) throw new MissingArgument(result);
    return args[next++];
  };
  for (const found of format.matchAll(DIRECTIVE)) {
    result += format.slice(end, found.index);
    result += found[0] === '%%' ? '%' : formatOne(found, argument, toText);
    end = found.index + found[0].length;
  }
  return result + format.slice(end);
}

function formatOne(found: RegExpExecArray, argument: () => Value, toText: (value: Value) => Bytes): Bytes {
  const [whole, flags = '', width, precision, conversion = ''] = found;
  const givenWidth = width === '*' ? Math.trunc(toNumber(argument())) : Number(width ?? 0);
  if (Math.abs(givenWidth) > WIDEST) throw new RangeError('a field is too wide');
  const digits = precision === undefined ? undefined : precision === '*' ? Math.trunc(toNumber(argument())) : Number(precision || 0);
  const directive = { flags: givenWidth < 0 ? `${flags}-` : flags, width: Math.abs(givenWidth), precision: digits, conversion };
  if (conversion === 's') return formatText(toText(argument()), directive);
  if (conversion === 'c') return formatText(character(argument(), toText), { ...directive, precision: undefined });
  if (/[dioxXu]/.test(conversion)) return formatInteger(clamp(toNumber(argument())), directive);
  if (/[eEfFgG]/.test(conversion)) return formatNumber(toNumber(argument()), directive);
  throw new CannotSimulate(`awk: the directive ${whole} is not modelled`);
}

function character(value: Value, toText: (value: Value) => Bytes): Bytes {
  return isNumeric(value) ? String.fromCharCode(Math.trunc(toNumber(value)) & 255) : toText(value).slice(0, 1);
}

/** Whole numbers go through an int, as in mawk. */
function clamp(value: number): bigint {
  if (Number.isNaN(value)) return BigInt(-LARGEST - 1);
  return BigInt(Math.trunc(Math.min(LARGEST, Math.max(-LARGEST, value))));
}
