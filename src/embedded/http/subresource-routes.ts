import type { Pod } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import type { Clock } from '../../system/clock.ts';
import { ApiError, badRequest, methodNotAllowed, unknownPath } from '../api/api-error.ts';
import type { Caller } from '../api/caller.ts';
import type { ApiClient } from '../api/client.ts';
import type { PodCommands, PodLogs } from '../api/pod-ports.ts';
import type { Reads } from '../api/reads.ts';
import { apiVersionOf, groupResource, type ResourceDefinition } from '../api/resource.ts';
import { scaleOf, writeScale, type Scale } from '../api/scale.ts';
import { decodeQuestion, trackQuestion, virtualDefinition } from '../api/virtual-resource.ts';
import { subresourcesOf, type SubresourceDefinition } from '../api/subresources.ts';
import type { Writes } from '../api/writes.ts';
import { requestToken } from '../api/access/token-requests.ts';
import type { ServiceAccountTokens } from '../api/access/service-account-tokens.ts';
import { evictPod } from '../controllers/disruption/evict-pod.ts';
import type { VirtualNetwork } from '../network/http.ts';
import { patchObject, type Patch } from '../patch/patch.ts';
import { asPatchError } from '../patch/patch-error.ts';
import { builtInKind } from '../schema/builtin-types.ts';
import type { Store } from '../store/store.ts';
import { headerOf, type ApiAnswer, type AnswerStream } from './api-call.ts';
import { jsonAnswer } from './answers.ts';
import { patchTypeOf, readPatch } from './patch-body.ts';
import { openAttach } from './pod-attach.ts';
import { openExec } from './pod-exec.ts';
import { readLogOptions, refuseLogQuery } from './pod-log-query.ts';
import { openPortForward } from './pod-port-forward.ts';
import { readDeleteOptions, readWriteQuery } from './query.ts';
import { readObject } from './request-body.ts';
import { toApiRequest, type RequestContext } from './request-context.ts';
import type { ResourceRoutes } from './resource-routes.ts';

export interface SubresourceRouteDependencies {
  store: Store;
  clock: Clock;
  reads: Reads;
  writes: Writes;
  tokens: ServiceAccountTokens;
  clientFor(caller: Caller): ApiClient;
  /** Absent where nothing runs in the pods. */
  logs?: PodLogs | undefined;
  commands?: PodCommands | undefined;
  network?: VirtualNetwork | undefined;
}

type Handler = (context: RequestContext) => ApiAnswer | Promise<ApiAnswer>;

/** Serves what lies below objects: status, scale, and the subresources of pods, namespaces and service accounts. */
export class SubresourceRoutes {
  readonly #deps: SubresourceRouteDependencies;
  readonly #handlers: Record<string, Handler>;

