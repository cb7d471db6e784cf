import {
  type GoldenRequest,
  GOLDEN_NAMESPACE,
  CORE,
  APPS,
  ARGO,
  RBAC,
  REVIEWS,
  MERGE_PATCH,
  get,
  post,
  patch,
  remove,
  as,
} from './golden-request.ts';

/** Who may do what, and who asks about it. */
export const access: GoldenRequest[] = [
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
