import type { StatusCause } from '../../kube/types/meta.ts';
import { invalidValue, unsupportedValue } from '../schema/field-causes.ts';
import type { NameProblems } from './name-problems.ts';

/** One cause per problem that a text has as a name. */
export function checkName(field: string, text: string, problems: NameProblems): StatusCause[] {
  return problems(text).map((problem) => invalidValue(field, text, problem));
}

export function checkNonNegative(field: string, value: number | undefined): StatusCause[] {
  return value !== undefined && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];
}

export function checkPositive(field: string, value: number | undefined): StatusCause[] {
  return value !== undefined && value <= 0 ? [invalidValue(field, value, 'must be greater than 0')] : [];
}

export function checkBetween(field: string, value: number | undefined, least: number, most: number): StatusCause[] {
  const isOutside = value !== undefined && (value < least || value > most);
  return isOutside ? [invalidValue(field, value, `must be between ${least} and ${most}, inclusive`)] : [];
}

/** Checks a value against the list of what is supported, which messages name in this order. */
export function checkSupported(field: string, value: unknown, supported: readonly string[]): StatusCause[] {
  return typeof value === 'string' && supported.includes(value) ? [] : [unsupportedValue(field, value, supported)];
}

/** A change of a field that must stay as it is. */
export function checkImmutable(field: string, isChanged: boolean, value: unknown): StatusCause[] {
  return isChanged ? [invalidValue(field, value ?? null, 'field is immutable')] : [];
}
