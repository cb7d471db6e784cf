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

const CORE = `/api/v1/namespaces/${GOLDEN_NAMESPACE}`;
const APPS = `/apis/apps/v1/namespaces/${GOLDEN_NAMESPACE}`;
const ARGO = `/apis/argoproj.io/v1alpha1/namespaces/${GOLDEN_NAMESPACE}`;
const RBAC = `/apis/rbac.authorization.k8s.io/v1/namespaces/${GOLDEN_NAMESPACE}`;
const REVIEWS = '/apis/authorization.k8s.io/v1';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const WIDGETS = `/apis/api.example/v1/namespaces/${GOLDEN_NAMESPACE}/widgets`;

const JSON_PATCH = { 'content-type': 'application/json-patch+json' };
const MERGE_PATCH = { 'content-type': 'application/merge-patch+json' };
const STRATEGIC_PATCH = { 'content-type': 'application/strategic-merge-patch+json' };
const APPLY_PATCH = { 'content-type': 'application/apply-patch+yaml' };
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };

const get = (name: string, path: string, headers?: Record<string, string>): GoldenRequest => ({
  name,
  method: 'GET',
  path,
  ...(headers && { headers }),
});
const post = (name: string, path: string, body: string | object, headers: Record<string, string> = {}): GoldenRequest => ({
  name,
  method: 'POST',
  path,
  body,
  headers: { 'content-type': 'application/json', ...headers },
});
const put = (name: string, path: string, body: string | object): GoldenRequest => ({ ...post(name, path, body), method: 'PUT' });
const patch = (name: string, path: string, body: string | object, headers: Record<string, string>): GoldenRequest => ({
  name,
  method: 'PATCH',
  path,
  body,
  headers,
});
const remove = (name: string, path: string, body?: string | object): GoldenRequest => ({
  name,
  method: 'DELETE',
  path,
  ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
});
const as = (user: string, requests: GoldenRequest[]): GoldenRequest[] =>
  requests.map((request) => ({ ...request, name: `${user}: ${request.name}`, as: user }));

