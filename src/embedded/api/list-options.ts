import type { StatusCause } from '../../kube/types/meta.ts';
import { ApiError, badRequest, invalid, unclassified } from './api-error.ts';

/** What the query of a list, watch or deletecollection asks for. */
export interface ListOptions {
  labelSelector?: string;
  fieldSelector?: string;
  /** No limit when absent or not positive. */
  limit?: number;
  continue?: string;
  resourceVersion?: string;
  resourceVersionMatch?: string;
  isWatch?: boolean;
  allowWatchBookmarks?: boolean;
  sendInitialEvents?: boolean;
  timeoutSeconds?: number;
}

/** Refuses combinations that the server refuses, as 422. Models apis/meta/internalversion/validation ValidateListOptions. */
export function validateListOptions(options: ListOptions): void {
  const causes = options.isWatch ? watchProblems(options) : listProblems(options);
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
}

function listProblems({
  resourceVersionMatch: match = '',
  resourceVersion = '',
  continue: token = '',
  sendInitialEvents,
}: ListOptions): StatusCause[] {
  const causes: StatusCause[] = [];
  if (match !== '') {
    if (resourceVersion === '') causes.push(forbiddenMatch('resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (token !== '') causes.push(forbiddenMatch('resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan') causes.push(unsupportedMatch(match, '"Exact", "NotOlderThan", ""'));
    if (match === 'Exact' && resourceVersion === '0') {
      causes.push(forbiddenMatch('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (sendInitialEvents !== undefined) {
    causes.push({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: sendInitialEvents is forbidden for list',
      field: 'sendInitialEvents',
    });
  }
  return causes;
}

function watchProblems(options: ListOptions): StatusCause[] {
  const { resourceVersionMatch: match = '', continue: token = '', sendInitialEvents } = options;
  const causes: StatusCause[] = [];
  if (match === '' && token !== '' && beginsWithState(options)) {
    causes.push(forbiddenMatch('resourceVersionMatch is forbidden when continue is provided'));
  }
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    causes.push(forbiddenMatch('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match === '') return causes;
  if (sendInitialEvents === undefined) {
    causes.push(forbiddenMatch('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  }
  if (match !== 'NotOlderThan') causes.push(unsupportedMatch(match, '"NotOlderThan"'));
  if (token !== '') causes.push(forbiddenMatch('resourceVersionMatch is forbidden when continue is provided'));
  return causes;
}

/** Whether a watch first tells everything that exists. Models SetListOptionsDefaults. */
export function beginsWithState({ resourceVersion = '', sendInitialEvents }: ListOptions): boolean {
  return sendInitialEvents ?? (resourceVersion === '' || resourceVersion === '0');
}

function forbiddenMatch(why: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field: 'resourceVersionMatch' };
}

function unsupportedMatch(match: string, supported: string): StatusCause {
  return {
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: "${match}": supported values: ${supported}`,
    field: 'resourceVersionMatch',
  };
}

/** The revision in a resourceVersion of a list; undefined for the newest state (absent, empty or "0"). Throws 400. */
export function revisionForList(resourceVersion = ''): number | undefined {
  const problem = revisionProblem(resourceVersion);
  if (problem) throw badRequest(`invalid resource version: ${problem}`);
  return Number(resourceVersion) || undefined;
}

/** The revision in a resourceVersion of a watch; undefined when the watch begins with the newest state. The real server answers an unreadable one with 500. */
export function revisionForWatch(resourceVersion = ''): number | undefined {
  const problem = revisionProblem(resourceVersion);
  if (problem) throw unclassified(problem);
  return Number(resourceVersion) || undefined;
}

function revisionProblem(text: string): string | undefined {
  if (text === '' || /^\d{1,15}$/.test(text)) return undefined;
  const why = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  return `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`;
}

/** A list or watch asked for a revision that has not been reached yet. */
export function futureRevision(asked: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
