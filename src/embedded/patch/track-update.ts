import type { KubeObject, ManagedFieldsEntry } from '../../kube/types/meta.ts';
import { equalJson } from '../../system/json.ts';
import type { KindSchema } from '../schema/kind-schema.ts';
import { compareObjects, type Comparison } from './compare-objects.ts';
import { difference, EMPTY_SET, isEmptySet, recursiveDifference, union, type FieldSet } from './field-set.ts';
import {
  capUpdateManagers,
  isSameManager,
  ManagedFieldsError,
  readFieldSet,
  readManagedFields,
  writeManagedFields,
  type ManagerEntry,
} from './managed-fields.ts';

/** A write that is no apply: who makes it, through what, and when. */
export interface TrackedUpdate {
  schema: KindSchema;
  /** Field manager of the request. */
  manager: string;
  apiVersion: string;
  subresource?: string;
  /** RFC 3339 in whole seconds. */
  time: string;
  /** Absent for a creation. */
  previous: KubeObject | undefined;
  /** Fields that the server takes from elsewhere, whatever the client sends: `status` of most kinds on creation. */
  resetFields?: FieldSet;
}

const MEMBER: FieldSet = EMPTY_SET;

/** Fields that have no owner. */
const UNOWNED: FieldSet = {
  'f:apiVersion': MEMBER,
  'f:kind': MEMBER,
  'f:metadata': {
    '.': MEMBER,
    'f:name': MEMBER,
    'f:namespace': MEMBER,
    'f:creationTimestamp': MEMBER,
    'f:selfLink': MEMBER,
    'f:uid': MEMBER,
    'f:generation': MEMBER,
    'f:managedFields': MEMBER,
    'f:resourceVersion': MEMBER,
  },
};

/** The set without the fields that have no owner. */
export function withoutUnowned(fields: FieldSet): FieldSet {
  return difference(fields, UNOWNED);
}

/**
 * Sets the draft's managedFields to what they are after the write: the manager owns what it changed, everybody else loses that, nobody owns
 * what is gone. Entries and sets that did not change are shared with the previous object. Models the Update of apimachinery managedfields.
 */
export function trackUpdate(draft: KubeObject, update: TrackedUpdate): void {
  const { previous, schema } = update;
  const sent = draft.metadata.managedFields;
  delete draft.metadata.managedFields;
  const base = baseEntries(sent, update);
  const isUntracked = previous !== undefined && base.length === 0;
  const entries = isUntracked ? [] : entriesAfter(base, compareTracked(schema, previous, draft, update.resetFields), update);
  const written = writeManagedFields(entries, previous?.metadata.managedFields);
  if (written.length > 0) draft.metadata.managedFields = reuse(written, previous?.metadata.managedFields);
}

/** The entries that the write starts from: the client's own, unless it sent none or nonsense; an empty list resets them. */
function baseEntries(sent: ManagedFieldsEntry[] | null | undefined, { previous, subresource }: TrackedUpdate): ManagerEntry[] {
  const live = previous?.metadata.managedFields;
  if (sent === live || sent === null || sent === undefined || subresource || equalJson(sent, live)) return readOrNone(live);
  if (sent.length === 0 || (sent.length === 1 && Object.keys(sent[0]!).length === 0)) return [];
  const own = readOrNone(sent).map((entry) => ({ ...entry, fields: readFieldSet(entry.fields) }));
  return own.length > 0 ? own : readOrNone(live);
}

function readOrNone(entries: readonly ManagedFieldsEntry[] | undefined): ManagerEntry[] {
  try {
    return readManagedFields(entries);
  } catch (error) {
    if (error instanceof ManagedFieldsError) return [];
    throw error;
  }
}

function compareTracked(schema: KindSchema, previous: KubeObject | undefined, draft: KubeObject, resetFields?: FieldSet): Comparison {
  const before = previous ? withoutManagedFields(previous) : schema.emptyObject();
  const comparison = compareObjects(schema.shape, before, draft);
  if (!resetFields) return comparison;
  return {
    added: recursiveDifference(comparison.added, resetFields),
    modified: recursiveDifference(comparison.modified, resetFields),
    removed: recursiveDifference(comparison.removed, resetFields),
  };
}

/** The object as it is compared: managedFields own nothing of themselves. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function entriesAfter(base: ManagerEntry[], { added, modified, removed }: Comparison, update: TrackedUpdate): ManagerEntry[] {
  const changed = union(added, modified);
  const taken = withoutUnowned(changed);
  const gone = union(changed, removed);
  if (isEmptySet(gone)) return base;
  const own = isEmptySet(taken) ? undefined : ownEntry(base, update);
  const others = base.filter((entry) => entry !== own).map((entry) => keepFields(entry, difference(entry.fields, gone)));
  if (!own) return others;
  return capUpdateManagers([...others, { ...own, time: update.time, fields: union(difference(own.fields, removed), taken) }]);
}

function keepFields(entry: ManagerEntry, fields: FieldSet): ManagerEntry {
  return fields === entry.fields ? entry : { ...entry, fields };
}

/** The entry that the write adds to: the manager's earlier one, or an empty one. */
function ownEntry(base: ManagerEntry[], { manager, apiVersion, subresource = '', time }: TrackedUpdate): ManagerEntry {
  const own: ManagerEntry = { manager: manager || 'unknown', operation: 'Update', apiVersion, subresource, time, fields: EMPTY_SET };
  return base.find((entry) => isSameManager(entry, own)) ?? own;
}

/** The previous list itself when nothing in it changed. */
function reuse(written: ManagedFieldsEntry[], live: ManagedFieldsEntry[] | undefined): ManagedFieldsEntry[] {
  return live && live.length === written.length && written.every((entry, index) => entry === live[index]) ? live : written;
}

const STATUS: FieldSet = { 'f:status': MEMBER };

/** Fields that a write doesn't own, because the server takes them from elsewhere: status, unless it is status that is written. */
export function resetFieldsOf({ definition, subresource }: { definition: { hasStatus: boolean }; subresource?: string }): FieldSet {
  if (!definition.hasStatus) return EMPTY_SET;
  return subresource === 'status' ? { 'f:spec': MEMBER } : STATUS;
}

/**
 * Takes over the previous managedFields, in place, when the draft's differ from them in nothing but times and the rest of the object is the same:
 * such a write is none. Models apiserver fieldmanager/equality.go.
 */
export function revertTimes(draft: KubeObject, previous: KubeObject): void {
  const fresh = draft.metadata.managedFields;
  const known = previous.metadata.managedFields;
  if (!fresh || !known || fresh === known || fresh.length !== known.length) return;
  const isSame = fresh.every(({ time: _, ...entry }, index) => {
    const { time: __, ...other } = known[index]!;
    return equalJson(entry, other);
  });
  if (isSame && equalJson(comparable(draft), comparable(previous))) draft.metadata.managedFields = known;
}

function comparable(object: KubeObject): KubeObject {
  const { managedFields: _, resourceVersion: __, ...metadata } = object.metadata;
  return { ...object, metadata };
}