  constructor(deps: SubresourceRouteDependencies, resources: ResourceRoutes) {
    this.#deps = deps;
    this.#handlers = {
      status: (context) => resources.handle(context),
      scale: (context) => this.#scale(context),
      log: (context) => this.#log(context),
      eviction: (context) => this.#evict(context),
      binding: (context) => this.#bind(context),
      token: (context) => this.#token(context),
      finalize: (context) => this.#finalize(context),
      exec: (context) => this.#exec(context),
      attach: (context) => this.#attach(context),
      portforward: (context) => this.#forward(context),
    };
  }

  handle(context: RequestContext): ApiAnswer | Promise<ApiAnswer> {
    const { name, verbs } = this.requireServed(context);
    if (!verbs.includes(context.info.verb)) throw methodNotAllowed();
    return this.#handlers[name]!(context);
  }

  /** The subresource that a request is about; throws 404 where the kind has none of that name. */
  requireServed(context: RequestContext): SubresourceDefinition {
    const { info, resource } = context;
    const subresource = subresourcesOf(resource.definition).find(({ name }) => name === info.subresource);
    if (!subresource || info.rest.length > 0) throw missingSubresource(context);
    return subresource;
  }

  async #scale(context: RequestContext): Promise<ApiAnswer> {
    const { info, resource } = context;
    const { stored } = resource;
    if (info.verb === 'get') {
      const object = this.#deps.reads.get(resource, info.namespace, info.name!);
      return jsonAnswer(200, scaleOf(stored, object));
    }
    const { object, options, change } = info.verb === 'patch' ? await this.#scalePatch(context) : await this.#scaleUpdate(context);
    const request = toApiRequest(context, options);
    return jsonAnswer(200, writeScale(this.#deps.writes, request, info.verb === 'patch' ? 'patch' : 'update', change ?? (() => object)));
  }

  async #scaleUpdate(context: RequestContext) {
    const options = readWriteQuery(context.query, 'UpdateOptions');
    const { object } = await readObject(context.call, { kind: 'Scale', apiVersion: 'autoscaling/v1', isBuiltIn: true });
    const wanted = decodeQuestion({ ...toApiRequest(context, options), definition: SCALE }, object);
    requireSameName(wanted, context.info.name!);
    return { options, object: wanted, change: undefined };
  }

  async #scalePatch(context: RequestContext) {
    const { call, query } = context;
    const options = readWriteQuery(query, 'PatchOptions');
    const type = patchTypeOf(call, { isBuiltIn: true });
    const request = { ...toApiRequest(context, options), definition: SCALE };
    const { patch } = await readPatch(call, type, options.force ?? false);
    const scaleType = builtInKind('autoscaling', 'v1', 'Scale');
    const change = (scale: Scale): KubeObject => {
      const asked: Patch = patch.type === 'apply' ? { type: 'merge', body: patch.body } : patch;
      const patched = patchObject(scale, asked, scaleType);
      try {
        return decodeQuestion(request, patched);
      } catch (error) {
        throw asPatchError(error, asked, { patched, type: scaleType });
      }
    };
    return { options, object: undefined, change };
  }

  #log({ query, resource, info }: RequestContext): ApiAnswer {
    refuseLogQuery(info.name!, query);
    const pod = this.#deps.reads.get(resource, info.namespace, info.name!) as Pod;
    const options = readLogOptions(pod, query);
    if (!pod.spec.nodeName || !this.#deps.logs) return { status: 204, headers: {}, body: '' };
    const open = this.#deps.logs.open(pod, options);
    const body: AnswerStream = { open: (sink) => open({ text: (chunk) => sink.write(chunk), end: () => sink.end() }) };
    return { status: 200, headers: { 'content-type': 'text/plain' }, body };
  }

  #exec(context: RequestContext): ApiAnswer {
    const { call, query, resource, info } = context;
    const pod = this.#deps.reads.get(resource, info.namespace, info.name!) as Pod;
    if (!this.#deps.commands) return refuseConnection(context);
    return { status: 101, headers: {}, body: '', webSocket: openExec(call, query, pod, this.#deps.commands) };
  }

  #forward(context: RequestContext): ApiAnswer {
    const { call, resource, info } = context;
    const pod = this.#deps.reads.get(resource, info.namespace, info.name!) as Pod;
    if (!this.#deps.network) return refuseConnection(context);
    return { status: 101, headers: {}, body: '', webSocket: openPortForward(call, pod, this.#deps.network) };
  }

  #attach(context: RequestContext): ApiAnswer {
    const { call, query, resource, info } = context;
    const pod = this.#deps.reads.get(resource, info.namespace, info.name!) as Pod;
    if (!this.#deps.logs) return refuseConnection(context);
    return { status: 101, headers: {}, body: '', webSocket: openAttach(call, query, pod, this.#deps.logs) };
  }

  /** The body names the pod again and may carry delete options; policy/v1 and v1beta1 are the same. */
  async #evict(context: RequestContext): Promise<ApiAnswer> {
    const { info, call, caller, query } = context;
    const { object: body } = await readObject(call, { kind: 'Eviction', apiVersion: 'policy/v1', isBuiltIn: true });
    const object = decodeQuestion({ ...toApiRequest(context, { isDryRun: false }), definition: evictionOf(body) }, body);
    if (object.metadata.name !== info.name) throw badRequest('name in URL does not match name in Eviction object');
    const given = object['deleteOptions'] as Record<string, unknown> | undefined;
    const { isDryRun: isDryRunInBody, ...options } = readDeleteOptions(given ?? {}, query);
    const isDryRun = isDryRunInBody || query.has('dryRun');
    evictPod(this.#deps.clientFor(caller), this.#deps.clock, {
      namespace: info.namespace!,
      pod: info.name,
      deleteOptions: options,
      isDryRun,
    });
    return jsonAnswer(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
  }

  async #bind(context: RequestContext): Promise<ApiAnswer> {
    const { info, call, caller } = context;
    const { object: body } = await readObject(call, { kind: 'Binding', apiVersion: 'v1', isBuiltIn: true });
    const object = decodeQuestion({ ...toApiRequest(context, { isDryRun: false }), definition: BINDING }, body);
    if (object.metadata.name !== info.name) throw badRequest('name in URL does not match name in Binding object');
    const target = object['target'] as { name?: string } | undefined;
    if (!target?.name) throw badRequest('the node to bind to must be named in target.name');
    this.#deps.clientFor(caller).bind(info.namespace!, info.name, target.name);
    return jsonAnswer(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
  }

  async #token(context: RequestContext): Promise<ApiAnswer> {
    const { info, call, query } = context;
    const options = readWriteQuery(query, 'CreateOptions');
    const { object, duplicates } = await readObject(call, {
      kind: TOKEN_REQUEST.kind,
      apiVersion: apiVersionOf(TOKEN_REQUEST),
      isBuiltIn: true,
    });
    const request = { ...toApiRequest(context, options, duplicates), definition: TOKEN_REQUEST };
    const question = decodeQuestion(request, object);
    requireName(question, info.name!);
    trackQuestion(request, question, this.#deps.clock);
    const answer = requestToken(this.#deps, { namespace: info.namespace!, name: info.name! }, question);
    const { managedFields } = question.metadata;
    return jsonAnswer(201, managedFields ? { ...answer, metadata: { ...answer.metadata, managedFields } } : answer);
  }

  /** PUT namespaces/x/finalize sets the finalizers of the spec, and nothing else. */
  async #finalize(context: RequestContext): Promise<ApiAnswer> {
    const { object } = await readObject(context.call, { kind: 'Namespace', apiVersion: 'v1', isBuiltIn: true });
    requireSameName(object, context.info.name!);
    const { finalizers = [] } = (object['spec'] ?? {}) as { finalizers?: string[] };
    const request = toApiRequest(context, readWriteQuery(context.query, 'UpdateOptions'));
    const changed = this.#deps.writes.amend(request, 'update', (draft) => {
      draft['spec'] = { ...(draft['spec'] as object | undefined), ...(finalizers.length > 0 ? { finalizers } : { finalizers: undefined }) };
    });
    return jsonAnswer(200, changed);
  }
}

const TOKEN_REQUEST = virtualDefinition({
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'tokenrequests',
  kind: 'TokenRequest',
  isNamespaced: true,
});

const SCALE = virtualDefinition({ group: 'autoscaling', version: 'v1', plural: 'scales', kind: 'Scale', isNamespaced: true });
const BINDING = virtualDefinition({ group: '', version: 'v1', plural: 'bindings', kind: 'Binding', isNamespaced: true });

/** Evictions come in two versions that are the same. */
function evictionOf({ apiVersion }: KubeObject): ResourceDefinition {
  const version = apiVersion === 'policy/v1beta1' ? 'v1beta1' : 'v1';
  return virtualDefinition({ group: 'policy', version, plural: 'evictions', kind: 'Eviction', isNamespaced: true });
}

/** A body that has to say what it is about. */
function requireSameName(object: KubeObject, name: string): void {
  if (object.metadata?.name) requireName(object, name);
  else throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
}

function requireName({ metadata }: KubeObject, name: string): void {
  if (metadata?.name && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
}

/** Custom resources answer as if the object were not there. */
function missingSubresource({ resource, info }: RequestContext): ApiError {
  const { stored } = resource;
  if (stored.isBuiltIn) return unknownPath();
  const details = { ...(info.name !== undefined && { name: info.name }), group: stored.group, kind: stored.plural };
  return new ApiError(404, 'NotFound', `${groupResource(stored)} "${info.name}" not found`, details);
}

/** What is not modelled says so. */
const refuseConnection = ({ call, info }: RequestContext): never => {
  if (!headerOf(call, 'upgrade')) throw badRequest('Upgrade request required');
  const message = `the embedded cluster does not serve pods/${info.subresource}: nothing runs in its pods`;
  throw new ApiError(501, 'NotImplemented', message);
};
