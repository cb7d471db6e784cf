import type { KubeObject } from '../../../../kube/types/meta.ts';

/** An object whose row in a table was recorded; its status is written separately, as a controller would. */
export interface TableSubject {
  /** Path of the collection on the real server. */
  collection: string;
  object: Omit<KubeObject, 'apiVersion' | 'kind'> & { metadata: { name: string } };
  status?: object;
}

export const TABLE_NAMESPACE = 'api-tables';

const CORE = `/api/v1/namespaces/${TABLE_NAMESPACE}`;
const group = (name: string, plural: string): string => `/apis/${name}/namespaces/${TABLE_NAMESPACE}/${plural}`;

/** A time this many seconds before the recording. */
const ago = (seconds: number): string => `<${seconds} ago>`;

const container = (name: string, extra: object = {}): object => ({ name, image: `example/${name}:1`, ...extra });
const TEMPLATE = { metadata: { labels: { app: 'x' } }, spec: { containers: [container('a'), container('b')] } };
const SELECTOR = { matchLabels: { app: 'x' } };

const running = (name: string, extra: object = {}): object => ({
  name,
  image: `example/${name}:1`,
  imageID: '',
  ready: true,
  started: true,
  restartCount: 0,
  state: { running: { startedAt: ago(100) } },
  ...extra,
});
const waiting = (name: string, reason: string, extra: object = {}): object =>
  running(name, { ready: false, started: false, state: { waiting: { reason } }, ...extra });
const terminated = (name: string, exitCode: number, extra: object = {}): object =>
  running(name, { ready: false, started: false, state: { terminated: { exitCode, startedAt: ago(50), finishedAt: ago(40), ...extra } } });
const restarted = (count: number, seconds: number): object => ({
  restartCount: count,
  lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: ago(seconds + 5), finishedAt: ago(seconds) } },
});

function pod(name: string, status: object, spec: object = {}, metadata: object = {}): TableSubject {
  return {
    collection: `${CORE}/pods`,
    object: {
      metadata: { name, ...metadata },
      spec: { schedulerName: 'nobody', automountServiceAccountToken: false, containers: [container('a')], ...spec },
    },
    status,
  };
}

const READY = [{ type: 'Ready', status: 'True', lastTransitionTime: ago(5) }];
const INITIALIZED = [{ type: 'Initialized', status: 'True', lastTransitionTime: ago(5) }];
const TWO = { containers: [container('a'), container('b')] };
const INIT = { initContainers: [container('i1'), container('i2')] };
const SIDECAR = { initContainers: [container('s', { restartPolicy: 'Always' })] };