const configMap = (name: string, extra: object = {}): object => ({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name }, ...extra });
const deployment = (name: string, extra: object = {}): object => ({
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

const paths: GoldenRequest[] = [
  get('health', '/healthz'),
  get('readiness', '/readyz'),
  get('liveness', '/livez/ping'),
  get('unknown root', '/foo'),
  get('unknown group', '/apis/nothing'),
  get('unknown group version', '/apis/nothing/v1'),
  get('unknown resource of an unknown group', '/apis/nothing/v1/x'),
  get('unknown version of a known group', '/apis/apps/v2'),
  get('unknown core version', '/api/v2'),
  get('resource of an unknown core version', '/api/v2/pods'),
  get('unknown resource', `${CORE}/nothing`),
  get('unknown custom resource', '/apis/argoproj.io/v1alpha1/foos'),
  get('unknown version of a custom resource', '/apis/argoproj.io/v1alpha2/rollouts'),
  get('cluster-wide resource in a namespace', `${CORE}/nodes`),
  get('object of a namespaced kind without a namespace', '/api/v1/pods/x'),
  get('name with a slash', `${CORE}/configmaps/x%2Fy`),
  get('name that climbs', `${CORE}/configmaps/..`),
  get('empty segment', `/api/v1/namespaces/${GOLDEN_NAMESPACE}//configmaps/a`),
  get('dots in the path', '/api/v1/../v1/namespaces'),
  get('unknown subresource', `${CORE}/configmaps/a/b`),
  get('too long a path', `${CORE}/configmaps/a/b/c`),
  get('below a subresource', `${CORE}/pods/a/status/x`),
  get('unknown subresource of a node', '/api/v1/nodes/x/foo'),
  get('status of a custom kind without one', `${ARGO}/analysisruns/x/status`),
  get('status of a custom object that is not there', `${ARGO}/rollouts/x/status`),
  get('unknown subresource of a custom kind', `${ARGO}/rollouts/x/foo`),
  get('review without a question', `${REVIEWS}/selfsubjectaccessreviews`),
  get('review by name', `${REVIEWS}/selfsubjectaccessreviews/x`),
  { name: 'POST to an object', method: 'POST', path: `${CORE}/pods/none` },
  { name: 'PUT to a collection', method: 'PUT', path: `${CORE}/pods` },
  { name: 'PATCH of a collection', method: 'PATCH', path: `${CORE}/pods` },
  { name: 'POST to version', method: 'POST', path: '/version' },
  { name: 'POST to all namespaces', method: 'POST', path: '/api/v1/configmaps', body: '{}' },
  { name: 'POST of a custom object to all namespaces', method: 'POST', path: '/apis/argoproj.io/v1alpha1/rollouts', body: '{}' },
  { name: 'OPTIONS', method: 'OPTIONS', path: `${CORE}/configmaps/x` },
  { name: 'DELETE of all namespaces', method: 'DELETE', path: '/api/v1/namespaces' },
  get('Accept that nobody serves', `${CORE}/pods`, { accept: 'text/html' }),
  get('Accept of an unknown presentation', `${CORE}/pods`, { accept: 'application/json;as=Foo;v=v1;g=meta.k8s.io' }),
];

const lists: GoldenRequest[] = [
  get('object that is not there', `${CORE}/pods/none`),
  get('object at an unreadable revision', `${CORE}/pods/none?resourceVersion=abc`),
  get('object at a revision ahead', `${CORE}/pods/none?resourceVersion=9999999999`),
  get('empty list', `${CORE}/pods`),
  get('empty custom list', `${ARGO}/rollouts`),
  get('list at an unreadable revision', `${CORE}/pods?resourceVersion=abc`),
  get('list at a revision ahead', `${CORE}/pods?resourceVersion=9999999999`),
  get('list at exactly a revision ahead', `${CORE}/pods?resourceVersion=9999999999&resourceVersionMatch=Exact`),
  get('match without a revision', `${CORE}/pods?resourceVersionMatch=Exact`),
  get('unknown match', `${CORE}/pods?resourceVersionMatch=Foo&resourceVersion=1`),
  get('exact match with 0', `${CORE}/pods?resourceVersionMatch=Exact&resourceVersion=0`),
  get('unreadable limit', `${CORE}/pods?limit=abc`),
  get('negative limit', `${CORE}/pods?limit=-1`),
  get('token of nobody', `${CORE}/pods?continue=abc`),
  get('token that is no base64', `${CORE}/pods?continue=!!`),
  get('token of another version', `${CORE}/pods?continue=eyJ2IjoiYSJ9`),
  get('token without a revision', `${CORE}/pods?continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ`),
  get('initial events of a list', `${CORE}/pods?sendInitialEvents=true`),
  get('watch-list without a match', `${CORE}/pods?watch=1&sendInitialEvents=true`),
  get('watch with a match', `${CORE}/pods?watch=1&resourceVersionMatch=Exact&resourceVersion=1`),
  get('watch with a token', `${CORE}/pods?watch=1&continue=abc`),
  get('watch from an unreadable revision', `${CORE}/pods?watch=1&resourceVersion=abc`),
  get('unreadable label selector', `${CORE}/pods?labelSelector=a%3D%3D%3Db`),
  get('unknown field', `${CORE}/pods?fieldSelector=spec.foo%3Dx`),
  get('unknown field of a custom kind', `${ARGO}/rollouts?fieldSelector=spec.foo%3Dx`),
  get('unreadable field selector', `${CORE}/pods?fieldSelector=abc`),
];

const bodies: GoldenRequest[] = [
  post('truncated body', `${CORE}/configmaps`, '{'),
  post('no body', `${CORE}/configmaps`, ''),
  post('list for a body', `${CORE}/configmaps`, '[]'),
  post('text for a body', `${CORE}/configmaps`, '"x"'),
  post('null for a body', `${CORE}/configmaps`, 'null'),
  post('empty object', `${CORE}/configmaps`, '{}'),
  post('no name', `${CORE}/configmaps`, '{"kind":"ConfigMap"}'),
  post('another kind', `${CORE}/configmaps`, '{"kind":"Pod","apiVersion":"v1"}'),
  post('another group', `${CORE}/configmaps`, '{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"a"}}'),
  post('unknown kind', `${CORE}/configmaps`, '{"kind":"Foo","apiVersion":"v1","metadata":{"name":"a"}}'),
  post('unknown version', `${CORE}/configmaps`, '{"kind":"ConfigMap","apiVersion":"v2","metadata":{"name":"x"}}'),
  post('kind of another group', `${CORE}/configmaps`, '{"kind":"ConfigMap","apiVersion":"apps/v1","metadata":{"name":"x"}}'),
  post('ConfigMap for a Deployment', `${APPS}/deployments`, '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"}}'),
  post('version that is a number', `${CORE}/configmaps`, '{"kind":"ConfigMap","apiVersion":5,"metadata":{"name":"a"}}'),
  post('version with two slashes', `${CORE}/configmaps`, '{"kind":"ConfigMap","apiVersion":"a/b/c","metadata":{"name":"a"}}'),
  post('another namespace', `${CORE}/configmaps`, '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x","namespace":"other"}}'),
  post('namespace that is not there', '/api/v1/namespaces/api-golden-none/configmaps', configMap('x')),
  post('metadata of a wrong type', `${CORE}/configmaps`, '{"kind":"ConfigMap","apiVersion":"v1","metadata":"x"}'),
  post('name of a wrong type', `${CORE}/configmaps`, '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":5}}'),
  post('unknown content type', `${CORE}/configmaps`, configMap('x'), { 'content-type': 'text/plain' }),
  post('unreadable YAML', `${CORE}/configmaps`, 'a: b: c', { 'content-type': 'application/yaml' }),
  post('unreadable protobuf', `${CORE}/configmaps`, 'x', { 'content-type': 'application/vnd.kubernetes.protobuf' }),
  post('fields twice and fields unknown, strictly', `${CORE}/configmaps?fieldValidation=Strict`, '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x","name":"y","labels":{"a":"b","a":"c"}},"foo":1,"bar":{}}'), // prettier-ignore
  post('fields twice and fields unknown, leniently', `${CORE}/configmaps?dryRun=All`, '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x","name":"y"},"foo":1}'), // prettier-ignore
  post('fields unknown and ignored', `${CORE}/configmaps?dryRun=All&fieldValidation=Ignore`, configMap('x', { foo: 1 })),
  post('unknown field validation', `${CORE}/configmaps?fieldValidation=Foo`, configMap('x')),
  post('unknown dry run', `${CORE}/configmaps?dryRun=Foo`, configMap('x')),
  post('field manager that is too long', `${CORE}/configmaps?fieldManager=${'a'.repeat(200)}`, configMap('x')),
  post('truncated custom body', `${ARGO}/rollouts`, '{'),
  post('custom body without a kind', `${ARGO}/rollouts`, '{}'),
  post('custom body without a version', `${ARGO}/rollouts`, '{"kind":"Rollout"}'),
  post('another custom kind', `${ARGO}/rollouts`, '{"kind":"Experiment","apiVersion":"argoproj.io/v1alpha1","metadata":{"name":"a"}}'),
  post('another custom version', `${ARGO}/rollouts`, '{"kind":"Rollout","apiVersion":"argoproj.io/v1","metadata":{"name":"a"}}'),
  post('custom body that is a list', `${ARGO}/rollouts`, '[1]'),
  post('custom body that is null', `${ARGO}/rollouts`, 'null'),
  post('long text for a custom body', `${ARGO}/rollouts`, `"${'a'.repeat(50)}"`),
  post('unreadable custom body with a long key', `${ARGO}/rollouts`, `{"${'a'.repeat(50)}":x}`),
  post('custom name of a wrong type', `${ARGO}/rollouts`, '{"kind":"Rollout","apiVersion":"argoproj.io/v1alpha1","metadata":{"name":5}}'),
  post(
    'custom object without its spec',
    `${ARGO}/rollouts`,
    '{"kind":"Rollout","apiVersion":"argoproj.io/v1alpha1","metadata":{"name":"x","foo":1}}',
  ),
];

const objects: GoldenRequest[] = [
  post('create', `${CORE}/configmaps`, configMap('one', { data: { a: 'b' } })),
  post('create again', `${CORE}/configmaps`, configMap('one')),
  post('create without a kind', `${CORE}/configmaps`, { metadata: { name: 'two' } }),
  post('dry run', `${CORE}/configmaps?dryRun=All`, configMap('three')),
  get('not there after the dry run', `${CORE}/configmaps/three`),
  post('create from YAML', `${CORE}/configmaps`, 'metadata:\n  name: from-yaml\ndata:\n  a: "1"\n', { 'content-type': 'application/yaml' }),
  patch('patch of no type', `${CORE}/configmaps/one`, {}, { 'content-type': 'application/json' }),
  patch('truncated merge patch', `${CORE}/configmaps/one`, '{', MERGE_PATCH),
  patch('merge patch that is a list', `${CORE}/configmaps/one`, '[]', MERGE_PATCH),
  patch('merge patch that is a text', `${CORE}/configmaps/one`, '"x"', MERGE_PATCH),
  patch('merge patch that is null', `${CORE}/configmaps/one`, 'null', MERGE_PATCH),
  patch('empty merge patch', `${CORE}/configmaps/one`, '', MERGE_PATCH),
  patch('truncated JSON patch', `${CORE}/configmaps/one`, '{', JSON_PATCH),
  patch('JSON patch that is an object', `${CORE}/configmaps/one`, '{}', JSON_PATCH),
  patch('JSON patch without its path', `${CORE}/configmaps/one`, '[{"op":"remove","path":"/data/zz"}]', JSON_PATCH),
  patch('JSON patch whose test fails', `${CORE}/configmaps/one`, '[{"op":"test","path":"/data/a","value":"zz"}]', JSON_PATCH),
  patch('JSON patch of an unknown operation', `${CORE}/configmaps/one`, '[{"op":"foo","path":"/data/a"}]', JSON_PATCH),
  patch('patch of the name', `${CORE}/configmaps/one`, { metadata: { name: 'two' } }, MERGE_PATCH),
  patch('patch of the kind', `${CORE}/configmaps/one`, { kind: 'Pod' }, MERGE_PATCH),
  patch('patch of the version', `${CORE}/configmaps/one`, { apiVersion: 'v2' }, MERGE_PATCH),
  patch('patch of an old state', `${CORE}/configmaps/one`, { metadata: { resourceVersion: '5' } }, MERGE_PATCH),
  patch('patch of the uid', `${CORE}/configmaps/one`, { metadata: { uid: '5' } }, MERGE_PATCH),
  patch('patch of the namespace', `${CORE}/configmaps/one`, { metadata: { namespace: 'default' } }, MERGE_PATCH),
  patch('patch of a wrong type', `${CORE}/configmaps/one`, { data: 5 }, MERGE_PATCH),
  patch(
    'patch with a field twice, strictly',
    `${CORE}/configmaps/one?fieldValidation=Strict`,
    '{"foo":5,"data":{"b":"1","b":"2"}}',
    MERGE_PATCH,
  ),
  patch('truncated strategic patch', `${CORE}/configmaps/one`, '{', STRATEGIC_PATCH),
  patch('strategic patch that is a list', `${CORE}/configmaps/one`, '[]', STRATEGIC_PATCH),
  patch('patch of nothing', `${CORE}/configmaps/none`, {}, STRATEGIC_PATCH),
  patch('unreadable patch of nothing', `${CORE}/configmaps/none`, '{', MERGE_PATCH),
  patch('strategic patch of a custom object', `${ARGO}/rollouts/none`, {}, STRATEGIC_PATCH),
  patch('apply without a manager', `${CORE}/configmaps/one`, {}, APPLY_PATCH),
  patch('apply without a kind', `${CORE}/configmaps/one?fieldManager=x`, {}, APPLY_PATCH),
  patch('apply of unreadable YAML', `${CORE}/configmaps/one?fieldManager=x`, 'a: b: c', APPLY_PATCH),
  patch('force without apply', `${CORE}/configmaps/one?force=true`, {}, MERGE_PATCH),
  patch('merge patch', `${CORE}/configmaps/one`, { data: { c: 'd' } }, MERGE_PATCH),
  patch('strategic patch', `${CORE}/configmaps/one`, { data: { c: null } }, STRATEGIC_PATCH),
  patch('apply', `${CORE}/configmaps/one?fieldManager=x`, configMap('one', { data: { e: 'f' } }), APPLY_PATCH),
  patch('apply with a conflict', `${CORE}/configmaps/one?fieldManager=y`, configMap('one', { data: { e: 'g' } }), APPLY_PATCH),
  patch('apply that creates', `${CORE}/configmaps/applied?fieldManager=x`, configMap('applied', { data: { e: 'f' } }), APPLY_PATCH),
  put('update to another name', `${CORE}/configmaps/one`, configMap('two')),
  put('update without a name', `${CORE}/configmaps/one`, { kind: 'ConfigMap', apiVersion: 'v1', metadata: {} }),
  put('update of an old state', `${CORE}/configmaps/one`, { metadata: { name: 'one', resourceVersion: '5' } }),
  put('update of an unreadable state', `${CORE}/configmaps/one`, { metadata: { name: 'one', resourceVersion: 'abc' } }),
  put('update of another object', `${CORE}/configmaps/one`, { metadata: { name: 'one', uid: 'abc' } }),
  put('update of nothing', `${CORE}/configmaps/nope`, configMap('nope')),
  put('update in another namespace', `${CORE}/configmaps/one`, { metadata: { name: 'one', namespace: 'default' } }),
  put('update', `${CORE}/configmaps/one`, configMap('one', { data: { z: '1' } })),
  put('update that creates', `${RBAC}/roles/made-by-put`, { metadata: { name: 'made-by-put' }, rules: [] }),
  remove('deletion of nothing', `${CORE}/configmaps/nope`),
  remove('deletion with an unreadable body', `${CORE}/configmaps/one`, '{'),
  remove('deletion with a body of another kind', `${CORE}/configmaps/one`, { kind: 'Pod', apiVersion: 'v1' }),
  remove('deletion with an unknown policy', `${CORE}/configmaps/one`, { propagationPolicy: 'Foo' }),
  remove('deletion of another object', `${CORE}/configmaps/one`, { preconditions: { uid: 'x' } }),
  remove('deletion of an old state', `${CORE}/configmaps/one`, { preconditions: { resourceVersion: '1' } }),
  remove('deletion with an unreadable grace', `${CORE}/configmaps/one?gracePeriodSeconds=x`),
  remove('deletion with two policies', `${CORE}/configmaps/one?propagationPolicy=Background&orphanDependents=true`),
  remove('deletion as a dry run', `${CORE}/configmaps/one?dryRun=All`),
  patch('finalizer', `${CORE}/configmaps/one`, { metadata: { finalizers: ['api.example/keep'] } }, MERGE_PATCH),
  remove('deletion that a finalizer holds up', `${CORE}/configmaps/one`),
  remove('second deletion', `${CORE}/configmaps/one`),
  patch('finalizer taken away', `${CORE}/configmaps/one`, { metadata: { finalizers: null } }, MERGE_PATCH),
  get('gone', `${CORE}/configmaps/one`),
  remove('deletion', `${CORE}/configmaps/two`),
  remove('deletion of several', `${CORE}/configmaps?fieldSelector=metadata.name%3Dapplied`),
  remove('deletion of a kind that is answered with the object', `${CORE}/serviceaccounts/none`),
];

const scales: GoldenRequest[] = [
  post('create a Deployment', `${APPS}/deployments`, deployment('scaled')),
  get('scale', `${APPS}/deployments/scaled/scale`),
  patch('scale by merge patch', `${APPS}/deployments/scaled/scale?dryRun=All`, { spec: { replicas: 2 } }, MERGE_PATCH),
  patch('scale below zero', `${APPS}/deployments/scaled/scale`, { spec: { replicas: -1 } }, MERGE_PATCH),
  put('scale by update', `${APPS}/deployments/scaled/scale?dryRun=All`, {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name: 'scaled' },
    spec: { replicas: 3 },
  }),
  get('scale of nothing', `${APPS}/deployments/none/scale`),
  get('scale of a kind without one', `${CORE}/configmaps/scaled/scale`),
  remove('delete the Deployment', `${APPS}/deployments/scaled`),
];

const access: GoldenRequest[] = [
  post('service account', `${CORE}/serviceaccounts`, { metadata: { name: 'bob' } }),
  post('role', `${RBAC}/roles`, {
    metadata: { name: 'reader' },
    rules: [{ apiGroups: ['', 'argoproj.io'], resources: ['pods', 'pods/log', 'rollouts'], verbs: ['get', 'list'] }],
  }),
  post('role over roles', `${RBAC}/roles`, {
    metadata: { name: 'grantor' },
    rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create', 'update', 'patch'] }],
  }),
  ...['reader', 'grantor'].map((role) =>
    post(`binding to ${role}`, `${RBAC}/rolebindings`, {
      metadata: { name: role },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
      subjects: [{ kind: 'ServiceAccount', name: 'bob', namespace: GOLDEN_NAMESPACE }],
    }),
  ),
  ...as(`system:serviceaccount:${GOLDEN_NAMESPACE}:bob`, [
    get('allowed', `${CORE}/pods`),
    get('allowed by group', `${ARGO}/rollouts`),
    get('list that is not allowed', `${CORE}/secrets`),
    get('get that is not allowed', `${CORE}/secrets/x`),
    get('log that is allowed', `${CORE}/pods/none/log`),
    get('watch that is not allowed', `${CORE}/pods?watch=1`),
    get('cluster-wide list', '/api/v1/nodes'),
    get('cluster-wide get', '/api/v1/nodes/x'),
    get('list in all namespaces', '/api/v1/pods'),
    get('custom kind that nobody has', '/apis/foo.example/v1/bars'),
    get('path that is not allowed', '/metrics'),
    get('version', '/version'),
    get('discovery', '/apis/policy'),
    post('creation that is not allowed', `${CORE}/pods`, {}),
    remove('deletion of several that is not allowed', `${CORE}/pods`),
    get('scale that is not allowed', `${APPS}/deployments/x/scale`),
    post('may I', `${REVIEWS}/selfsubjectaccessreviews`, {
      spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace: GOLDEN_NAMESPACE } },
    }),
    post('may I not', `${REVIEWS}/selfsubjectaccessreviews`, {
      spec: { resourceAttributes: { verb: 'delete', resource: 'pods', namespace: GOLDEN_NAMESPACE } },
    }),
    post('may I read logs', `${REVIEWS}/selfsubjectaccessreviews`, {
      spec: { resourceAttributes: { verb: 'get', resource: 'pods', subresource: 'log', namespace: GOLDEN_NAMESPACE } },
    }),
    post('may I see metrics', `${REVIEWS}/selfsubjectaccessreviews`, {
      spec: { nonResourceAttributes: { verb: 'get', path: '/metrics' } },
    }),
    post('may I see health', `${REVIEWS}/selfsubjectaccessreviews`, { spec: { nonResourceAttributes: { verb: 'get', path: '/healthz' } } }),
    post('who am I', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {}),
    post('role with more than I hold', `${RBAC}/roles`, {
      metadata: { name: 'more' },
      rules: [
        { apiGroups: ['', 'apps'], resources: ['pods', 'pods/log'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['configmaps'], resourceNames: ['a', 'b'], verbs: ['get', 'list'] },
      ],
    }),
    post('role with what I hold', `${RBAC}/roles?dryRun=All`, {
      metadata: { name: 'same' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    }),
    post('binding to more than I hold', `${RBAC}/rolebindings`, {
      metadata: { name: 'more' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'u' }],
    }),
    post('binding to a role that is not there', `${RBAC}/rolebindings`, {
      metadata: { name: 'more' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'nope' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'u' }],
    }),
    patch(
      'patch of a role to more than I hold',
      `${RBAC}/roles/reader`,
      { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
      MERGE_PATCH,
    ),
  ]),
  post('review of nothing', `${REVIEWS}/selfsubjectaccessreviews`, { spec: {} }),
  post('review of two things', `${REVIEWS}/selfsubjectaccessreviews`, {
    spec: { resourceAttributes: { verb: 'get', resource: 'pods' }, nonResourceAttributes: { verb: 'get', path: '/metrics' } },
  }),
  post('may nobody', `${REVIEWS}/subjectaccessreviews`, { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } }),
  post('may bob', `${REVIEWS}/subjectaccessreviews`, {
    spec: {
      user: `system:serviceaccount:${GOLDEN_NAMESPACE}:bob`,
      resourceAttributes: { verb: 'get', resource: 'pods', namespace: GOLDEN_NAMESPACE },
    },
  }),
  post('may somebody here', `${REVIEWS}/namespaces/${GOLDEN_NAMESPACE}/localsubjectaccessreviews`, {
    spec: { user: 'x', resourceAttributes: { verb: 'get', resource: 'pods', namespace: GOLDEN_NAMESPACE } },
  }),
  post('rules without a namespace', `${REVIEWS}/selfsubjectrulesreviews`, { spec: {} }),
  post('token', `${CORE}/serviceaccounts/bob/token`, { spec: { expirationSeconds: 600 } }),
  post('token for too short', `${CORE}/serviceaccounts/bob/token`, { spec: { expirationSeconds: 60 } }),
  post('token of nobody', `${CORE}/serviceaccounts/nobody/token`, {}),
  post('token bound to nothing', `${CORE}/serviceaccounts/bob/token`, {
    spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'x' } },
  }),
  post('review of no token', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: {} }),
  post('review of a wrong token', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: 'xx' } }),
];

