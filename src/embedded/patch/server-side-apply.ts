import type { KubeObject } from '../../kube/types/meta.ts';
import { cloneJson, equalJson } from '../../system/json.ts';
import { ApiError, badRequest } from '../api/api-error.ts';
import { groupOf } from '../api/resource.ts';
import type { KindSchema } from '../schema/kind-schema.ts';
import { applyConflict, conflictsOf, conflictsOutside } from './apply-conflict.ts';
import { checkAgainstShape } from './check-against-shape.ts';
import { compareObjects } from './compare-objects.ts';
import { difference, EMPTY_SET, intersection, isEmptySet, recursiveDifference, union, type FieldSet } from './field-set.ts';
import { fieldsLastApplied, KUBECTL_MANAGER, refreshLastApplied } from './last-applied.ts';
import { isSameManager, ManagedFieldsError, readManagedFields, writeManagedFields, type ManagerEntry } from './managed-fields.ts';
import { mergeApplied } from './merge-applied.ts';
import { objectFieldSet } from './object-field-set.ts';
import { pruneAbandoned } from './prune-abandoned.ts';
import { trackUpdate, withoutManagedFields, withoutUnowned } from './track-update.ts';

/** A server-side apply of one configuration. */
export interface AppliedConfiguration {
  schema: KindSchema;
  /** The applied configuration as it came: nothing is filled in yet. */
  config: Record<string, unknown>;
  manager: string;
  apiVersion: string;
  kind: string;
  subresource?: string;
  isForced: boolean;
  /** RFC 3339 in whole seconds. */
  time: string;
  /** Absent when the object doesn't exist yet. */
  live: KubeObject | undefined;
  /** Fields that the configuration may name but that the server takes from elsewhere. */
  resetFields?: FieldSet;
}

const BEFORE_FIRST_APPLY = 'before-first-apply';

/**
 * The object as it is after the apply, with its managedFields, before anything is defaulted or validated.
 * Throws ApiError: 409 with one cause per conflicting field, 400 for a wrong kind or version or when the configuration carries managedFields, 500 (as
 * the server does) for fields that the kind doesn't have. Models structured-merge-diff merge/update.go Apply and the managers around it.
 */
export function serverSideApply(request: AppliedConfiguration): KubeObject {
  refuseUnsuitable(request);
  const live = request.live ? withOwners(request.live, request) : request.schema.emptyObject();
  const entries = readEntries(live);
  const bare = withoutManagedFields(live);
  const result = applyOver(bare, entries, request, request.isForced);
  if (request.manager === KUBECTL_MANAGER) refreshLastApplied(result, request.config);
  return result;
}

function refuseUnsuitable({ schema, config, apiVersion, kind }: AppliedConfiguration): void {
  const group = config as { apiVersion?: string; kind?: string; metadata?: { managedFields?: unknown } };
  if (group.apiVersion !== apiVersion || group.kind !== kind) {
    throw badRequest(`invalid object type: ${describeKind(group.apiVersion ?? '', group.kind ?? '')}`);
  }
  if (group.metadata?.managedFields !== undefined && group.metadata.managedFields !== null)
    throw badRequest('metadata.managedFields must be nil');
  const problems = checkAgainstShape(schema.shape, config);
  if (problems.length === 0) return;
  const list = problems.length === 1 ? problems[0]! : ['errors:', ...problems.map((problem) => `  ${problem}`)].join('\n');
  throw internalError(`failed to create typed patch object (${nameOf(config)}; ${describeKind(apiVersion, kind)}): ${list}`);
}

function nameOf(config: Record<string, unknown>): string {
  const { namespace = '', name = '' } = (config['metadata'] ?? {}) as { namespace?: string; name?: string };
  return `${namespace}/${name}`;
}

/** As Go prints a GroupVersionKind: `apps/v1, Kind=Deployment`. */
function describeKind(apiVersion: string, kind: string): string {
  return `${groupOf({ apiVersion }) === '' ? '/' : ''}${apiVersion}, Kind=${kind}`;
}

