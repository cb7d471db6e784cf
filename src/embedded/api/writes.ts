import { randomUUID } from 'node:crypto';
import type { KubeObject, StatusCause } from '../../kube/types/meta.ts';
import { cloneJson, equalJson } from '../../system/json.ts';
import { toSecondsTimestamp } from '../../system/time.ts';
import type { KindRules, RuleContext } from '../admission/kind-rules.ts';
import { asPatchError } from '../patch/patch-error.ts';
import { patchObject, type ApplyRequest, type Patch } from '../patch/patch.ts';
import { serverSideApply } from '../patch/server-side-apply.ts';
import { resetFieldsOf, revertTimes, trackUpdate } from '../patch/track-update.ts';
import { invalidValue, requiredValue } from '../schema/field-causes.ts';
import type { KindSchema } from '../schema/kind-schema.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../../system/clock.ts';
import { alreadyExists, ApiError, badRequest, conflict, forbidden, invalid, notFound, unsupportedMediaType } from './api-error.ts';
import { recordWrite } from './audit.ts';
import type { Journal } from '../store/journal.ts';
import { fieldManagerOf, type ApiRequest, type DeleteOptions } from './request.ts';
import { apiVersionOf, groupResource, type ResourceDefinition } from './resource.ts';

/** What the write pipeline is made of. */
export interface WriteDependencies {
  store: Store;
  clock: Clock;
  journal: Journal;
  rulesOf(definition: ResourceDefinition): KindRules;
  /** Absent for kinds whose schema is not known: they are stored as they come. */
  schemaOf(definition: ResourceDefinition): KindSchema | undefined;
}

/** Creates, changes and deletes objects the way the API server does: decode, default, validate, guard, commit, record. */
export class Writes {
  readonly #deps: WriteDependencies;

  constructor(deps: WriteDependencies) {
    this.#deps = deps;
  }

  /** Models registry/generic/registry/store.go Create. */
  create(request: ApiRequest, body: KubeObject): KubeObject {
    return this.#create(request, this.#decode(request, body));
  }

  #create(request: ApiRequest, draft: KubeObject, isApplied = false): KubeObject {
    const { definition } = request;
    this.#placeInNamespace(request, draft);
    nameDraft(request, draft);
    this.#refuseMissingNamespace(request, draft);
    if (this.#find(definition, draft.metadata.namespace, draft.metadata.name))
      throw alreadyExists(targetOf(definition, draft.metadata.name));
    this.#ownMetadata(definition, draft);
    const context = this.#context(request);
    const rules = this.#deps.rulesOf(definition);
    this.#fillDefaults(request, draft);
    if (!isApplied) this.#trackOwners(request, draft, undefined);
    if (definition.hasStatus) this.#resetStatus(definition, draft);
    rules.prepareForCreate?.(draft, context);
    this.#validate(request, draft, undefined);
    return this.#commit(request, 'create', draft, undefined);
  }