const customKinds: GoldenRequest[] = [
  post('define a kind', CRDS, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.api.example' },
    spec: {
      group: 'api.example',
      names: { plural: 'widgets', kind: 'Widget', shortNames: ['wg'], categories: ['all'] },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1beta1',
          served: true,
          storage: false,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { color: { type: 'string' }, size: { type: 'integer', default: 3 } } } },
            },
          },
        },
        {
          name: 'v1',
          served: true,
          storage: true,
          selectableFields: [{ jsonPath: '.spec.color' }],
          subresources: { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } },
          additionalPrinterColumns: [
            { name: 'Color', type: 'string', jsonPath: '.spec.color' },
            { name: 'Size', type: 'integer', jsonPath: '.spec.size', priority: 1 },
          ],
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: { type: 'object', properties: { color: { type: 'string' }, size: { type: 'integer', default: 3 } } },
                status: { type: 'object', properties: { size: { type: 'integer' } } },
              },
            },
          },
        },
      ],
    },
  }),
  get('its definition', `${CRDS}/widgets.api.example`),
  get('its group', '/apis/api.example'),
  get('its resources', '/apis/api.example/v1'),
  get('its resources in the other version', '/apis/api.example/v1beta1'),
  post('custom object', WIDGETS, {
    apiVersion: 'api.example/v1',
    kind: 'Widget',
    metadata: { name: 'w' },
    spec: { color: 'red', shape: 'round' },
  }),
  get('custom object in the other version', `/apis/api.example/v1beta1/namespaces/${GOLDEN_NAMESPACE}/widgets/w`),
  get('custom list in the other version', `/apis/api.example/v1beta1/namespaces/${GOLDEN_NAMESPACE}/widgets`),
  get('custom objects by a field', `${WIDGETS}?fieldSelector=spec.color%3Dred`),
  get(
    'custom objects by a field of another version',
    `/apis/api.example/v1beta1/namespaces/${GOLDEN_NAMESPACE}/widgets?fieldSelector=spec.color%3Dred`,
  ),
  get('custom table', WIDGETS, TABLE),
  get('custom scale', `${WIDGETS}/w/scale`),
  patch(
    'custom patch in the other version',
    `/apis/api.example/v1beta1/namespaces/${GOLDEN_NAMESPACE}/widgets/w`,
    { spec: { color: 'blue' } },
    MERGE_PATCH,
  ),
  patch('custom status', `${WIDGETS}/w/status`, { status: { size: 2 }, spec: { color: 'green' } }, MERGE_PATCH),
  patch('custom patch that changes nothing', `${WIDGETS}/w`, { spec: { color: 'blue' } }, MERGE_PATCH),
  put('custom update without a state', `${WIDGETS}/w`, { apiVersion: 'api.example/v1', kind: 'Widget', metadata: { name: 'w' }, spec: {} }),
  patch('custom patch of a wrong type', `${WIDGETS}/w`, { spec: { size: 'x' } }, MERGE_PATCH),
  patch('custom scale by patch', `${WIDGETS}/w/scale`, { spec: { replicas: 4 } }, MERGE_PATCH),
  remove('custom deletion', `${WIDGETS}/w`),
  remove('deletion of the definition', `${CRDS}/widgets.api.example`),
];

