import type { ClusterError, FileProblem } from '../errors.ts';
import type { Manifest } from './manifest.ts';

/** What the server said against an object, each thing at the place in the file that it is about. */
export function refusalProblems(error: ClusterError, manifest: Manifest): FileProblem[] {
  const { file, placeOf } = manifest;
  const strict = [...error.message.matchAll(/(?:unknown|duplicate) field "([^"]+)"/g)];
  if (strict.length > 0) return strict.map(([message, field]) => ({ file, ...placeOf(field!), message }));
  const causes = error.causes.filter(({ field }) => field !== undefined && field !== '' && field !== '<nil>');
  if (causes.length > 0) {
    return causes.map(({ field, message }) => ({ file, ...placeOf(field!), message: `${field}: ${message ?? 'is not valid'}` }));
  }
  return [{ file, ...placeOf(''), message: error.message }];
}