  /** Models registry/generic/registry/store.go Update. */
  update(request: ApiRequest, body: KubeObject): KubeObject {
    return this.#replace(request, 'update', (previous) => {
      const draft = this.#decode(request, body);
      const name = draft.metadata.name;
      if (name !== undefined && name !== previous.metadata.name) {
        throw badRequest(`the name of the object (${name}) does not match the name on the URL (${previous.metadata.name})`);
      }
      if (!draft.metadata.resourceVersion && this.#needsVersion(request.definition)) throw versionRequired(request.definition, previous);
      return draft;
    });
  }

  /** Whether an update has to say which state it is based on. */
  #needsVersion(definition: ResourceDefinition): boolean {
    return !definition.isBuiltIn || (this.#deps.rulesOf(definition).requiresResourceVersion ?? false);
  }

  /** Applies a patch to the newest state; a resourceVersion inside the patch makes it conditional. */
  patch(request: ApiRequest, patch: Patch): KubeObject {
    if (patch.type === 'strategic' && !request.definition.isBuiltIn) {
      throw unsupportedMediaType(
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
      );
    }
    return this.#replace(request, 'patch', (previous) => {
      const draft = this.#decodePatched(request, patch, previous);
      if (draft.metadata.name !== previous.metadata.name) {
        throw badRequest(`the name of the object (${draft.metadata.name}) does not match the name on the URL (${previous.metadata.name})`);
      }
      return draft;
    });
  }

  #decodePatched(request: ApiRequest, patch: Patch, previous: KubeObject): KubeObject {
    const type = this.#deps.schemaOf(request.definition)?.type;
    const patched = patchObject(previous, patch, type);
    if (patch.type === 'strategic') Object.assign(patched, { apiVersion: previous.apiVersion, kind: previous.kind });
    try {
      return this.#decode(request, patched);
    } catch (error) {
      throw asPatchError(error, patch, { patched, type });
    }
  }

  /** Server-side apply: merges a configuration into the object, or creates it; says which. The request must name its field manager. */
  apply(request: ApiRequest, { body, isForced }: ApplyRequest): { object: KubeObject; isCreated: boolean } {
    const { definition, fieldManager, subresource } = request;
    if (!fieldManager) {
      const field = 'fieldManager';
      throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [requiredValue(field, 'is required for apply patch')]);
    }
    const schema = this.#deps.schemaOf(definition);
    if (!schema) throw unsupportedMediaType('server-side apply needs the schema of the kind');
    const applyTo = (live: KubeObject | undefined) =>
      this.#decode(
        request,
        serverSideApply({
          schema,
          config: body,
          manager: fieldManager,
          apiVersion: apiVersionOf(definition),
          kind: definition.kind,
          ...(subresource !== undefined && { subresource }),
          isForced,
          time: toSecondsTimestamp(this.#deps.clock.now()),
          live,
          resetFields: resetFieldsOf(request),
        }),
      );
    if (this.#find(definition, request.namespace, request.name!)) {
      return { object: this.#replace(request, 'patch', applyTo, true), isCreated: false };
    }
    if (subresource !== undefined) throw notFound(targetOf(definition, request.name!));
    return { object: this.#create(request, applyTo(undefined), true), isCreated: true };
  }

  /** Deletes at once, or marks for deletion when grace or finalizers keep the object; answers the last state seen. */
  delete(request: ApiRequest, options: DeleteOptions): KubeObject {
    const { definition } = request;
    const object = this.#require(definition, request.namespace, request.name!);
    checkPreconditions(definition, object, options);
    const rules = this.#deps.rulesOf(definition);
    const graceSeconds = rules.gracePeriodSeconds?.(object, options) ?? 0;
    const draft = cloneJson(object);
    addPropagationFinalizer(draft, options.propagationPolicy ?? rules.defaultPropagation ?? 'Background');
    const mustWait = graceSeconds > 0 || (draft.metadata.finalizers?.length ?? 0) > 0;
    if (!mustWait) return this.#remove(request, draft);
    this.#markDeleted(draft, graceSeconds);
    return this.#commit(request, 'delete', draft, object);
  }

  #replace(
    request: ApiRequest,
    verb: 'update' | 'patch',
    makeDraft: (previous: KubeObject) => KubeObject,
    isApplied = false,
  ): KubeObject {
    const { definition } = request;
    const previous = this.#require(definition, request.namespace, request.name!);
    const draft = makeDraft(previous);
    this.#placeInNamespace(request, draft);
    guardMetadata(definition, draft, previous);
    if (definition.hasStatus) keepOtherHalf(request, draft, previous);
    this.#fillDefaults(request, draft);
    if (!isApplied) this.#trackOwners(request, draft, previous);
    this.#deps.rulesOf(definition).prepareForUpdate?.(draft, previous, this.#context(request));
    this.#validate(request, draft, previous);
    bumpGeneration(definition, draft, previous);
    if (draft.metadata.deletionTimestamp && !draft.metadata.finalizers?.length && !(draft.metadata.deletionGracePeriodSeconds ?? 0)) {
      return this.#remove(request, draft);
    }
    return this.#commit(request, verb, draft, previous);
  }

  #decode(request: ApiRequest, body: KubeObject): KubeObject {
    const { definition } = request;
    const expected = apiVersionOf(definition);
    if (body.kind !== undefined && body.kind !== definition.kind) {
      throw badRequest(
        `${body.kind} in version "${body.apiVersion}" cannot be handled as a ${definition.kind}: no kind "${body.kind}" is registered for this path`,
      );
    }
    if (body.apiVersion !== undefined && body.apiVersion !== expected) {
      throw badRequest(`the API version in the data (${body.apiVersion}) does not match the expected API version (${expected})`);
    }
    const schema = this.#deps.schemaOf(definition);
    const typed = { ...body, apiVersion: expected, kind: definition.kind, metadata: body.metadata ?? {} };
    if (!schema) return cloneJson(typed);
    const { object, unknownFields } = schema.decode(typed);
    reportUnknownFields(request, unknownFields);
    return object;
  }

  #placeInNamespace({ definition, namespace }: ApiRequest, draft: KubeObject): void {
    if (!definition.isNamespaced) {
      delete draft.metadata.namespace;
      return;
    }
    if (draft.metadata.namespace && draft.metadata.namespace !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
    draft.metadata.namespace = namespace!;
  }

  #refuseMissingNamespace({ definition }: ApiRequest, draft: KubeObject): void {
    const { namespace, name } = draft.metadata;
    if (!definition.isNamespaced || namespace === undefined) return;
    const owner = this.#deps.store.get('namespaces', undefined, namespace);
    if (!owner) throw notFound({ plural: 'namespaces', group: '', name: namespace });
    if (owner.metadata.deletionTimestamp) {
      throw forbidden(targetOf(definition, name), `unable to create new content in namespace ${namespace} because it is being terminated`);
    }
  }

  #ownMetadata(definition: ResourceDefinition, draft: KubeObject): void {
    const { metadata } = draft;
    metadata.uid = randomUUID();
    metadata.creationTimestamp = toSecondsTimestamp(this.#deps.clock.now());
    delete metadata.resourceVersion;
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
    delete metadata.generation;
    if (definition.generation !== 'none') metadata.generation = 1;
  }

  /** A creation cannot set status: it starts as it is before anything was observed. */
  #resetStatus(definition: ResourceDefinition, draft: KubeObject): void {
    const status = this.#deps.schemaOf(definition)?.emptyObject()['status'];
    if (status === undefined) delete draft['status'];
    else draft['status'] = status;
  }

  #fillDefaults(request: ApiRequest, draft: KubeObject): void {
    this.#deps.schemaOf(request.definition)?.applyDefaults(draft);
    this.#deps.rulesOf(request.definition).completeDefaults?.(draft, this.#context(request));
  }

  /** Notes who owns the fields that the write sets. */
  #trackOwners(request: ApiRequest, draft: KubeObject, previous: KubeObject | undefined): void {
    const { definition, subresource } = request;
    const schema = this.#deps.schemaOf(definition);
    if (!schema) return;
    trackUpdate(draft, {
      schema,
      manager: fieldManagerOf(request),
      apiVersion: apiVersionOf(definition),
      ...(subresource !== undefined && { subresource }),
      time: toSecondsTimestamp(this.#deps.clock.now()),
      previous,
      resetFields: resetFieldsOf(request),
    });
  }

  #validate(request: ApiRequest, draft: KubeObject, previous: KubeObject | undefined): void {
    const { definition } = request;
    const rules = this.#deps.rulesOf(definition);
    const schema = this.#deps.schemaOf(definition);
    const causes: StatusCause[] = [
      ...(schema?.validate(draft, previous) ?? []),
      ...(rules.validate?.(draft, previous, this.#context(request)) ?? []),
    ];
    if (causes.length > 0) throw invalid(definition, draft.metadata.name, causes);
  }

  /** Stores a draft, unless it changes nothing or the request is a dry run. */
  #commit(
    request: ApiRequest,
    verb: 'create' | 'update' | 'patch' | 'delete',
    draft: KubeObject,
    previous: KubeObject | undefined,
  ): KubeObject {
    if (previous) revertTimes(draft, previous);
    if (previous && equalJson(withoutResourceVersion(draft), withoutResourceVersion(previous))) return previous;
    if (request.isDryRun) return draft;
    const stored = this.#deps.store.put(groupResource(request.definition), draft);
    recordWrite(this.#deps, request, verb, stored);
    return stored;
  }

  #remove(request: ApiRequest, last: KubeObject): KubeObject {
    if (request.isDryRun) return last;
    const removed = this.#deps.store.remove(groupResource(request.definition), last);
    recordWrite(this.#deps, request, 'delete', removed);
    return removed;
  }

  #markDeleted(draft: KubeObject, graceSeconds: number): void {
    const { metadata } = draft;
    const shorter = Math.min(graceSeconds, metadata.deletionGracePeriodSeconds ?? graceSeconds);
    if (metadata.deletionTimestamp && shorter === metadata.deletionGracePeriodSeconds) return;
    metadata.deletionTimestamp = toSecondsTimestamp(this.#deps.clock.now() + shorter * 1000);
    metadata.deletionGracePeriodSeconds = shorter;
    if (metadata.generation !== undefined) metadata.generation += 1;
  }

  #find(definition: ResourceDefinition, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#deps.store.get(groupResource(definition), definition.isNamespaced ? namespace : undefined, name);
  }

  #require(definition: ResourceDefinition, namespace: string | undefined, name: string): KubeObject {
    const object = this.#find(definition, namespace, name);
    if (!object) throw notFound(targetOf(definition, name));
    return object;
  }

  #context(request: ApiRequest): RuleContext {
    return { request, store: this.#deps.store, clock: this.#deps.clock };
  }
}

