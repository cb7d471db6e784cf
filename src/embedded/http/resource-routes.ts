import type { KubeObject } from '../../kube/types/meta.ts';
import type { Clock } from '../../system/clock.ts';
import { ApiError, badRequest, methodNotAllowed, notFound } from '../api/api-error.ts';
import type { Reads } from '../api/reads.ts';
import { apiVersionOf, groupResource, type ServedResource } from '../api/resource.ts';
import { prepareWatch } from '../api/watch.ts';
import type { Writes } from '../api/writes.ts';
import type { Store } from '../store/store.ts';
import { headerOf, type ApiAnswer } from './api-call.ts';
import { jsonAnswer, jsonTextAnswer } from './answers.ts';
import { negotiate } from './negotiate.ts';
import { patchTypeOf, readPatch } from './patch-body.ts';
import { Presenter } from './presenter.ts';
import { readDeleteOptions, readListOptions, readWriteQuery } from './query.ts';
import { readDeleteBody, readObject } from './request-body.ts';
import { toApiRequest, type RequestContext } from './request-context.ts';
import type { IncludedObject } from './table/table.ts';
import { isTrue } from './request-info.ts';
import { watchStream } from './watch-stream.ts';

export interface ResourceRouteDependencies {
  store: Store;
  clock: Clock;
  reads: Reads;
  writes: Writes;
}

/** Kinds that a PUT creates when they are not there. Models AllowCreateOnUpdate. */
const CREATED_BY_UPDATE = [
  'leases.coordination.k8s.io',
  'endpoints',
  'events',
  'limitranges',
  'services',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
];

/** Kinds whose deletion is answered with the object instead of a Status. Models ReturnDeletedObject. */
const ANSWERED_WITH_OBJECT = ['pods', 'services', 'namespaces', 'serviceaccounts', 'resourcequotas', 'persistentvolumeclaims'];

/** Serves the verbs of resources: objects and collections, and the status subresource. Models apiserver endpoints/handlers. */
export class ResourceRoutes {
  readonly #deps: ResourceRouteDependencies;

  constructor(deps: ResourceRouteDependencies) {
    this.#deps = deps;
  }

  handle(context: RequestContext): ApiAnswer | Promise<ApiAnswer> {
    switch (context.info.verb) {
      case 'get':
        return this.#get(context);
      case 'list':
        return this.#list(context);
      case 'watch':
        return this.#watch(context);
      case 'create':
        return this.#create(context);
      case 'update':
        return this.#update(context);
      case 'patch':
        return this.#patch(context);
      case 'delete':
        return this.#delete(context);
      case 'deletecollection':
        return this.#deleteCollection(context);
      default:
        throw methodNotAllowed();
    }
  }

