import type { StatusCause } from '../../kube/types/meta.ts';
import { badRequest, invalid, type ApiError } from '../api/api-error.ts';
import { goQuote } from '../go-quote.ts';
import type { ListOptions } from '../api/list-options.ts';
import type { DeleteOptions, FieldValidation } from '../api/request.ts';
import { isTrue } from './request-info.ts';

/** What the query of a write asks for. */
export interface WriteQuery {
  isDryRun: boolean;
  fieldManager?: string;
  fieldValidation?: FieldValidation;
  /** Only for server-side apply. */
  force?: boolean;
}

/** Reads the query of a list or watch; throws 400. Combinations are judged later, by `validateListOptions`. */
export function readListOptions(query: URLSearchParams): ListOptions {
  return {
    ...textOption(query, 'labelSelector'),
    ...textOption(query, 'fieldSelector'),
    ...textOption(query, 'continue'),
    ...textOption(query, 'resourceVersion'),
    ...textOption(query, 'resourceVersionMatch'),
    ...numberOption(query, 'limit'),
    ...numberOption(query, 'timeoutSeconds'),
    ...(query.has('allowWatchBookmarks') && { allowWatchBookmarks: isTrue(query.get('allowWatchBookmarks')) }),
    ...(query.has('sendInitialEvents') && { sendInitialEvents: isTrue(query.get('sendInitialEvents')) }),
  };
}

function textOption(query: URLSearchParams, name: string): Record<string, string> {
  const value = query.get(name);
  return value === null ? {} : { [name]: value };
}

function numberOption(query: URLSearchParams, name: string): Record<string, number> {
  const value = query.get(name);
  return value === null ? {} : { [name]: parseInteger(value) };
}

/** An integer of a query; throws 400 in the words of Go's strconv. */
function parseInteger(text: string): number {
  const refuse = (why: string): ApiError => badRequest(`strconv.ParseInt: parsing ${goQuote(text)}: ${why}`);
  if (!/^[-+]?\d+$/.test(text)) throw refuse('invalid syntax');
  const value = Number(text);
  // Why: both limits of 64 bits are rounded away from zero here.
  if (Math.abs(value) >= 2 ** 63) throw refuse('value out of range');
  return value;
}

/**
 * Reads the query of a write; throws 422 for values that the server does not know. `kind` is that of the options: CreateOptions,
 * UpdateOptions or PatchOptions; an apply has to say who its field manager is, and only an apply may be forced.
 */
export function readWriteQuery(
  query: URLSearchParams,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  patchType?: string,
): WriteQuery {
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const causes = [
    ...applyProblems(query, fieldManager, patchType),
    ...fieldManagerProblems(fieldManager),
    ...dryRunProblems(query),
    ...fieldValidationProblems(fieldValidation),
  ];
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', causes);
  return {
    isDryRun: query.has('dryRun'),
    ...(fieldManager && { fieldManager }),
    ...(fieldValidation && { fieldValidation: fieldValidation as FieldValidation }),
    ...(query.has('force') && { force: isTrue(query.get('force')) }),
  };
}

function applyProblems(query: URLSearchParams, fieldManager: string, patchType: string | undefined): StatusCause[] {
  if (patchType === undefined) return [];
  if (patchType === 'apply') {
    if (fieldManager) return [];
    return [{ reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' }];
  }
  if (!query.has('force')) return [];
  return [{ reason: 'FieldValueForbidden', message: 'Forbidden: may not be specified for non-apply patch', field: 'force' }];
}

const MAX_MANAGER_BYTES = 128;

function fieldManagerProblems(manager: string): StatusCause[] {
  const field = 'fieldManager';
  if (Buffer.byteLength(manager) > MAX_MANAGER_BYTES) {
    return [{ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${MAX_MANAGER_BYTES} bytes`, field }];
  }
  const position = manager.search(/[\p{C}\p{Zl}\p{Zp}]/u);
  if (position < 0) return [];
  const code = manager.codePointAt(position)!.toString(16).toUpperCase().padStart(4, '0');
  const problem = `invalid character U+${code} (at position ${Buffer.byteLength(manager.slice(0, position))})`;
  return [{ reason: 'FieldValueInvalid', message: `Invalid value: ${goQuote(manager)}: ${problem}`, field }];
}

function dryRunProblems(query: URLSearchParams): StatusCause[] {
  const values = query.getAll('dryRun');
  if (values.every((value) => value === 'All')) return [];
  const message = `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`;
  return [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }];
}

function fieldValidationProblems(value: string): StatusCause[] {
  if (['', 'Ignore', 'Strict', 'Warn'].includes(value)) return [];
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: "", "Ignore", "Strict", "Warn"`;
  return [{ reason: 'FieldValueNotSupported', message, field: 'fieldValidation' }];
}

/** What a DELETE asks for: from its body, or from its query when it has none. Throws 400 or 422. */
export function readDeleteOptions(
  body: Record<string, unknown> | undefined,
  query: URLSearchParams,
): DeleteOptions & { isDryRun: boolean } {
  const given = body ?? queryAsOptions(query);
  const { propagationPolicy, orphanDependents, gracePeriodSeconds, preconditions, dryRun } = given as {
    propagationPolicy?: string | null;
    orphanDependents?: boolean | null;
    gracePeriodSeconds?: number | null;
    preconditions?: DeleteOptions['preconditions'] | null;
    dryRun?: string[] | null;
  };
  refuseDeleteOptions(propagationPolicy ?? undefined, orphanDependents ?? undefined, dryRun ?? []);
  const policy =
    propagationPolicy ??
    (orphanDependents === undefined || orphanDependents === null ? undefined : orphanDependents ? 'Orphan' : 'Background');
  return {
    isDryRun: (dryRun ?? []).length > 0,
    ...(policy && { propagationPolicy: policy as NonNullable<DeleteOptions['propagationPolicy']> }),
    ...(typeof gracePeriodSeconds === 'number' && { gracePeriodSeconds }),
    ...(preconditions && { preconditions }),
  };
}

function queryAsOptions(query: URLSearchParams): Record<string, unknown> {
  return {
    ...textOption(query, 'propagationPolicy'),
    ...numberOption(query, 'gracePeriodSeconds'),
    ...(query.has('orphanDependents') && { orphanDependents: isTrue(query.get('orphanDependents')) }),
    ...(query.has('dryRun') && { dryRun: query.getAll('dryRun') }),
  };
}

function refuseDeleteOptions(policy: string | undefined, orphanDependents: boolean | undefined, dryRun: string[]): void {
  const causes: StatusCause[] = [];
  const field = 'propagationPolicy';
  if (policy !== undefined && orphanDependents !== undefined) {
    const message = `Invalid value: ${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`;
    causes.push({ reason: 'FieldValueInvalid', message, field });
  }
  if (policy !== undefined && !['Foreground', 'Background', 'Orphan'].includes(policy)) {
    const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`;
    causes.push({ reason: 'FieldValueNotSupported', message, field });
  }
  if (dryRun.some((value) => value !== 'All')) {
    const message = `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`;
    causes.push({ reason: 'FieldValueNotSupported', message, field: 'dryRun' });
  }
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', causes);
}