function targetOf(definition: ResourceDefinition, name: string): { plural: string; group: string; name: string } {
  return { plural: definition.plural, group: definition.group, name };
}

const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const MAX_GENERATED_BASE = 58;

/** A name that no other object has: the base and five characters that spell no word. */
export function generateName(base: string): string {
  let suffix = '';
  for (let index = 0; index < 5; index += 1) suffix += SUFFIX_ALPHABET.charAt(Math.floor(Math.random() * SUFFIX_ALPHABET.length));
  return base.slice(0, MAX_GENERATED_BASE) + suffix;
}

function nameDraft({ definition, name }: ApiRequest, draft: KubeObject): void {
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

/** Why: here the server names the resource where it names the kind otherwise. */
function versionRequired(definition: ResourceDefinition, previous: KubeObject): ApiError {
  return invalid({ group: definition.group, kind: definition.plural }, previous.metadata.name, [
    invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
  ]);
}

function reportUnknownFields(request: ApiRequest, unknownFields: string[]): void {
  if (unknownFields.length === 0 || request.fieldValidation === 'Ignore') return;
  const messages = unknownFields.map((path) => `unknown field "${path}"`);
  if (request.fieldValidation === 'Strict') {
    const { kind, version } = request.definition;
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${messages.join(', ')}`);
  }
  for (const message of messages) request.warn?.(message);
}

function guardMetadata(definition: ResourceDefinition, draft: KubeObject, previous: KubeObject): void {
  const target = targetOf(definition, previous.metadata.name);
  const asked = draft.metadata.resourceVersion;
  if (asked !== undefined && asked !== '' && asked !== previous.metadata.resourceVersion) throw conflict(target);
  if (draft.metadata.uid !== undefined && draft.metadata.uid !== previous.metadata.uid) {
    throw conflict(
      target,
      `StorageError: invalid object, Code: 4, Key: /registry/${groupResource(definition)}/${previous.metadata.name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${draft.metadata.uid}, UID in object meta: ${previous.metadata.uid}`,
    );
  }
  const { metadata } = draft;
  const own = previous.metadata;
  metadata.name = own.name;
  metadata.uid = own.uid!;
  metadata.creationTimestamp = own.creationTimestamp!;
  metadata.resourceVersion = own.resourceVersion!;
  for (const key of ['generateName', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (own[key] === undefined) delete metadata[key];
    else Object.assign(metadata, { [key]: own[key] });
  }
}

/**
 * A status write changes status, and of built-in kinds metadata too (a Deployment's revision comes with its status); a write to
 * the main resource leaves status alone. Models the status strategies of the built-in kinds and of custom resources.
 */
function keepOtherHalf(request: ApiRequest, draft: KubeObject, previous: KubeObject): void {
  if (request.subresource === 'status') {
    const isWritable = (key: string): boolean => key === 'status' || (key === 'metadata' && request.definition.isBuiltIn);
    for (const key of Object.keys(draft)) if (!isWritable(key)) delete draft[key as keyof KubeObject];
    for (const [key, value] of Object.entries(previous)) if (!isWritable(key)) draft[key] = cloneJson(value);
  } else if (previous['status'] === undefined) delete draft['status'];
  else draft['status'] = cloneJson(previous['status']);
}

function bumpGeneration(definition: ResourceDefinition, draft: KubeObject, previous: KubeObject): void {
  if (definition.generation === 'none' || previous.metadata.generation === undefined) return;
  const isChanged = Object.keys({ ...draft, ...previous }).some((key) => {
    if (definition.generation === 'spec' ? key !== 'spec' : key === 'metadata') return false;
    if (definition.generation === 'outside-status' && key === 'status') return false;
    return !equalJson(draft[key], previous[key]);
  });
  if (isChanged) draft.metadata.generation = previous.metadata.generation + 1;
}

function checkPreconditions(definition: ResourceDefinition, object: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion, name } = object.metadata;
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      targetOf(definition, name),
      `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`,
    );
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      targetOf(definition, name),
      `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`,
    );
  }
}

const PROPAGATION_FINALIZERS: Record<string, string> = { Foreground: 'foregroundDeletion', Orphan: 'orphan' };

/** Foreground and Orphan leave the rest to the garbage collector by way of a finalizer. */
function addPropagationFinalizer(draft: KubeObject, policy: 'Background' | 'Foreground' | 'Orphan'): void {
  const others = (draft.metadata.finalizers ?? []).filter((finalizer) => !Object.values(PROPAGATION_FINALIZERS).includes(finalizer));
  const wanted = PROPAGATION_FINALIZERS[policy];
  const finalizers = wanted ? [...others, wanted] : others;
  if (finalizers.length > 0) draft.metadata.finalizers = finalizers;
  else delete draft.metadata.finalizers;
}

function withoutResourceVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