/** Why: the server answers failures that it did not foresee with code 500 and without a reason. */
function internalError(message: string): ApiError {
  return new ApiError(500, '', message);
}

/** The live object; when nothing in it is owned yet, everything belongs to whoever was there before the first apply. */
function withOwners(live: KubeObject, { schema, apiVersion, time }: AppliedConfiguration): KubeObject {
  if ((live.metadata.managedFields?.length ?? 0) > 0) return live;
  const owned = { ...live, metadata: { ...live.metadata } };
  trackUpdate(owned, { schema, manager: BEFORE_FIRST_APPLY, apiVersion, time, previous: undefined });
  return owned;
}

function readEntries(live: KubeObject): ManagerEntry[] {
  try {
    return readManagedFields(live.metadata?.managedFields);
  } catch (error) {
    if (error instanceof ManagedFieldsError) throw internalError(`failed to decode managed fields: ${error.message}`);
    throw error;
  }
}

function applyOver(live: KubeObject, entries: ManagerEntry[], request: AppliedConfiguration, isForced: boolean): KubeObject {
  const { schema, config, manager, apiVersion, subresource = '', resetFields = EMPTY_SET, time } = request;
  const named: ManagerEntry = { manager, operation: 'Apply', apiVersion, subresource, time: undefined, fields: EMPTY_SET };
  const before = entries.find((entry) => isSameManager(entry, named));
  const own: ManagerEntry = {
    ...named,
    time: before?.time,
    fields: recursiveDifference(objectFieldSet(schema.shape, config), resetFields),
  };
  const others = entries.filter((entry) => entry !== before);
  const merged = mergeApplied(schema.shape, live, config);
  const owned = [...others, own].map(({ fields }) => fields).reduce(union, EMPTY_SET);
  const object = pruneAbandoned(schema.shape, merged, { lastApplied: before?.fields ?? EMPTY_SET, owned }) as KubeObject;
  const isChanged = !equalJson(live, object);
  const remaining = takeOver(live, object, { others, request, isForced });
  const stripped = { ...own, fields: withoutUnowned(own.fields), ...(isChanged && { time }) };
  return withEntries(isChanged ? object : live, [...remaining, stripped], request.live);
}

/** The other managers' entries after the change; throws when they own what changes and the apply is not forced. */
function takeOver(
  live: KubeObject,
  object: KubeObject,
  { others, request, isForced }: { others: ManagerEntry[]; request: AppliedConfiguration; isForced: boolean },
): ManagerEntry[] {
  const { schema, resetFields = EMPTY_SET } = request;
  const comparison = compareObjects(schema.shape, live, object);
  const changed = recursiveDifference(union(comparison.modified, comparison.added), resetFields);
  const removed = recursiveDifference(comparison.removed, resetFields);
  const shares = others
    .map((owner) => ({ owner, fields: intersection(owner.fields, changed) }))
    .filter(({ fields }) => !isEmptySet(fields));
  if (!isForced && shares.length > 0) refuseConflicts(shares, request);
  return others.map((entry) => ({ ...entry, fields: difference(difference(entry.fields, changed), removed) }));
}

function refuseConflicts(shares: { owner: ManagerEntry; fields: FieldSet }[], { schema, manager, live }: AppliedConfiguration): void {
  const conflicts = conflictsOf(shares);
  const allowed = manager === KUBECTL_MANAGER && live ? fieldsLastApplied(schema.shape, live) : EMPTY_SET;
  const remaining = conflictsOutside(conflicts, allowed);
  if (remaining.length > 0) throw applyConflict(remaining);
}

function withEntries(object: KubeObject, entries: ManagerEntry[], previous: KubeObject | undefined): KubeObject {
  const managedFields = writeManagedFields(entries, previous?.metadata.managedFields);
  const result = cloneJson(object);
  if (managedFields.length > 0) result.metadata.managedFields = managedFields;
  return result;
}
