import { ApiError, invalid } from '../api/api-error.ts';
import type { StructType } from '../schema/value-type.ts';
import { invalidValue } from '../schema/field-causes.ts';
import { goPrint } from './go-print.ts';
import type { Patch } from './patch.ts';
import { restoreProblem } from './restore-problem.ts';

const REFUSED_BODY = /^.*? cannot be handled as an? \S+: ([\s\S]*)$/;

/**
 * What the server answers when the object that a patch makes cannot be read: 422 about the patch, where the same object as a request's body
 * would have been 400. Errors of other kinds are answered as they are.
 */
export function asPatchError(error: unknown, patch: Patch, { patched, type }: { patched: unknown; type: StructType | undefined }): unknown {
  if (!(error instanceof ApiError) || error.code !== 400) return error;
  const problem = REFUSED_BODY.exec(error.message)?.[1];
  if (problem === undefined) return error;
  const quoted = patch.type === 'strategic' ? goPrint(patch.body) : JSON.stringify(patched);
  const detail = patch.type === 'strategic' && type ? (restoreProblem(type, patched) ?? problem) : problem;
  return invalid({ group: '', kind: '' }, '', [invalidValue('patch', quoted, detail)]);
}
