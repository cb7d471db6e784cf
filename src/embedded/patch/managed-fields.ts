import type { ManagedFieldsEntry } from '../../kube/types/meta.ts';
import { setOwn } from '../../system/json.ts';
import { EMPTY_SET, isEmptySet, union, type FieldSet } from './field-set.ts';
import { isPlainObject } from './plain-object.ts';

/** One manager's share of an object; the identity of a manager is everything but the time and the fields. */
export interface ManagerEntry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource: string;
  time: string | undefined;
  fields: FieldSet;
}

const MOST_UPDATE_MANAGERS = 10;
const OLD_CHANGES_MANAGER = 'ancient-changes';

/** Entries that are no managedFields: the message says why, as the server does. */
export class ManagedFieldsError extends Error {}

/** Reads the managedFields of an object. Throws ManagedFieldsError. Models managedfields/internal/managedfields.go DecodeManagedFields. */
export function readManagedFields(entries: readonly ManagedFieldsEntry[] | undefined): ManagerEntry[] {
  return (entries ?? []).map((entry, index) => {
    const { manager = '', operation, apiVersion, subresource = '', time, fieldsType, fieldsV1 = EMPTY_SET } = entry;
    if (operation !== 'Apply' && operation !== 'Update') throw new ManagedFieldsError('operation must be `Apply` or `Update`');
    if (!apiVersion) throw new ManagedFieldsError('apiVersion must not be empty');
    if (!fieldsType) throw new ManagedFieldsError(`missing fieldsType in managed fields entry ${index}`);
    if (fieldsType !== 'FieldsV1')
      throw new ManagedFieldsError(`invalid fieldsType "${String(fieldsType)}" in managed fields entry ${index}`);
    return { manager, operation, apiVersion, subresource, time: time ?? undefined, fields: fieldsV1 };
  });
}

/** A set as a client sent it, without what is no path step; shared with the input when nothing had to go. */
export function readFieldSet(fields: unknown): FieldSet {
  if (!isPlainObject(fields)) return EMPTY_SET;
  const result: Record<string, FieldSet> = {};
  for (const [step, inner] of Object.entries(fields)) {
    if (step === '.' || isStep(step)) setOwn(result, step, readFieldSet(inner));
  }
  return result;
}

function isStep(step: string): boolean {
  if (step.startsWith('f:')) return true;
  if (step.startsWith('i:')) return /^\d+$/.test(step.slice(2));
  if (!/^[kv]:/.test(step)) return false;
  try {
    const value: unknown = JSON.parse(step.slice(2));
    return step[0] === 'v' || isPlainObject(value);
  } catch {
    return false;
  }
}

/** The entries as an object carries them: without empty ones, in the server's order. Entries equal to one of `known` are taken over as they are. */
export function writeManagedFields(entries: readonly ManagerEntry[], known: readonly ManagedFieldsEntry[] = []): ManagedFieldsEntry[] {
  return entries
    .filter(({ fields }) => !isEmptySet(fields))
    .sort(compareEntries)
    .map((entry) => known.find((candidate) => isSameEntry(candidate, entry)) ?? toWire(entry));
}

function isSameEntry(wire: ManagedFieldsEntry, entry: ManagerEntry): boolean {
  return (
    wire.fieldsV1 === entry.fields &&
    wire.manager === entry.manager &&
    wire.operation === entry.operation &&
    wire.apiVersion === entry.apiVersion &&
    (wire.subresource ?? '') === entry.subresource &&
    wire.time === entry.time
  );
}

function toWire({ manager, operation, apiVersion, subresource, time, fields }: ManagerEntry): ManagedFieldsEntry {
  return {
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...(subresource !== '' && { subresource }),
  };
}

function compareEntries(a: ManagerEntry, b: ManagerEntry): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.time ?? '', b.time ?? '') ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether two entries are of the same manager; an applier stays the same when it changes the API version. */
export function isSameManager(a: ManagerEntry, b: ManagerEntry): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  );
}

/** Folds the oldest updaters of one API version into one entry when there are too many. Models managedfields/internal/capmanagers.go. */
export function capUpdateManagers(entries: ManagerEntry[]): ManagerEntry[] {
  const updaters = entries.filter(({ operation }) => operation === 'Update');
  if (updaters.length <= MOST_UPDATE_MANAGERS) return entries;
  const oldestFirst = [...updaters].sort((a, b) => compareText(a.time ?? '', b.time ?? '') || compareEntries(a, b));
  const kept = new Set(entries);
  const firsts = new Map<string, ManagerEntry>();
  let count = updaters.length;
  for (const entry of oldestFirst) {
    if (count <= MOST_UPDATE_MANAGERS) break;
    const first = firsts.get(entry.apiVersion);
    if (first) {
      kept.delete(first);
      kept.delete(entry);
      const bucket = { ...entry, manager: OLD_CHANGES_MANAGER, subresource: '', fields: union(first.fields, entry.fields) };
      kept.add(bucket);
      firsts.set(entry.apiVersion, bucket);
      count -= 1;
    } else firsts.set(entry.apiVersion, entry);
  }
  return [...kept];
}
