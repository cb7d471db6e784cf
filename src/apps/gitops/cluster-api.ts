/** A request to the cluster's API, as the agent's service account. */
export interface ClusterRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  path: string;
  contentType?: string;
  body?: string;
}

export interface ClusterAnswer {
  status: number;
  body: string;
}

/** An object of the cluster, as far as the agent looks into it. */
export interface ClusterObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    managedFields?: ManagedFields[];
  };
  [field: string]: unknown;
}

/** Who has written which fields of an object. */
export interface ManagedFields {
  manager?: string;
  operation: string;
  apiVersion: string;
  subresource?: string;
  fieldsType?: string;
  fieldsV1?: Record<string, unknown>;
  time?: string;
}

/** What the API refused, in its words. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface ApiResource {
  name: string;
  kind: string;
  namespaced: boolean;
}

/** The name under which the agent writes. */
export const FIELD_MANAGER = 'gitops';

/** The cluster's API, in the few verbs that the agent needs. */
export class ClusterApi {
  readonly #call: (request: ClusterRequest) => Promise<ClusterAnswer>;
  readonly #resources = new Map<string, ApiResource>();

  constructor(call: (request: ClusterRequest) => Promise<ClusterAnswer>) {
    this.#call = call;
  }

  /** Undefined when there is no such object. */
  async get(path: string): Promise<ClusterObject | undefined> {
    const { status, body } = await this.#call({ method: 'GET', path });
    if (status === 404) return undefined;
    return read(status, body) as ClusterObject;
  }

  async list(path: string): Promise<ClusterObject[]> {
    const { status, body } = await this.#call({ method: 'GET', path });
    return (read(status, body) as { items?: ClusterObject[] }).items ?? [];
  }

  async write(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, value: unknown, contentType = 'application/json') {
    const { status, body } = await this.#call({ method, path, contentType, body: JSON.stringify(value) });
    return read(status, body) as ClusterObject;
  }

  /** The path of an object. Rejects with RefusedError for a kind that the cluster does not have. */
  async pathOf({ apiVersion, kind, metadata }: ClusterObject, defaultNamespace: string): Promise<string> {
    const resource = await this.#resourceOf(apiVersion, kind);
    const place = resource.namespaced ? `/namespaces/${encodeURIComponent(metadata.namespace ?? defaultNamespace)}` : '';
    return `${rootOf(apiVersion)}${place}/${resource.name}/${encodeURIComponent(metadata.name)}`;
  }

  async #resourceOf(apiVersion: string, kind: string): Promise<ApiResource> {
    const key = `${apiVersion} ${kind}`;
    const known = this.#resources.get(key);
    if (known) return known;
    const { status, body } = await this.#call({ method: 'GET', path: rootOf(apiVersion) });
    const { resources = [] } = status === 404 ? {} : (read(status, body) as { resources?: ApiResource[] });
    const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
    if (!found) throw new RefusedError(404, `no matches for kind "${kind}" in version "${apiVersion}"`);
    this.#resources.set(key, found);
    return found;
  }
}

function rootOf(apiVersion: string): string {
  const parts = apiVersion.split('/').map(encodeURIComponent).join('/');
  return apiVersion.includes('/') ? `/apis/${parts}` : `/api/${parts}`;
}

function read(status: number, body: string): unknown {
  let value: { message?: string } | undefined;
  try {
    value = JSON.parse(body) as { message?: string };
  } catch {
    throw new RefusedError(status, body.trim().slice(0, 200) || `status ${status}`);
  }
  if (status >= 400) throw new RefusedError(status, value?.message ?? `status ${status}`);
  return value;
}
