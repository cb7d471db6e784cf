import type { KubeObject } from '../../kube/types/meta.ts';

/** Where the Argo Rollouts controller lives. */
export const ARGO_NAMESPACE = 'argo-rollouts';

const NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease', 'default', ARGO_NAMESPACE];

/** The namespaces that a cluster with Argo Rollouts has, and the service account that its controller runs under. */
export function systemNamespaces(): KubeObject[] {
  const namespaces = NAMESPACES.map((name): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }));
  const labels = {
    'app.kubernetes.io/component': 'rollouts-controller',
    'app.kubernetes.io/name': 'argo-rollouts',
    'app.kubernetes.io/part-of': 'argo-rollouts',
  };
  const account: KubeObject = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'argo-rollouts', namespace: ARGO_NAMESPACE, labels },
  };
  return [...namespaces, account];
}

/** Address of the node, where the API server listens too. */
export const NODE_IP = '172.18.0.2';
export const API_PORT = 6443;

/** The Service through which pods reach the API, with its endpoints. */
export function kubernetesService(): KubeObject[] {
  const place = { name: 'kubernetes', namespace: 'default' };
  const port = { name: 'https', port: API_PORT, protocol: 'TCP' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...place, labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: {
        clusterIP: '10.96.0.1',
        clusterIPs: ['10.96.0.1'],
        internalTrafficPolicy: 'Cluster',
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: API_PORT }],
        sessionAffinity: 'None',
        type: 'ClusterIP',
      },
      status: { loadBalancer: {} },
    },
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...place, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
      subsets: [{ addresses: [{ ip: NODE_IP }], ports: [port] }],
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...place, generation: 1, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [NODE_IP], conditions: { ready: true } }],
      ports: [port],
    },
  ];
}