  #get(context: RequestContext): ApiAnswer {
    const { info, query, resource } = context;
    const presenter = this.#presenter(context);
    if (query.has('export') && isTrue(query.get('export'))) {
      throw badRequest('the export parameter, deprecated since v1.14, is no longer supported');
    }
    const object = this.#deps.reads.get(resource, storeNamespace(context), info.name!, query.get('resourceVersion') ?? undefined);
    return jsonTextAnswer(200, presenter.object(object));
  }

  #list(context: RequestContext): ApiAnswer {
    const presenter = this.#presenter(context);
    const page = this.#deps.reads.list(context.resource, storeNamespace(context), readListOptions(context.query));
    return jsonTextAnswer(200, presenter.list(page));
  }

  #watch(context: RequestContext): ApiAnswer {
    const { info, query } = context;
    const presenter = this.#presenter(context);
    const options = readListOptions(query);
    // Why: the obsolete path /watch/pods/x watches one object.
    if (info.name !== undefined) options.fieldSelector = `metadata.name=${info.name}`;
    const start = prepareWatch(this.#deps, context.resource, storeNamespace(context), options);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: watchStream(start, presenter) };
  }

  async #create(context: RequestContext): Promise<ApiAnswer> {
    const presenter = this.#presenter(context);
    const options = readWriteQuery(context.query, 'CreateOptions');
    const { object, duplicates } = await this.#readObject(context);
    const created = this.#deps.writes.create(toApiRequest(context, options, duplicates), object);
    return jsonTextAnswer(201, presenter.object(created));
  }

  async #update(context: RequestContext): Promise<ApiAnswer> {
    const presenter = this.#presenter(context);
    const options = readWriteQuery(context.query, 'UpdateOptions');
    const { object, duplicates } = await this.#readObject(context);
    const request = toApiRequest(context, options, duplicates);
    if (this.#isCreatedByUpdate(context, object)) return jsonTextAnswer(201, presenter.object(this.#deps.writes.create(request, object)));
    return jsonTextAnswer(200, presenter.object(this.#deps.writes.update(request, object)));
  }

  #isCreatedByUpdate(context: RequestContext, object: KubeObject): boolean {
    const { resource, info } = context;
    if (info.subresource !== undefined || !CREATED_BY_UPDATE.includes(groupResource(resource.stored)) || object.metadata?.uid) return false;
    return !this.#find(context);
  }

  async #patch(context: RequestContext): Promise<ApiAnswer> {
    const { info, resource, query } = context;
    const presenter = this.#presenter(context);
    const type = patchTypeOf(context.call, resource.stored);
    const options = readWriteQuery(query, 'PatchOptions', type);
    if (type !== 'apply' && !this.#find(context)) throw notFound({ ...resource.stored, name: info.name! });
    const { patch, duplicates } = await readPatch(context.call, type, options.force ?? false);
    const request = toApiRequest(context, options, duplicates);
    if (patch.type !== 'apply') return jsonTextAnswer(200, presenter.object(this.#deps.writes.patch(request, patch)));
    const { object, isCreated } = this.#deps.writes.apply(request, patch);
    return jsonTextAnswer(isCreated ? 201 : 200, presenter.object(object));
  }

  async #delete(context: RequestContext): Promise<ApiAnswer> {
    const { query, resource } = context;
    const presenter = this.#presenter(context);
    const { isDryRun, ...options } = readDeleteOptions(await readDeleteBody(context.call), query);
    const { object, isRemoved } = this.#deps.writes.deleteObject(toApiRequest(context, { isDryRun }), options);
    if (!isRemoved || ANSWERED_WITH_OBJECT.includes(groupResource(resource.stored))) return jsonTextAnswer(200, presenter.object(object));
    return jsonAnswer(200, deletedStatus(resource, object));
  }

  async #deleteCollection(context: RequestContext): Promise<ApiAnswer> {
    const { query, resource, info } = context;
    const presenter = this.#presenter(context);
    const { isDryRun, ...options } = readDeleteOptions(await readDeleteBody(context.call), withoutDeleteOptions(query));
    const page = this.#deps.reads.list(resource, storeNamespace(context), readListOptions(query));
    const deleted: KubeObject[] = [];
    for (const { metadata } of page.objects) {
      const itemInfo = { ...info, name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) };
      const request = toApiRequest({ ...context, info: itemInfo }, { isDryRun });
      deleted.push(this.#deps.writes.deleteObject(request, options).object);
    }
    return jsonTextAnswer(200, presenter.list({ ...page, objects: deleted }));
  }

  #find({ resource, info }: RequestContext): KubeObject | undefined {
    return this.#deps.store.get(groupResource(resource.stored), resource.stored.isNamespaced ? info.namespace : undefined, info.name!);
  }

  #readObject({ call, resource }: RequestContext): ReturnType<typeof readObject> {
    const { definition } = resource;
    return readObject(call, { kind: definition.kind, apiVersion: apiVersionOf(definition), isBuiltIn: definition.isBuiltIn });
  }

  #presenter({ call, query, resource, info }: RequestContext): Presenter {
    const negotiated = negotiate(headerOf(call, 'accept'), info.verb, resource.definition);
    const include = negotiated.presentation === 'table' ? includedObject(query) : 'Metadata';
    return new Presenter(resource, negotiated, { include, now: () => this.#deps.clock.now() });
  }
}

/** Objects of cluster-wide kinds are stored without a namespace, even where the path seems to name one. */
function storeNamespace({ resource, info }: RequestContext): string | undefined {
  return resource.stored.isNamespaced ? info.namespace : undefined;
}

function includedObject(query: URLSearchParams): IncludedObject {
  const asked = query.get('includeObject') ?? '';
  if (asked === '' || asked === 'Metadata') return 'Metadata';
  if (asked === 'None' || asked === 'Object') return asked;
  throw new ApiError(400, 'BadRequest', `unrecognized includeObject value: ${JSON.stringify(asked)}`);
}

/** The query of a deletecollection holds list options too; a list's own are no business of the deletion. */
function withoutDeleteOptions(query: URLSearchParams): URLSearchParams {
  const options = new URLSearchParams();
  for (const name of ['propagationPolicy', 'gracePeriodSeconds', 'orphanDependents', 'dryRun']) {
    for (const value of query.getAll(name)) options.append(name, value);
  }
  return options;
}

function deletedStatus({ definition }: ServedResource, { metadata }: KubeObject): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: metadata.name,
      ...(definition.group && { group: definition.group }),
      kind: definition.plural,
      ...(metadata.uid !== undefined && { uid: metadata.uid }),
    },
  };
}