const logs: GoldenRequest[] = [
  post('pod that no scheduler looks at', `${CORE}/pods`, {
    metadata: { name: 'waiting' },
    spec: { schedulerName: 'nobody', containers: ['a', 'b'].map((name) => ({ name, image: 'none.example/none:1' })) },
  }),
  get('log of which container', `${CORE}/pods/waiting/log`),
  get('log of no container', `${CORE}/pods/waiting/log?container=c`),
  get('log of a pod without a node', `${CORE}/pods/waiting/log?container=a`),
  get('log with a negative tail', `${CORE}/pods/waiting/log?container=a&tailLines=-1`),
  get('log with an unreadable tail', `${CORE}/pods/waiting/log?container=a&tailLines=x`),
  get('log with two beginnings', `${CORE}/pods/waiting/log?container=a&sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z`),
  post('eviction of nobody', `${CORE}/pods/none/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'none' } }),
  post('eviction of another pod', `${CORE}/pods/waiting/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'other' },
  }),
  post('eviction', `${CORE}/pods/waiting/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'waiting' } }),
];

/** Everything that was asked of the real server, in this order. */
export const CONVERSATION: readonly GoldenRequest[] = [
  post('namespace', '/api/v1/namespaces', { metadata: { name: GOLDEN_NAMESPACE } }),
  ...paths,
  ...lists,
  ...bodies,
  ...objects,
  ...scales,
  ...access,
  ...customKinds,
  ...logs,
];
