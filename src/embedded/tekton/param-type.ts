import type { ParamType, ParamValue } from './types.ts';

/** The type that a value has by its form. */
export function typeOf(value: ParamValue): ParamType {
  if (typeof value === 'string') return 'string';
  return Array.isArray(value) ? 'array' : 'object';
}
