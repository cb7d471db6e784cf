import type { Clock } from '../../system/clock.ts';
import { badRequest, methodNotAllowed, unknownPath } from '../api/api-error.ts';
import type { Authenticator } from '../api/access/authenticator.ts';
import { impersonate, IncompleteImpersonation } from '../api/access/impersonation.ts';
import type { RbacAuthorizer } from '../api/access/rbac-authorizer.ts';
import { accessReviews } from '../api/access/reviews.ts';
import type { ServiceAccountTokens } from '../api/access/service-account-tokens.ts';
import type { Caller } from '../api/caller.ts';
import { goQuote } from '../go-quote.ts';
import type { ApiClient } from '../api/client.ts';
import type { PodCommands, PodLogs } from '../api/pod-ports.ts';
import { Reads } from '../api/reads.ts';
import { apiVersionOf } from '../api/resource.ts';
import type { ResourceRegistry } from '../api/resource-registry.ts';
import { decodeQuestion, trackQuestion, virtualDefinition, type VirtualResource } from '../api/virtual-resource.ts';
import type { Writes } from '../api/writes.ts';
import type { VirtualNetwork } from '../network/http.ts';
import type { Store } from '../store/store.ts';
import { headerOf, isStream, type ApiAnswer, type ApiCall } from './api-call.ts';
import { errorAnswer, jsonAnswer, pageNotFound, PlainTextError, warningHeader } from './answers.ts';
import { Discovery } from './discovery.ts';
import { decodePercent, readQuery } from './go-text.ts';
import { negotiate } from './negotiate.ts';
import { OpenApi, type OpenApiSchemas } from './openapi.ts';
import { PathRoutes } from './path-routes.ts';
import { readObject } from './request-body.ts';
import { readWriteQuery } from './query.ts';
import { toApiRequest, type RequestContext } from './request-context.ts';
import { requireReadableTimeout } from './request-timeout.ts';
import { accessOf, readRequestInfo, type ResourceRequestInfo } from './request-info.ts';
import { ResourceRoutes } from './resource-routes.ts';
import { SubresourceRoutes } from './subresource-routes.ts';

export interface ApiHandlerDependencies {
  store: Store;
  clock: Clock;
  registry: ResourceRegistry;
  writes: Writes;
  authenticator: Authenticator;
  authorizer: RbacAuthorizer;
  tokens: ServiceAccountTokens;
  clientFor(caller: Caller): ApiClient;
  openApiSchemas: OpenApiSchemas;
  logs?: PodLogs | undefined;
  commands?: PodCommands | undefined;
  /** Where port-forward leads; absent where nothing runs in the pods. */
  network?: VirtualNetwork | undefined;
  /** Hears of errors that nobody expected; clients only learn that there was one. */
  onUnexpected?(error: unknown): void;
}

/**
 * The API server without a transport: a request in, an answer out. An answer to a write comes when the write would survive
 * `kill -9`. Never rejects: whatever goes wrong is answered with a Status.
 */
export class ApiHandler {
  readonly #deps: ApiHandlerDependencies;
  readonly #virtual: Map<string, VirtualResource>;
  readonly #discovery: Discovery;
  readonly #paths: PathRoutes;
  readonly #resources: ResourceRoutes;
  readonly #subresources: SubresourceRoutes;

  constructor(deps: ApiHandlerDependencies) {
    this.#deps = deps;
    const virtual = accessReviews(deps);
    this.#virtual = new Map(virtual.map((resource) => [`${resource.group}/${resource.version}/${resource.plural}`, resource]));
    this.#discovery = new Discovery(deps.registry, virtual);
    this.#paths = new PathRoutes(this.#discovery, new OpenApi(this.#discovery, deps.registry, deps.openApiSchemas));
    const reads = new Reads(deps.store);
    this.#resources = new ResourceRoutes({ ...deps, reads });
    this.#subresources = new SubresourceRoutes({ ...deps, reads }, this.#resources);
  }

