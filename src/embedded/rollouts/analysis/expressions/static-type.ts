import { elementTypeOf, FunctionValue, isList, type Value } from './values.ts';

/** What is known of a value before the expression runs. */
export interface StaticType {
  kind: 'unknown' | 'nil' | 'bool' | 'int' | 'float' | 'string' | 'list' | 'map' | 'func';
  /** As Go prints it; `unknown` where there is nothing to print. */
  name: string;
  /** Of a list or a map. */
  element?: StaticType;
  /** Of a function. */
  signature?: { parameters: readonly StaticType[]; result: StaticType };
}

/** Of what comes out of an unknown value. */
export const UNKNOWN: StaticType = { kind: 'unknown', name: 'unknown' };
/** Of what comes out of a list or map that may hold anything. */
export const ANY: StaticType = { kind: 'unknown', name: 'interface {}' };
export const NIL: StaticType = { kind: 'nil', name: 'unknown' };
export const BOOL: StaticType = { kind: 'bool', name: 'bool' };
export const INT: StaticType = { kind: 'int', name: 'int' };
export const INT64: StaticType = { kind: 'int', name: 'int64' };
export const FLOAT: StaticType = { kind: 'float', name: 'float64' };
export const STRING: StaticType = { kind: 'string', name: 'string' };
export const LIST: StaticType = { kind: 'list', name: '[]interface {}', element: ANY };
export const MAP: StaticType = { kind: 'map', name: 'map[string]interface {}', element: ANY };
export const FLOATS: StaticType = { kind: 'list', name: '[]float64', element: FLOAT };
export const INTS: StaticType = { kind: 'list', name: '[]int', element: INT };
export const STRINGS: StaticType = { kind: 'list', name: '[]string', element: STRING };

/** A list of anything, of whose elements more is known. */
export function listOf(element: StaticType): StaticType {
  return { ...LIST, element };
}

export function functionType(name: string, parameters: readonly StaticType[], result: StaticType): StaticType {
  return { kind: 'func', name, signature: { parameters, result } };
}

/** The type of a value that an expression begins with. */
export function typeOfValue(value: Value): StaticType {
  if (value === null) return NIL;
  if (isList(value)) return { float64: FLOATS, int: INTS, string: STRINGS, any: LIST }[elementTypeOf(value) ?? 'any'];
  if (value instanceof FunctionValue) return { kind: 'func', name: value.type };
  switch (typeof value) {
    case 'boolean':
      return BOOL;
    case 'bigint':
      return INT;
    case 'number':
      return FLOAT;
    case 'string':
      return STRING;
    default:
      return MAP;
  }
}

export function isNumber({ kind }: StaticType): boolean {
  return kind === 'int' || kind === 'float';
}

/** Whether a value of the type may stand where the other is wanted. */
export function isAssignable(type: StaticType, to: StaticType): boolean {
  if (type.kind === 'nil') return ['list', 'map', 'func'].includes(to.kind) || to === ANY;
  if (type === UNKNOWN || to === UNKNOWN || to.kind === 'nil') return false;
  return to === ANY || type.name === to.name;
}

export function isComparable(a: StaticType, b: StaticType): boolean {
  if (a.kind === 'unknown' || b.kind === 'unknown' || a.kind === 'nil' || b.kind === 'nil') return true;
  return (isNumber(a) && isNumber(b)) || (a.kind === 'list' && b.kind === 'list') || isAssignable(a, b);
}

/** Whether both may turn out to be of these kinds: one is unknown, and the other is one of them or unknown too. */
export function isPossible(a: StaticType, b: StaticType, kinds: readonly StaticType['kind'][]): boolean {
  if (a.kind === 'unknown') return b.kind === 'unknown' || kinds.includes(b.kind);
  return b.kind === 'unknown' && kinds.includes(a.kind);
}
