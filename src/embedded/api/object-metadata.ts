import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../kube/types/meta.ts';
import type { Clock } from '../../system/clock.ts';
import { cloneJson, equalJson } from '../../system/json.ts';
import { toSecondsTimestamp } from '../../system/time.ts';
import { badRequest, conflict, invalid, targetOf, unclassified } from './api-error.ts';
import { invalidValue } from '../schema/field-causes.ts';
import type { ApiRequest } from './request.ts';
import type { ResourceDefinition } from './resource.ts';

const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const MAX_GENERATED_BASE = 58;

/** A name that no other object has: the base and five characters that spell no word. */
export function generateName(base: string): string {
  let suffix = '';
  for (let index = 0; index < 5; index += 1) suffix += SUFFIX_ALPHABET.charAt(Math.floor(Math.random() * SUFFIX_ALPHABET.length));
  return base.slice(0, MAX_GENERATED_BASE) + suffix;
}

/** Gives a draft the name that it has, or generates one; throws 422 without either, 400 when it is not the one in the path. */
export function nameDraft({ definition, name }: ApiRequest, draft: KubeObject): void {
  const { metadata } = draft;
  if (!metadata.name && metadata.generateName) metadata.name = generateName(metadata.generateName);
  if (!metadata.name) {
    throw invalid(definition, '', [
      { reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field: 'metadata.name' },
    ]);
  }
  if (name !== undefined && name !== metadata.name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
}

/** Fills in what the server decides of a new object's metadata. */
export function ownMetadata(clock: Clock, definition: ResourceDefinition, draft: KubeObject): void {
  const { metadata } = draft;
  metadata.uid = randomUUID();
  metadata.creationTimestamp = toSecondsTimestamp(clock.now());
  delete metadata.resourceVersion;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.generation;
  if (definition.generation !== 'none') metadata.generation = 1;
}

/** Refuses a write that is based on another state or another object (409), and keeps what a client may not change. */
export function guardMetadata(definition: ResourceDefinition, draft: KubeObject, previous: KubeObject): void {
  const target = targetOf(definition, previous.metadata.name);
  const asked = revisionOf(draft);
  if (asked !== undefined && asked !== previous.metadata.resourceVersion) throw conflict(target);
  if (draft.metadata.uid !== undefined && draft.metadata.uid !== previous.metadata.uid) {
    throw conflict(
      target,
      `StorageError: invalid object, Code: 4, Key: ${registryKey(definition, previous)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${draft.metadata.uid}, UID in object meta: ${previous.metadata.uid}`,
    );
  }
  const { metadata } = draft;
  const own = previous.metadata;
  const { deletionTimestamp } = metadata;
  if (deletionTimestamp && deletionTimestamp !== own.deletionTimestamp) {
    const cause = invalidValue('metadata.deletionTimestamp', deletionTimestamp, 'field is immutable');
    throw invalid(definition, own.name, [cause, cause]);
  }
  metadata.name = own.name;
  metadata.uid = own.uid!;
  metadata.creationTimestamp = own.creationTimestamp!;
  metadata.resourceVersion = own.resourceVersion!;
  for (const key of ['generateName', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (own[key] === undefined) delete metadata[key];
    else Object.assign(metadata, { [key]: own[key] });
  }
}

/** The resourceVersion that a write is conditional on; undefined for none and for "0". The real server does not classify an unreadable one. */
export function revisionOf({ metadata: { resourceVersion: text = '' } }: KubeObject): string | undefined {
  if (text === '' || text === '0') return undefined;
  if (!/^\d+$/.test(text)) throw unclassified(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return text;
}

/**
 * A status write changes status, and of built-in kinds metadata too (a Deployment's revision comes with its status); a write to
 * the main resource leaves status alone. Models the status strategies of the built-in kinds and of custom resources.
 */
export function keepOtherHalf(request: ApiRequest, draft: KubeObject, previous: KubeObject): void {
  if (request.subresource === 'status') {
    const isWritable = (key: string): boolean => key === 'status' || (key === 'metadata' && request.definition.isBuiltIn);
    for (const key of Object.keys(draft)) if (!isWritable(key)) delete draft[key as keyof KubeObject];
    for (const [key, value] of Object.entries(previous)) if (!isWritable(key)) draft[key] = cloneJson(value);
  } else if (previous['status'] === undefined) delete draft['status'];
  else draft['status'] = cloneJson(previous['status']);
}

/** Raises the generation when something changed that counts for it. */
export function bumpGeneration(definition: ResourceDefinition, draft: KubeObject, previous: KubeObject): void {
  if (definition.generation === 'none' || previous.metadata.generation === undefined) return;
  const isChanged = Object.keys({ ...draft, ...previous }).some((key) => {
    if (definition.generation === 'spec' ? key !== 'spec' : key === 'metadata') return false;
    if (definition.generation === 'outside-status' && key === 'status') return false;
    return !equalJson(draft[key], previous[key]);
  });
  if (isChanged) draft.metadata.generation = previous.metadata.generation + 1;
}

/** Where the real server keeps an object; its messages tell. */
function registryKey({ group, plural, isBuiltIn }: ResourceDefinition, { metadata: { namespace, name } }: KubeObject): string {
  const prefix = isBuiltIn ? (REGISTRY_FOLDERS[plural] ?? plural) : `${group}/${plural}`;
  return `/registry/${prefix}/${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

const REGISTRY_FOLDERS: Record<string, string> = { services: 'services/specs', endpoints: 'services/endpoints', nodes: 'minions' };
