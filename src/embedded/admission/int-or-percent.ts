import type { IntOrString, StatusCause } from '../../kube/types/meta.ts';
import { invalidValue } from '../schema/field-causes.ts';
import { checkName, checkNonNegative } from './checks.ts';
import { percentText } from './name-problems.ts';

/** A count, or a share in percent. Models apps/validation ValidatePositiveIntOrPercent. */
export function checkIntOrPercent(field: string, value: IntOrString | undefined): StatusCause[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? checkName(field, value, percentText) : checkNonNegative(field, value);
}

/** A share that is not more than everything. Models apps/validation IsNotMoreThan100Percent. */
export function checkAtMostAll(field: string, value: IntOrString | undefined): StatusCause[] {
  const isMore = typeof value === 'string' && /^[0-9]+%$/.test(value) && Number(value.slice(0, -1)) > 100;
  return isMore ? [invalidValue(field, value, 'must not be greater than 100%')] : [];
}

/** Whether a count or share is nothing. */
export function isNothing(value: IntOrString | undefined): boolean {
  return value === 0 || value === '0%';
}
