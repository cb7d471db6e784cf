import type { KubeObject, StatusCause } from '../../kube/types/meta.ts';
import type { Clock } from '../../system/clock.ts';
import { cloneJson, equalJson } from '../../system/json.ts';
import { toSecondsTimestamp } from '../../system/time.ts';
import type { KindRules, RuleContext } from '../admission/kind-rules.ts';
import { asPatchError } from '../patch/patch-error.ts';
import { patchObject, type ApplyRequest, type Patch } from '../patch/patch.ts';
import { serverSideApply } from '../patch/server-side-apply.ts';
import { resetFieldsOf, revertTimes, trackUpdate } from '../patch/track-update.ts';
import { invalidValue, requiredValue } from '../schema/field-causes.ts';
import type { KindSchema } from '../schema/kind-schema.ts';
import type { Journal } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import { alreadyExists, type ApiError, badRequest, forbidden, invalid, notFound, targetOf, unsupportedMediaType } from './api-error.ts';
import { recordWrite } from './audit.ts';
import { decodeBody } from './decode-body.ts';
import { addPropagationFinalizer, checkPreconditions, hasFinalizers, markDeleted } from './deletion.ts';
import { bumpGeneration, guardMetadata, keepOtherHalf, nameDraft, ownMetadata, revisionOf } from './object-metadata.ts';
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
  /** Refuses, by throwing, what the caller may not write although the request as such is allowed: privilege escalation. */
  guard?(request: ApiRequest, draft: KubeObject, previous: KubeObject | undefined): void;
  /** Refuses, by throwing, what a policy of the cluster's owner forbids; sees what would be stored. */
  enforcePolicies?(request: ApiRequest, objects: ObjectChange): void;
  /** Refuses, by throwing, what the namespace does not allow although it is right in itself; asked last. */
  admit?(request: ApiRequest, draft: KubeObject, previous: KubeObject | undefined): void;
}

/** An object before and after a write; without a state before it is created, without one after it is deleted. */
export interface ObjectChange {
  object?: KubeObject;
  oldObject?: KubeObject;
}