  async handle(call: ApiCall): Promise<ApiAnswer> {
    const warnings: string[] = [];
    let answer: ApiAnswer;
    try {
      const before = this.#deps.store.revision;
      const outcome = this.#dispatch(call, (message) => warnings.push(message));
      answer = outcome instanceof Promise ? await outcome : outcome;
      if (this.#deps.store.revision !== before && this.#deps.store.hasLog) await this.#untilDurable();
    } catch (error) {
      answer = errorAnswer(error, (unexpected) => this.#deps.onUnexpected?.(unexpected));
    }
    if (warnings.length > 0) answer.headers['warning'] = [...new Set(warnings)].map(warningHeader);
    return this.#finish(call, answer);
  }

  #dispatch(call: ApiCall, warn: (message: string) => void): ApiAnswer | Promise<ApiAnswer> {
    const questionMark = call.path.indexOf('?');
    const rawPath = questionMark < 0 ? call.path : call.path.slice(0, questionMark);
    const query = questionMark < 0 ? NO_QUERY : readQuery(call.path.slice(questionMark + 1));
    const path = decodePath(rawPath);
    if (/^\/api\/v1\/(watch|proxy)\/?$/.test(path)) {
      const problem = 'failed to create RequestInfo: unable to determine kind and namespace from url';
      throw internalText(call.path, `${problem}, ${path}`);
    }
    const info = readRequestInfo(call.method, path, query);
    if (info.kind === 'path' || info.verb !== 'watch') requireReadableTimeout(query);
    const caller = this.#identify(call);
    this.#deps.authorizer.require(caller, accessOf(info));
    if (rawPath.startsWith('//')) return pageNotFound();
    if (info.kind === 'path') return this.#paths.handle(call, info.path);
    return this.#handleResource({ call, info, query, caller, warn }, rawPath);
  }

  #identify(call: ApiCall): Caller {
    const userAgent = headerOf(call, 'user-agent') ?? '';
    const caller = this.#deps.authenticator.authenticate(headerOf(call, 'authorization'), userAgent);
    try {
      return impersonate(this.#deps.authorizer, caller, call.headers);
    } catch (error) {
      throw error instanceof IncompleteImpersonation ? internalText(call.path, error.message) : error;
    }
  }

  #handleResource(request: Omit<RequestContext, 'resource'>, rawPath: string): ApiAnswer | Promise<ApiAnswer> {
    const { info, call } = request;
    const resource = this.#deps.registry.served(info.group, info.version, info.resource);
    if (!resource) return this.#handleVirtual(request);
    if (/\/\//.test(rawPath)) throw unknownPath();
    const { definition } = resource;
    const context: RequestContext = { ...request, resource };
    if (isNowhere(context)) return pageNotFound();
    if (definition.deprecationWarning !== undefined) request.warn(definition.deprecationWarning);
    if (info.subresource !== undefined) this.#subresources.requireServed(context);
    if (info.name !== undefined) requireNameInPath(info.name);
    if (info.verb === '' || (call.method === 'HEAD' && definition.isBuiltIn)) throw methodNotAllowed(definition);
    if (info.subresource !== undefined) return this.#subresources.handle(context);
    if (!(definition.verbs as readonly string[]).includes(info.verb)) throw methodNotAllowed();
    requireMethodFitsPath(info);
    return this.#resources.handle(context);
  }

  #handleVirtual(request: Omit<RequestContext, 'resource'>): ApiAnswer | Promise<ApiAnswer> {
    const { info } = request;
    const virtual = this.#virtual.get(`${info.group}/${info.version}/${info.resource}`);
    if (!virtual) {
      if (info.group === '' || this.#isBuiltInGroup(info)) throw unknownPath();
      return pageNotFound();
    }
    if (info.name !== undefined || virtual.isNamespaced !== (info.namespace !== undefined)) throw unknownPath();
    if (info.verb !== 'create') throw methodNotAllowed();
    return this.#review(virtual, request);
  }

  #isBuiltInGroup({ group }: ResourceRequestInfo): boolean {
    const isStored = this.#deps.registry.allServed().some(({ definition }) => definition.isBuiltIn && definition.group === group);
    return isStored || [...this.#virtual.values()].some((resource) => resource.group === group);
  }

  async #review(virtual: VirtualResource, { call, caller, info, query, warn }: Omit<RequestContext, 'resource'>): Promise<ApiAnswer> {
    const options = readWriteQuery(query, 'CreateOptions');
    const definition = virtualDefinition(virtual);
    const expected = { kind: definition.kind, apiVersion: apiVersionOf(definition), isBuiltIn: true };
    const { object, duplicates } = await readObject(call, expected);
    const request = toApiRequest({ call, caller, info, query, warn, resource: { definition, stored: definition } }, options, duplicates);
    const body = decodeQuestion(request, object);
    const { namespace } = info;
    if (namespace !== undefined) body.metadata.namespace ??= namespace;
    if (virtual.hasManagedFields) trackQuestion(request, body, this.#deps.clock);
    return jsonAnswer(201, virtual.create({ caller, body, ...(namespace !== undefined && { namespace }) }));
  }

  async #untilDurable(): Promise<void> {
    const { store, clock } = this.#deps;
    const release = clock.hold();
    try {
      await store.durable(store.revision);
    } finally {
      release();
    }
  }

