import type { StatusCause } from '../../kube/types/meta.ts';
import { invalidValue } from '../schema/field-causes.ts';

/** A path inside a volume or container must not climb out of it. */
export function checkNoBacksteps(field: string, path: string): StatusCause[] {
  return path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : [];
}

/** A path that is relative and stays below where it starts. */
export function checkDescendingPath(field: string, path: string): StatusCause[] {
  const absolute = path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : [];
  return [...absolute, ...checkNoBacksteps(field, path)];
}

const MOST_FILE_MODE = 0o777;

export function checkFileMode(field: string, mode: number | undefined): StatusCause[] {
  const isWrong = mode !== undefined && (mode < 0 || mode > MOST_FILE_MODE);
  return isWrong ? [invalidValue(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')] : [];
}