/** What became of an object that was to be deleted. */
export interface Deletion {
  /** Its last state, or the state in which finalizers or grace keep it. */
  object: KubeObject;
  isRemoved: boolean;
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
    this.#deps.guard?.(request, draft, undefined);
    if (this.#find(definition, draft.metadata.namespace, draft.metadata.name))
      throw alreadyExists(targetOf(definition, draft.metadata.name));
    ownMetadata(this.#deps.clock, definition, draft);
    const context = this.#context(request);
    const rules = this.#deps.rulesOf(definition);
    this.#fillDefaults(request, draft);
    if (!isApplied) this.#trackOwners(request, draft, undefined);
    if (definition.hasStatus) this.#resetStatus(definition, draft);
    rules.prepareForCreate?.(draft, context);
    this.#validate(request, draft, undefined);
    this.#deps.enforcePolicies?.(request, { object: draft });
    this.#deps.admit?.(request, draft, undefined);
    return this.#commit(request, 'create', draft, undefined);
  }

  /** Models registry/generic/registry/store.go Update. */
  update(request: ApiRequest, body: KubeObject): KubeObject {
    const draft = this.#decode(request, body);
    requireSameName(draft, request.name!);
    this.#placeInNamespace(request, draft);
    return this.replace(request, 'update', (previous) => {
      if (revisionOf(draft) === undefined && this.#needsVersion(request.definition)) throw versionRequired(request.definition, previous);
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
    return this.replace(request, 'patch', (previous) => {
      const draft = this.#decodePatched(request, patch, previous);
      requireSameName(draft, previous.metadata.name);
      requireSameUid(request.definition, draft, previous);
      return draft;
    });
  }

  #decodePatched(request: ApiRequest, patch: Patch, previous: KubeObject): KubeObject {
    const type = this.#deps.schemaOf(request.served?.definition ?? request.definition)?.type;
    const served = request.served?.conversion?.toServed(previous) ?? previous;
    const patched = patchObject(served, patch, type);
    if (patch.type === 'strategic') Object.assign(patched, { apiVersion: served.apiVersion, kind: served.kind });
    if (!request.definition.isBuiltIn) requireSameVersion(request.definition, patched, served);
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
    const applyTo = (live: KubeObject | undefined): KubeObject => {
      const applied = serverSideApply({
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
      });
      const draft = this.#decode(request, applied);
      this.#placeInNamespace(request, draft);
      requireSameName(draft, request.name!);
      return draft;
    };
    if (this.#find(definition, request.namespace, request.name!)) {
      return { object: this.replace(request, 'patch', applyTo, true), isCreated: false };
    }
    if (subresource !== undefined) throw notFound(targetOf(definition, request.name!));
    return { object: this.#create(request, applyTo(undefined), true), isCreated: true };
  }

  /** Deletes at once, or marks for deletion when grace or finalizers keep the object; answers the last state seen. */
  delete(request: ApiRequest, options: DeleteOptions): KubeObject {
    return this.deleteObject(request, options).object;
  }

  /** As `delete`; says also whether the object is gone. */
  deleteObject(request: ApiRequest, options: DeleteOptions): Deletion {
    const { definition } = request;
    const object = this.#require(definition, request.namespace, request.name!);
    checkPreconditions(definition, object, options);
    this.#deps.enforcePolicies?.(request, { oldObject: object });
    const rules = this.#deps.rulesOf(definition);
    const graceSeconds = rules.gracePeriodSeconds?.(object, options) ?? 0;
    const draft = cloneJson(object);
    if (!draft.metadata.deletionTimestamp) rules.prepareForDelete?.(draft, this.#context(request));
    addPropagationFinalizer(draft, options.propagationPolicy ?? rules.defaultPropagation ?? 'Background');
    const mustWait = graceSeconds > 0 || hasFinalizers(draft);
    if (!mustWait) return { object: this.#remove(request, draft), isRemoved: true };
    markDeleted(draft, graceSeconds, this.#deps.clock.now());
    if (draft.kind === 'Namespace') draft['status'] = { ...(draft['status'] as object | undefined), phase: 'Terminating' };
    return { object: this.#commit(request, 'delete', draft, object), isRemoved: false };
  }

  /** Makes a change that only a subresource of its own can make (binding, finalize): the rules of the kind do not stand in its way. */
  amend(request: ApiRequest, verb: 'create' | 'update', change: (draft: KubeObject) => void): KubeObject {
    const previous = this.#require(request.definition, request.namespace, request.name!);
    const draft = cloneJson(previous);
    change(draft);
    if (draft.metadata.deletionTimestamp && !hasFinalizers(draft)) return this.#remove(request, draft);
    return this.#commit(request, verb, draft, previous);
  }

  /** Changes an object from its newest state, through all rules and checks of its kind. `makeDraft` may not change what it is given. */
  replace(request: ApiRequest, verb: 'update' | 'patch', makeDraft: (previous: KubeObject) => KubeObject, isApplied = false): KubeObject {
    const { definition } = request;
    const previous = this.#require(definition, request.namespace, request.name!);
    const draft = makeDraft(previous);
    this.#placeInNamespace(request, draft);
    guardMetadata(definition, draft, previous);
    if (definition.hasStatus) keepOtherHalf(request, draft, previous);
    this.#deps.guard?.(request, draft, previous);
    this.#fillDefaults(request, draft);
    if (!isApplied) this.#trackOwners(request, draft, previous);
    this.#deps.rulesOf(definition).prepareForUpdate?.(draft, previous, this.#context(request));
    this.#validate(request, draft, previous);
    this.#deps.enforcePolicies?.(request, { object: draft, oldObject: previous });
    this.#deps.admit?.(request, draft, previous);
    bumpGeneration(definition, draft, previous);
    if (draft.metadata.deletionTimestamp && !hasFinalizers(draft) && !(draft.metadata.deletionGracePeriodSeconds ?? 0)) {
      return this.#remove(request, draft);
    }
    return this.#commit(request, verb, draft, previous);
  }

  #decode(request: ApiRequest, body: KubeObject): KubeObject {
    return decodeBody((definition) => this.#deps.schemaOf(definition), request, body);
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
      apiVersion: apiVersionOf(request.served?.definition ?? definition),
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
    const bySchema = schema?.validate(draft, previous) ?? [];
    const byRules = rules.validate?.(draft, previous, this.#context(request)) ?? [];
    // Why: the metadata of custom objects is looked at before their schema is.
    const causes: StatusCause[] = definition.isBuiltIn ? [...bySchema, ...byRules] : [...byRules, ...bySchema];
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
    recordWrite(this.#deps, request, verb, stored, previous);
    return stored;
  }

  #remove(request: ApiRequest, last: KubeObject): KubeObject {
    if (request.isDryRun) return last;
    const removed = this.#deps.store.remove(groupResource(request.definition), last);
    recordWrite(this.#deps, request, 'delete', removed, last);
    return removed;
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

/** Why: here the server names the resource where it names the kind otherwise. */
function versionRequired(definition: ResourceDefinition, previous: KubeObject): ApiError {
  return invalid({ group: definition.group, kind: definition.plural }, previous.metadata.name, [
    invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
  ]);
}

/** A patch cannot turn a custom object into one of another version. */
function requireSameVersion(definition: ResourceDefinition, { apiVersion }: KubeObject, served: KubeObject): void {
  if (typeof apiVersion !== 'string' || apiVersion === '' || apiVersion === served.apiVersion) return;
  throw invalid({ group: '', kind: definition.kind }, served.metadata.name, [
    invalidValue('apiVersion', apiVersion, `must be ${served.apiVersion}`),
  ]);
}

function requireSameName({ metadata: { name } }: KubeObject, nameInPath: string): void {
  if (!name) throw badRequest(`the name of the object (${nameInPath} based on URL) was undeterminable: name must be provided`);
  if (name !== nameInPath) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${nameInPath})`);
}

/** A patch cannot change the uid; the real server's validation says so twice. */
function requireSameUid(definition: ResourceDefinition, { metadata: { uid } }: KubeObject, previous: KubeObject): void {
  if (uid === undefined || uid === previous.metadata.uid) return;
  const cause = {
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(uid)}: field is immutable`,
    field: 'metadata.uid',
  };
  throw invalid(definition, previous.metadata.name, [cause, cause]);
}

function withoutResourceVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