  /** What concerns every answer: YAML and indentation for those who ask for it. */
  async #finish(call: ApiCall, answer: ApiAnswer): Promise<ApiAnswer> {
    answer.headers['cache-control'] ??= 'no-cache, private';
    if (isStream(answer.body) || typeof answer.body !== 'string' || answer.headers['content-type'] !== 'application/json') return answer;
    if (wantsYaml(call)) {
      const { stringify } = await import('yaml');
      return {
        ...answer,
        headers: { ...answer.headers, 'content-type': 'application/yaml' },
        body: stringify(JSON.parse(answer.body), { sortMapEntries: true }),
      };
    }
    return isForPeople(call) ? { ...answer, body: JSON.stringify(JSON.parse(answer.body), null, 2) } : answer;
  }
}

const NO_QUERY = new URLSearchParams();

function decodePath(path: string): string {
  const decoded = decodePercent(path);
  if (decoded === undefined) throw new PlainTextError(400, '400 Bad Request');
  return decoded;
}

/** Models apiserver endpoints/handlers/responsewriters InternalError. */
function internalText(path: string, problem: string): PlainTextError {
  return new PlainTextError(500, `Internal Server Error: ${goQuote(path)}: ${problem}\n`);
}

/**
 * Whether there is nothing at the path: objects of namespaced kinds have a namespace there, others none; only lists may leave it out.
 * Built-in kinds say so with a Status, by throwing.
 */
function isNowhere({ info, resource: { definition } }: RequestContext): boolean {
  if (!definition.isNamespaced) {
    if (info.namespace !== undefined && (info.resource !== 'namespaces' || info.name === undefined)) throw unknownPath();
    return false;
  }
  if (info.namespace !== undefined) return false;
  if (info.name !== undefined && info.verb !== 'watch') throw unknownPath();
  if (info.verb === 'list' || info.verb === 'watch') return false;
  if (definition.isBuiltIn) throw methodNotAllowed();
  return true;
}

function requireNameInPath(name: string): void {
  if (name === '.' || name === '..') throw badRequest(`Name parameter invalid: ${JSON.stringify(name)}: may not be '${name}'`);
  if (name.includes('%')) throw badRequest(`Name parameter invalid: ${JSON.stringify(name)}: may not contain '%'`);
}

/** Objects are not created under their own path, and collections are not changed. */
function requireMethodFitsPath({ verb, name }: ResourceRequestInfo): void {
  const concernsObject = verb === 'get' || verb === 'update' || verb === 'patch' || verb === 'delete';
  if (verb === 'create' ? name !== undefined : concernsObject && name === undefined) throw methodNotAllowed();
}

function wantsYaml(call: ApiCall): boolean {
  const accept = headerOf(call, 'accept');
  return accept !== undefined && accept.includes('yaml') && negotiateQuietly(accept) === 'application/yaml';
}

function negotiateQuietly(accept: string): string | undefined {
  try {
    return negotiate(accept, 'get').mediaType;
  } catch {
    return undefined;
  }
}

/** Models apiserver endpoints/handlers/negotiation: browsers, curl and wget get indented answers. */
function isForPeople(call: ApiCall): boolean {
  const questionMark = call.path.indexOf('?');
  const asked = questionMark < 0 ? null : /[?&]pretty=([^&]*)/.exec(call.path)?.[1];
  if (asked !== undefined && asked !== null) return asked !== 'false' && asked !== '0';
  return /^(curl|Wget|Mozilla)/.test(headerOf(call, 'user-agent') ?? '');
}
