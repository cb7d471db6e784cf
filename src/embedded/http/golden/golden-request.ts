/** One request of the recorded conversation; each builds on what those before it have done. */
export interface GoldenRequest {
  /** Says what it is about; unique. */
  name: string;
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | object;
  /** Asks as somebody else. */
  as?: string;
}

/** The namespace that the conversation is about; it is created by the first request. */
export const GOLDEN_NAMESPACE = 'api-golden';

/** What paths begin with. */
export const CORE = `/api/v1/namespaces/${GOLDEN_NAMESPACE}`;
export const APPS = `/apis/apps/v1/namespaces/${GOLDEN_NAMESPACE}`;
export const ARGO = `/apis/argoproj.io/v1alpha1/namespaces/${GOLDEN_NAMESPACE}`;
export const RBAC = `/apis/rbac.authorization.k8s.io/v1/namespaces/${GOLDEN_NAMESPACE}`;
export const REVIEWS = '/apis/authorization.k8s.io/v1';
export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const WIDGETS = `/apis/api.example/v1/namespaces/${GOLDEN_NAMESPACE}/widgets`;

export const JSON_PATCH = { 'content-type': 'application/json-patch+json' };
export const MERGE_PATCH = { 'content-type': 'application/merge-patch+json' };
export const STRATEGIC_PATCH = { 'content-type': 'application/strategic-merge-patch+json' };
export const APPLY_PATCH = { 'content-type': 'application/apply-patch+yaml' };
export const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };

export const get = (name: string, path: string, headers?: Record<string, string>): GoldenRequest => ({
  name,
  method: 'GET',
  path,
  ...(headers && { headers }),
});
export const post = (name: string, path: string, body: string | object, headers: Record<string, string> = {}): GoldenRequest => ({
  name,
  method: 'POST',
  path,
  body,
  headers: { 'content-type': 'application/json', ...headers },
});
export const put = (name: string, path: string, body: string | object): GoldenRequest => ({ ...post(name, path, body), method: 'PUT' });
export const patch = (name: string, path: string, body: string | object, headers: Record<string, string>): GoldenRequest => ({
  name,
  method: 'PATCH',
  path,
  body,
  headers,
});
export const remove = (name: string, path: string, body?: string | object): GoldenRequest => ({
  name,
  method: 'DELETE',
  path,
  ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
});
export const as = (user: string, requests: GoldenRequest[]): GoldenRequest[] =>
  requests.map((request) => ({ ...request, name: `${user}: ${request.name}`, as: user }));

export const configMap = (name: string, extra: object = {}): object => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name },
  ...extra,
});
export const deployment = (name: string, extra: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'none.example/none:1' }] } },
    ...extra,
  },
});
