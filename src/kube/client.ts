import { ClusterError } from '../errors.ts';
import { readAnswer, saysObjectIsMissing } from './answer.ts';
import { Discovery } from './discovery.ts';
import { KNOWN_RESOURCES, knownResourceOfKind, pathOf, type ResourceName } from './resources.ts';
import type { HttpRequest, Transport } from './transport.ts';
import type { KubeList, KubeObject } from './types/meta.ts';
import { followWatch, type WatchEvent } from './watch.ts';

/** What the server is asked to do with a write beside doing it. */
export interface WriteOptions {
  isDryRun?: boolean;
  fieldManager?: string;
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  /** Acts as this user. */
  as?: string;
}

export interface PatchOptions extends WriteOptions {
  subresource?: string;
  /** Takes over fields that others own; for `apply` only. */
  force?: boolean;
}

export interface ListOptions {
  /** All namespaces when there is none. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface DeleteOptions extends Pick<WriteOptions, 'isDryRun' | 'as'> {
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  gracePeriodSeconds?: number;
}

/** A patch and the language it is written in. */
export type Patch =
  | { type: 'json'; body: readonly { op: string; path: string; value?: unknown }[] }
  | { type: 'merge' | 'strategic' | 'apply'; body: Record<string, unknown> };

export interface WatchOptions extends ListOptions {
  /** Events after this one, each exactly once; without it the watch begins with every object there is, as ADDED. */
  resourceVersion?: string;
  /** Ends the watch without an error. */
  signal?: AbortSignal;
}

const PATCH_TYPES: Record<Patch['type'], string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/**
 * The Kubernetes API as raw JSON: nothing is dropped, added or renamed on the way.
 * Resources are named by GroupResource: `pods`, `rollouts.argoproj.io`. Every failure is a ClusterError in the server's words;
 * nothing is tried twice.
 */
export class KubeClient {
  readonly transport: Transport;
  readonly #userAgent: string;
  readonly #user: string | undefined;
  readonly #discovery: Discovery;

  constructor(transport: Transport, { userAgent = 'lab', as }: { userAgent?: string; as?: string } = {}) {
    this.transport = transport;
    this.#userAgent = userAgent;
    this.#user = as;
    this.#discovery = new Discovery((path) => this.request('GET', path));
  }