const pods: TableSubject[] = [
  pod('pending', { phase: 'Pending' }),
  pod('creating', { phase: 'Pending', containerStatuses: [waiting('a', 'ContainerCreating')] }),
  pod('running', {
    phase: 'Running',
    conditions: READY,
    containerStatuses: [running('a')],
    podIP: '10.244.0.9',
    podIPs: [{ ip: '10.244.0.9' }],
  }),
  pod('half-ready', { phase: 'Running', containerStatuses: [running('a'), running('b', { ready: false })] }, TWO),
  pod('restarted', { phase: 'Running', conditions: READY, containerStatuses: [running('a', restarted(3, 65))] }),
  pod('restarted-often', { phase: 'Running', containerStatuses: [running('a', restarted(3, 3700)), running('b', restarted(1, 300))] }, TWO),
  pod('crashing', { phase: 'Running', containerStatuses: [waiting('a', 'CrashLoopBackOff', restarted(5, 130))] }),
  pod('unpullable', { phase: 'Pending', containerStatuses: [waiting('a', 'ErrImagePull')] }),
  pod('backing-off', { phase: 'Pending', containerStatuses: [waiting('a', 'ImagePullBackOff')] }),
  pod('completed', { phase: 'Succeeded', containerStatuses: [terminated('a', 0, { reason: 'Completed' })] }),
  pod('failed', { phase: 'Failed', containerStatuses: [terminated('a', 1, { reason: 'Error' })] }),
  pod('oom', { phase: 'Failed', containerStatuses: [terminated('a', 137, { reason: 'OOMKilled' })] }),
  pod('exit-code', { phase: 'Failed', containerStatuses: [terminated('a', 3)] }),
  pod('signal', { phase: 'Failed', containerStatuses: [terminated('a', 137, { signal: 9 })] }),
  pod('evicted', { phase: 'Failed', reason: 'Evicted', message: 'low on memory' }),
  pod(
    'one-completed',
    { phase: 'Running', conditions: READY, containerStatuses: [terminated('a', 0, { reason: 'Completed' }), running('b')] },
    TWO,
  ),
  pod('one-completed-unready', { phase: 'Running', containerStatuses: [terminated('a', 0, { reason: 'Completed' }), running('b')] }, TWO),
  pod('init-first', { phase: 'Pending', initContainerStatuses: [running('i1', { ready: false }), waiting('i2', 'PodInitializing')], containerStatuses: [waiting('a', 'PodInitializing')] }, INIT), // prettier-ignore
  pod('init-second', { phase: 'Pending', initContainerStatuses: [terminated('i1', 0, { reason: 'Completed' }), running('i2', { ready: false })] }, INIT), // prettier-ignore
  pod('init-failed', { phase: 'Pending', initContainerStatuses: [terminated('i1', 2, { reason: 'Error' }), waiting('i2', 'PodInitializing')] }, INIT), // prettier-ignore
  pod('init-exit-code', { phase: 'Pending', initContainerStatuses: [terminated('i1', 2), waiting('i2', 'PodInitializing')] }, INIT),
  pod('init-crashing', { phase: 'Pending', initContainerStatuses: [waiting('i1', 'CrashLoopBackOff', restarted(2, 20)), waiting('i2', 'PodInitializing')] }, INIT), // prettier-ignore
  pod('sidecar', { phase: 'Running', conditions: [...READY, ...INITIALIZED], initContainerStatuses: [running('s', restarted(2, 20))], containerStatuses: [running('a')] }, SIDECAR), // prettier-ignore
  pod('sidecar-starting', { phase: 'Pending', initContainerStatuses: [running('s', { started: false, ready: false })] }, SIDECAR),
  pod(
    'gated',
    { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
    { schedulingGates: [{ name: 'example/gate' }] },
  ),
  pod('readiness-gates', { phase: 'Running', conditions: [{ type: 'example/one', status: 'True' }, { type: 'example/two', status: 'False' }] }, { readinessGates: [{ conditionType: 'example/one' }, { conditionType: 'example/two' }] }), // prettier-ignore
];

function job(name: string, status: object, spec: object = {}): TableSubject {
  const template = { spec: { restartPolicy: 'Never', containers: [container('a')] } };
  return { collection: group('batch/v1', 'jobs'), object: { metadata: { name }, spec: { suspend: true, template, ...spec } }, status };
}

const workloads: TableSubject[] = [
  {
    collection: group('apps/v1', 'deployments'),
    object: { metadata: { name: 'deployment' }, spec: { replicas: 3, paused: true, selector: SELECTOR, template: TEMPLATE } },
  },
  {
    collection: group('apps/v1', 'replicasets'),
    object: { metadata: { name: 'replica-set' }, spec: { replicas: 0, selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['x', 'y'] }] }, template: TEMPLATE } }, // prettier-ignore
  },
  {
    collection: group('apps/v1', 'statefulsets'),
    object: { metadata: { name: 'stateful-set' }, spec: { replicas: 0, serviceName: 's', selector: SELECTOR, template: TEMPLATE } },
  },
  {
    collection: group('apps/v1', 'daemonsets'),
    object: {
      metadata: { name: 'daemon-set' },
      spec: { selector: SELECTOR, template: { ...TEMPLATE, spec: { ...TEMPLATE.spec, nodeSelector: { nowhere: 'true', also: 'no' } } } },
    },
  },
  job('job-suspended', {}),
  job('job-parallel', {}, { parallelism: 3, completions: undefined }),
  {
    collection: group('batch/v1', 'cronjobs'),
    object: {
      metadata: { name: 'cron-job' },
      spec: {
        schedule: '0 4 * * *',
        suspend: true,
        timeZone: 'Europe/Paris',
        jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [container('a')] } } } },
      },
    },
    status: { lastScheduleTime: ago(7200) },
  },
  {
    collection: group('autoscaling/v2', 'horizontalpodautoscalers'),
    object: {
      metadata: { name: 'autoscaler' },
      spec: {
        maxReplicas: 5,
        minReplicas: 2,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
          { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '100Mi' } } },
          { type: 'Pods', pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '10' } } },
        ],
      },
    },
  },
];

