import { formatFloat } from '../go-numbers.ts';
import { ExpressionError } from './expression-error.ts';

/** A function that conditions may call. */
export class FunctionValue {
  readonly name: string;
  /** As Go names its type. */
  readonly type: string;
  readonly call: (args: readonly Value[]) => Value;

  constructor(name: string, type: string, call: (args: readonly Value[]) => Value) {
    this.name = name;
    this.type = type;
    this.call = call;
  }
}

/** A value of an expression: whole numbers are bigints, other numbers numbers, so that the two can be told apart as in Go. */
export type Value = null | boolean | bigint | number | string | FunctionValue | readonly Value[] | { readonly [key: string]: Value };

/** What lists hold that may only hold one type. */
type Element = 'float64' | 'int' | 'string';
const elementTypes = new WeakMap<readonly Value[], Element>();

/** A list that Go would type by its elements, such as `[]float64`. */
export function typedList(items: readonly Value[], element: Element): readonly Value[] {
  elementTypes.set(items, element);
  return items;
}

export function elementTypeOf(list: readonly Value[]): Element | undefined {
  return elementTypes.get(list);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof FunctionValue);
}

/** The type of a value as Go's %T prints it. */
export function goType(value: Value): string {
  if (value === null) return '<nil>';
  if (isList(value)) return `[]${elementTypes.get(value) ?? 'interface {}'}`;
  if (value instanceof FunctionValue) return value.type;
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    case 'string':
      return 'string';
    default:
      return 'map[string]interface {}';
  }
}

/** The kind of a value as Go's reflection prints it. */
export function goKind(value: Value): string {
  if (value === null) return 'invalid';
  if (isList(value)) return 'slice';
  if (value instanceof FunctionValue) return 'func';
  return isMap(value) ? 'map' : goType(value);
}

/** A value as Go's %v prints it. */
export function goText(value: Value): string {
  if (value === null) return '<nil>';
  if (isList(value)) return `[${value.map(goText).join(' ')}]`;
  if (value instanceof FunctionValue) return value.name;
  if (isMap(value)) {
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${key}:${goText(value[key]!)}`).join(' ')}]`;
  }
  return typeof value === 'number' ? formatFloat(value) : String(value);
}

/** The value, if it is of the type that is needed there; Go's own words otherwise. */
export function asserted(value: Value, type: 'bool'): boolean;
export function asserted(value: Value, type: 'string'): string;
export function asserted(value: Value, type: 'int'): bigint;
export function asserted(value: Value, type: 'float64'): number;
export function asserted(value: Value, type: 'bool' | 'string' | 'int' | 'float64'): Value {
  if (goType(value) === type) return value;
  throw new ExpressionError(`interface conversion: interface {} is ${value === null ? 'nil' : goType(value)}, not ${type}`);
}

/** A number as a whole one, cut off; throws for anything else. */
export function toInt(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return truncate(value);
  throw new ExpressionError(`invalid operation: int(${goType(value)})`);
}

/** The whole part as an int64; what does not fit becomes the smallest, as on amd64. */
export function truncate(value: number): bigint {
  const whole = Math.trunc(value);
  return Number.isFinite(whole) && Math.abs(whole) < 2 ** 63 ? BigInt(whole) : -(2n ** 63n);
}