  /** The same API as this user sees it: whatever is asked or done is asked or done on their behalf. */
  actingAs(user: string): KubeClient {
    return new KubeClient(this.transport, { userAgent: this.#userAgent, as: user });
  }

  /** Undefined when there is no such object. */
  async get<T extends KubeObject>(resource: string, namespace: string | undefined, name: string): Promise<T | undefined> {
    const path = pathOf(await this.resource(resource), namespace, name);
    const answer = await this.transport.send({ method: 'GET', path, headers: this.#headers() });
    if (answer.status === 404 && saysObjectIsMissing(answer.body)) return undefined;
    return readAnswer<T>(`GET ${path}`, answer.status, answer.body);
  }

  /** Every object, with apiVersion and kind, in the order of the server, which is that of namespace and name. */
  async list<T extends KubeObject>(resource: string, options: ListOptions = {}): Promise<KubeList<T>> {
    const name = await this.resource(resource);
    const list = await this.request<KubeList<T>>('GET', withQuery(pathOf(name, options.namespace), listQuery(options)));
    const kind = { apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, '') };
    return { ...list, items: (list.items ?? []).map((item) => ({ ...kind, ...item })) };
  }

  async create<T extends KubeObject>(resource: string, object: T, options: WriteOptions = {}): Promise<T> {
    const path = pathOf(await this.resource(resource), object.metadata.namespace);
    return this.#write<T>('POST', withQuery(path, writeQuery(options)), object, options);
  }

  /** Replaces the object; a resourceVersion in it must be the newest, or the call fails with 409 Conflict. */
  async update<T extends KubeObject>(resource: string, object: T, options: WriteOptions & { subresource?: string } = {}): Promise<T> {
    const { namespace, name } = object.metadata;
    const path = pathOf(await this.resource(resource), namespace, name, options.subresource);
    return this.#write<T>('PUT', withQuery(path, writeQuery(options)), object, options);
  }

  async patch<T extends KubeObject>(
    resource: string,
    namespace: string | undefined,
    name: string,
    patch: Patch,
    options: PatchOptions = {},
  ): Promise<T> {
    const path = pathOf(await this.resource(resource), namespace, name, options.subresource);
    const query = { ...writeQuery(options), ...(options.force && { force: 'true' }) };
    return this.#write<T>('PATCH', withQuery(path, query), patch.body, options, PATCH_TYPES[patch.type]);
  }

  /** Asks for the object to be deleted; finalizers may keep it for a while. Rejects with 404 when it is not there. */
  async delete(resource: string, namespace: string | undefined, name: string, options: DeleteOptions = {}): Promise<void> {
    const { isDryRun, as, ...body } = options;
    const path = pathOf(await this.resource(resource), namespace, name);
    const deleteOptions = { apiVersion: 'v1', kind: 'DeleteOptions', ...body };
    await this.#write('DELETE', withQuery(path, writeQuery({ ...(isDryRun && { isDryRun }) })), deleteOptions, { ...(as && { as }) });
  }

  /**
   * Changes as they happen, without end, through ended and broken connections. Rejects with reason Expired when the server no longer
   * remembers where the watch was: then list again.
   */
  async *watch<T extends KubeObject>(resource: string, options: WatchOptions = {}): AsyncGenerator<WatchEvent<T>> {
    const collection = pathOf(await this.resource(resource), options.namespace);
    let { resourceVersion } = options;
    if (resourceVersion === undefined) {
      const list = await this.list<T>(resource, options);
      resourceVersion = list.metadata.resourceVersion ?? '';
      for (const object of list.items) yield { type: 'ADDED', object };
    }
    yield* followWatch<T>({
      transport: this.transport,
      headers: this.#headers(),
      pathFrom: (from) =>
        withQuery(collection, { ...listQuery(options), watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from }),
      resourceVersion,
      ...(options.signal && { signal: options.signal }),
    });
  }

  /** Any request, for what the methods above don't cover; answers the JSON body. */
  async request<T>(method: HttpRequest['method'], path: string, body?: unknown): Promise<T> {
    return this.#write<T>(method, path, body, {});
  }

  /** How a resource is addressed; asks the server about those the kit does not know. */
  async resource(name: string): Promise<ResourceName> {
    const resource = KNOWN_RESOURCES.get(name) ?? (await this.#discovery.byName(name));
    if (!resource) throw new ClusterError(`the server doesn't have a resource type "${name}"`, { status: 404, reason: 'NotFound' });
    return resource;
  }

  /** The resource of a kind; undefined when the server has no such kind. */
  async resourceOfKind(apiVersion: string, kind: string): Promise<ResourceName | undefined> {
    return knownResourceOfKind(apiVersion, kind) ?? this.#discovery.byKind(apiVersion, kind);
  }

  close(): void {
    this.transport.close();
  }

  async #write<T>(
    method: HttpRequest['method'],
    path: string,
    body: unknown,
    { as }: Pick<WriteOptions, 'as'>,
    type = 'application/json',
  ): Promise<T> {
    const headers = { ...this.#headers(), ...(as && { 'impersonate-user': as }), ...(body !== undefined && { 'content-type': type }) };
    const answer = await this.transport.send({ method, path, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    return readAnswer<T>(`${method} ${path}`, answer.status, answer.body);
  }

  #headers(): Record<string, string> {
    return { accept: 'application/json', 'user-agent': this.#userAgent, ...(this.#user && { 'impersonate-user': this.#user }) };
  }
}

function listQuery({ labelSelector, fieldSelector }: ListOptions): Record<string, string> {
  return { ...(labelSelector && { labelSelector }), ...(fieldSelector && { fieldSelector }) };
}

function writeQuery({ isDryRun, fieldManager, fieldValidation }: WriteOptions): Record<string, string> {
  return { ...(isDryRun && { dryRun: 'All' }), ...(fieldManager && { fieldManager }), ...(fieldValidation && { fieldValidation }) };
}

function withQuery(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString();
  return text ? `${path}?${text}` : path;
}