function service(name: string, spec: object, status?: object): TableSubject {
  return { collection: `${CORE}/services`, object: { metadata: { name }, spec }, ...(status && { status }) };
}

const network: TableSubject[] = [
  service('cluster-ip', { clusterIP: '10.96.77.1', selector: { b: '2', a: '1' }, ports: [{ name: 'x', port: 80 }, { name: 'y', port: 53, protocol: 'UDP' }] }), // prettier-ignore
  service('headless', { clusterIP: 'None', ports: [{ port: 80 }] }),
  service('no-ports', { clusterIP: 'None' }),
  service('node-port', { type: 'NodePort', clusterIP: '10.96.77.2', ports: [{ port: 80, nodePort: 31777 }], externalIPs: ['192.0.2.7'] }),
  service('balancer-pending', { type: 'LoadBalancer', clusterIP: '10.96.77.3', ports: [{ port: 80, nodePort: 31778 }] }),
  service('balancer', { type: 'LoadBalancer', clusterIP: '10.96.77.4', ports: [{ port: 80, nodePort: 31779 }] }, { loadBalancer: { ingress: [{ ip: '192.0.2.9' }, { hostname: 'lb.example' }] } }), // prettier-ignore
  service('external-name', { type: 'ExternalName', externalName: 'shop.example' }),
  {
    collection: group('networking.k8s.io/v1', 'ingresses'),
    object: {
      metadata: { name: 'ingress' },
      spec: {
        ingressClassName: 'none',
        tls: [{ hosts: ['a.example'] }],
        rules: ['a', 'b', 'c', 'd'].map((host) => ({ host: `${host}.example` })),
      },
    },
    status: { loadBalancer: { ingress: [{ ip: '192.0.2.3' }, { hostname: 'lb.example' }] } },
  },
  {
    collection: group('networking.k8s.io/v1', 'ingresses'),
    object: {
      metadata: { name: 'ingress-any' },
      spec: { defaultBackend: { service: { name: 'x', port: { number: 80 } } } },
    },
  },
  {
    collection: group('networking.k8s.io/v1', 'networkpolicies'),
    object: { metadata: { name: 'policy' }, spec: { podSelector: { matchLabels: { app: 'x' } } } },
  },
  { collection: group('networking.k8s.io/v1', 'networkpolicies'), object: { metadata: { name: 'policy-all' }, spec: { podSelector: {} } } },
  {
    collection: group('discovery.k8s.io/v1', 'endpointslices'),
    object: {
      metadata: { name: 'slice' },
      addressType: 'IPv4',
      endpoints: ['10.244.0.1', '10.244.0.2', '10.244.0.3', '10.244.0.4'].map((ip) => ({ addresses: [ip] })),
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }, { name: 'any' }],
    },
  },
  {
    collection: group('discovery.k8s.io/v1', 'endpointslices'),
    object: { metadata: { name: 'slice-empty' }, addressType: 'IPv4', endpoints: [] },
  },
  {
    collection: `${CORE}/endpoints`,
    object: {
      metadata: { name: 'endpoints' },
      subsets: [
        { addresses: ['10.244.0.1', '10.244.0.2', '10.244.0.3', '10.244.0.4'].map((ip) => ({ ip })), ports: [{ port: 80 }] },
        { addresses: [{ ip: '10.244.0.8' }] },
      ],
    },
  },
  { collection: `${CORE}/endpoints`, object: { metadata: { name: 'endpoints-none' } } },
];

