/** One request as it goes over the wire, whatever HTTP says about it. */
export interface HostileRequest {
  /** What kind of mistake it is an example of; answers of one class are alike. */
  group: string;
  /** Unique among the fixed ones. */
  name: string;
  method: string;
  /** What stands between the method and the version on the request line. */
  target: string;
  headers?: readonly (readonly [name: string, value: string])[];
  body?: Uint8Array;
  /** Without any credentials unless it brings its own. */
  isAnonymous?: true;
}

/** The namespace that requests are about; `PREPARATION` makes what is in it. */
export const NAMESPACE = 'hostile';

export const CORE = `/api/v1/namespaces/${NAMESPACE}`;
export const APPS = `/apis/apps/v1/namespaces/${NAMESPACE}`;
export const ARGO = `/apis/argoproj.io/v1alpha1/namespaces/${NAMESPACE}`;

const JSON_TYPE: readonly [string, string] = ['Content-Type', 'application/json'];

export const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { a: 'b' } };
export const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'none.example/none:1' }] } },
  },
};
export const ROLLOUT = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'shop' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'shop' } },
    template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'shop', image: 'none.example/none:1' }] } },
    strategy: { canary: {} },
  },
};

/** Made before the first request, in this order. */
export const PREPARATION: readonly [collection: string, object: object][] = [
  ['/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }],
  [`${CORE}/configmaps`, CONFIG_MAP],
  [`${APPS}/deployments`, DEPLOYMENT],
  [`${ARGO}/rollouts`, ROLLOUT],
];

export function jsonBody(text: string | object): Uint8Array {
  return Buffer.from(typeof text === 'string' ? text : JSON.stringify(text));
}

/** A POST of JSON that changes nothing. */
export function creation(group: string, name: string, collection: string, body: string | object | Uint8Array): HostileRequest {
  const bytes = body instanceof Uint8Array ? body : jsonBody(body);
  return { group, name, method: 'POST', target: `${collection}?dryRun=All`, headers: [JSON_TYPE], body: bytes };
}

/** The request with its identity, as bytes. */
export function bytesOf({ method, target, headers = [], body }: HostileRequest, host: string, token?: string): Buffer {
  const has = (name: string): boolean => headers.some(([given]) => given.toLowerCase() === name);
  const lines = [`${method} ${target} HTTP/1.1`];
  if (!has('host')) lines.push(`Host: ${host}`);
  if (token !== undefined) lines.push(`Authorization: Bearer ${token}`);
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (body && !has('content-length') && !has('transfer-encoding')) lines.push(`Content-Length: ${body.byteLength}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body ?? Buffer.alloc(0)]);
}
