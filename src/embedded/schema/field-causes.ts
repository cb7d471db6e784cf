import type { StatusCause } from '../../kube/types/meta.ts';

/**
 * Mistakes in a field as the server words them; `message` is the text after the field's path.
 * Models apimachinery util/validation/field/errors.go.
 */

export function requiredValue(field: string, detail = ''): StatusCause {
  return cause('FieldValueRequired', field, 'Required value', detail);
}

export function forbiddenValue(field: string, detail: string): StatusCause {
  return cause('FieldValueForbidden', field, 'Forbidden', detail);
}

export function invalidValue(field: string, value: unknown, detail: string): StatusCause {
  return cause('FieldValueInvalid', field, `Invalid value: ${printValue(value)}`, detail);
}

/** The value is of a type that the schema does not allow. */
export function wrongType(field: string, value: unknown, detail: string): StatusCause {
  return cause('FieldValueTypeInvalid', field, `Invalid value: ${printValue(value)}`, detail);
}

export function duplicateValue(field: string, value: unknown): StatusCause {
  return cause('FieldValueDuplicate', field, `Duplicate value: ${printValue(value)}`, '');
}

export function valueNotFound(field: string, value: unknown): StatusCause {
  return cause('FieldValueNotFound', field, `Not found: ${printValue(value)}`, '');
}

/** `supported` is named in the order given. */
export function unsupportedValue(field: string, value: unknown, supported: readonly string[]): StatusCause {
  const list = supported.map((item) => JSON.stringify(item)).join(', ');
  return cause('FieldValueNotSupported', field, `Unsupported value: ${printValue(value)}`, list && `supported values: ${list}`);
}

/** The text is longer than `mostBytes`; -1 leaves the limit unnamed. */
export function tooLong(field: string, mostBytes: number): StatusCause {
  const detail = mostBytes < 0 ? 'value is too long' : `may not be more than ${mostBytes} ${mostBytes === 1 ? 'byte' : 'bytes'}`;
  return cause('FieldValueTooLong', field, 'Too long', detail);
}

export function tooMany(field: string, actual: number, most: number): StatusCause {
  return cause('FieldValueTooMany', field, `Too many: ${actual}`, `must have at most ${most} ${most === 1 ? 'item' : 'items'}`);
}

/** A value as it stands in messages: JSON as Go writes it. */
export function printValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  const json = JSON.stringify(value ?? null);
  return json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

function cause(reason: string, field: string, start: string, detail: string): StatusCause {
  return { reason, message: detail === '' ? start : `${start}: ${detail}`, field };
}