function event(name: string, extra: object): TableSubject {
  const involvedObject = { kind: 'Pod', namespace: TABLE_NAMESPACE, name: 'p' };
  return { collection: `${CORE}/events`, object: { metadata: { name }, involvedObject, ...extra } };
}

const others: TableSubject[] = [
  event('counted', { type: 'Normal', reason: 'Pulled', message: ' pulled \n', count: 4, firstTimestamp: ago(4000), lastTimestamp: ago(30), source: { component: 'kubelet', host: 'n' } }), // prettier-ignore
  event('bare', { involvedObject: { kind: 'Node', namespace: TABLE_NAMESPACE } }),
  event('series', {
    type: 'Warning',
    reason: 'Odd',
    action: 'x',
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingComponent: 'example.com/c',
    reportingInstance: 'i',
    series: { count: 9, lastObservedTime: '2026-01-01T00:10:00.000000Z' },
    involvedObject: { kind: 'Pod', namespace: TABLE_NAMESPACE, name: 'p', fieldPath: 'spec.containers{a}' },
  }),
  { collection: `${CORE}/configmaps`, object: { metadata: { name: 'config' }, data: { a: '1', b: '2' }, binaryData: { c: 'AA==' } } },
  { collection: `${CORE}/secrets`, object: { metadata: { name: 'secret' }, data: { a: 'AA==' } } },
  { collection: `${CORE}/secrets`, object: { metadata: { name: 'secret-typed' }, type: 'example.com/t' } },
  { collection: `${CORE}/serviceaccounts`, object: { metadata: { name: 'account' }, secrets: [{ name: 'a' }] } },
  { collection: `${CORE}/limitranges`, object: { metadata: { name: 'limits' }, spec: { limits: [] } } },
  {
    collection: `${CORE}/persistentvolumeclaims`,
    object: {
      metadata: { name: 'claim' },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: { requests: { storage: '1Gi' } } },
    },
  },
  {
    collection: group('policy/v1', 'poddisruptionbudgets'),
    object: { metadata: { name: 'budget' }, spec: { minAvailable: '50%', selector: SELECTOR } },
    status: { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 },
  },
  {
    collection: group('policy/v1', 'poddisruptionbudgets'),
    object: { metadata: { name: 'budget-max' }, spec: { maxUnavailable: 1, selector: { matchLabels: { none: 'such' } } } },
  },
  { collection: group('coordination.k8s.io/v1', 'leases'), object: { metadata: { name: 'lease' }, spec: { holderIdentity: 'me' } } },
  { collection: group('coordination.k8s.io/v1', 'leases'), object: { metadata: { name: 'lease-free' }, spec: {} } },
  { collection: group('rbac.authorization.k8s.io/v1', 'roles'), object: { metadata: { name: 'role' }, rules: [] } },
  {
    collection: group('rbac.authorization.k8s.io/v1', 'rolebindings'),
    object: {
      metadata: { name: 'binding' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'role' },
      subjects: [
        { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'u1' },
        { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'u2' },
        { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'g' },
        { kind: 'ServiceAccount', name: 's', namespace: 'n' },
      ],
    },
  },
  {
    collection: group('argoproj.io/v1alpha1', 'analysistemplates'),
    object: { metadata: { name: 'template' }, spec: { metrics: [] } },
  },
];

export const TABLE_SUBJECTS: readonly TableSubject[] = [...pods, ...workloads, ...network, ...others];

/** An object with its times filled in. */
export function atTime<T>(value: T, nowMs: number): T {
  const text = JSON.stringify(value).replace(/"<(\d+) ago>"/g, (_, seconds: string) =>
    JSON.stringify(timestamp(nowMs - Number(seconds) * 1000)),
  );
  return JSON.parse(text) as T;
}

function timestamp(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
