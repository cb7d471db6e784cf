/** Where the node finds the folder with the policy; it is mounted when the cluster is made. */
export const POLICY_FOLDER = '/etc/kubernetes/lab';
export const POLICY_FILE = 'audit-policy.json';
/** Where the API server writes, on the node. */
export const LOG_FOLDER = '/var/log/kubernetes';
export const LOG_FILE = 'audit.log';

/** Namespaces in which only the cluster itself is at work. */
export const SYSTEM_NAMESPACES = [
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
  'argo-rollouts',
  'tekton-pipelines',
  'tekton-pipelines-resolvers',
];

/**
 * What the API server takes down: every write to what a lab is about, with the object as it is afterwards. Events are in it too, for
 * they are gone from the cluster after an hour.
 */
export const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted', 'Panic'],
  omitManagedFields: true,
  rules: [
    { level: 'None', verbs: ['get', 'list', 'watch'] },
    { level: 'None', namespaces: SYSTEM_NAMESPACES },
    {
      level: 'RequestResponse',
      resources: [
        { group: 'argoproj.io' },
        { group: 'tekton.dev' },
        { group: '', resources: ['namespaces', 'services', 'configmaps', 'secrets', 'serviceaccounts', 'events', 'pods'] },
        { group: 'apps', resources: ['replicasets', 'deployments', 'deployments/scale', 'replicasets/scale'] },
        { group: 'batch', resources: ['jobs', 'jobs/status'] },
        { group: 'discovery.k8s.io', resources: ['endpointslices'] },
        { group: 'networking.k8s.io' },
        { group: 'policy' },
        { group: 'rbac.authorization.k8s.io' },
      ],
    },
    { level: 'None' },
  ],
};
