import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Pod } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import type { NetworkPolicy } from '../../../kube/types/networking.ts';
import { KubeletWorld, SHOP } from '../../kubelet/testing/kubelet-world.ts';
import { NetworkError, type NetworkOrigin } from '../http.ts';

const PORTS = [{ name: 'http', containerPort: 8080 }];
const WEB = 'http://web.lab.svc.cluster.local/';
const DNS_RULE = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [{ protocol: 'UDP', port: 53 }],
};

let w: KubeletWorld;

beforeEach(async () => {
  w = new KubeletWorld();
  w.create<KubeObject>('namespaces', { kind: 'Namespace', metadata: { name: 'other', labels: { team: 'other' } } });
  w.createPod('web', { containers: [{ ...SHOP, ports: PORTS }] }, { labels: { app: 'web' } });
  for (const [name, app] of Object.entries({ client: 'client', neighbour: 'neighbour' })) {
    w.createPod(name, { containers: [{ name: 'main', command: ['sleep', '100000'] }] }, { labels: { app } });
  }
  w.create<KubeObject>('services', {
    kind: 'Service',
    metadata: { name: 'web', namespace: 'lab' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
  });
  await w.until(() => ['web', 'client', 'neighbour'].every((name) => w.isReady(name)));
  await w.wait(3);
});

afterEach(() => w.stop());

function apply(name: string, spec: NetworkPolicy['spec']): void {
  w.create<KubeObject>('networkpolicies.networking.k8s.io', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'lab' },
    spec,
  });
}

/** What a pod gets: a status, or why there is none. */
async function ask(pod: string, url = WEB, seconds = 5): Promise<string> {
  return (await w.run(pod, ['get', url, String(seconds)])).output.trim();
}

async function askAs(from: NetworkOrigin, url = WEB): Promise<string> {
  let answer: string | undefined;
  void w.cluster.network.request(from, { method: 'GET', url, headers: {}, timeoutMs: 5_000 }).then(
    ({ status }) => (answer = String(status)),
    (error: unknown) => (answer = error instanceof NetworkError ? error.code : String(error)),
  );
  await w.until(() => answer !== undefined);
  return answer!;
}

test('everybody reaches everybody until a policy says otherwise, and again when it is gone', async () => {
  expect(await ask('client')).toBe('200');
  apply('deny', { podSelector: {}, policyTypes: ['Ingress'] });
  expect(await ask('client')).toBe('ETIMEDOUT');
  expect(await ask('client', `http://${w.pod('web').status!.podIP}:8080/`)).toBe('ETIMEDOUT');
  w.api.delete('networkpolicies.networking.k8s.io', 'lab', 'deny');
  expect(await ask('client')).toBe('200');
});

test('a port that nobody listens on is refused, where a policy lets the question through', async () => {
  const closed = `http://${w.pod('web').status!.podIP}:9/`;
  expect(await ask('client', closed)).toBe('ECONNREFUSED');
  apply('web', { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ ports: [{ port: 8080 }] }] });
  expect(await ask('client', closed)).toBe('ETIMEDOUT');
  expect(await ask('client')).toBe('200');
});

test('the kubelet and the pod itself get through everything', async () => {
  apply('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  await w.wait(120);
  expect(w.isReady('web')).toBe(true);
  expect(w.told('web').filter((line) => line.startsWith('Unhealthy'))).toEqual([]);
  const { podIP: ip = '' } = w.pod('web').status!;
  expect(await askAs({ kind: 'pod', namespace: 'lab', pod: 'web', ip }, 'http://localhost:8080/')).toBe('200');
  expect(await askAs({ kind: 'pod', namespace: 'lab', pod: 'web', ip }, `http://${ip}:8080/`)).toBe('200');
});

test('a label that comes or goes takes effect at the next connection', async () => {
  apply('web', {
    podSelector: { matchLabels: { app: 'web' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { role: 'scanner' } } }] }],
  });
  expect(await ask('client')).toBe('ETIMEDOUT');
  w.api.patch<Pod>('pods', 'lab', 'client', { type: 'merge', body: { metadata: { labels: { role: 'scanner' } } } });
  expect(await ask('client')).toBe('200');
  expect(await ask('neighbour')).toBe('ETIMEDOUT');
});

test('pods of other namespaces, the rollouts controller and customers are let in by what they are', async () => {
  apply('web', {
    podSelector: { matchLabels: { app: 'web' } },
    ingress: [
      { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'argo-rollouts' } } }], ports: [{ port: 'http' }] },
    ],
  });
  expect(await askAs({ kind: 'controller' })).toBe('200');
  expect(await askAs({ kind: 'client', name: 'customer' })).toBe('ETIMEDOUT');
  apply('customers', {
    podSelector: { matchLabels: { app: 'web' } },
    ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.0.0/16'] } }] }],
  });
  expect(await askAs({ kind: 'client', name: 'customer' })).toBe('200');
  expect(await ask('client')).toBe('ETIMEDOUT');
});

test('who may not ask the name server does not get far, addresses or not', async () => {
  apply('deny', { podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'] });
  expect(await ask('client', WEB, 60)).toBe('EAI_AGAIN');
  expect(await ask('client', `http://${w.pod('web').status!.podIP}:8080/`)).toBe('ETIMEDOUT');
  expect(await ask('neighbour')).toBe('200');
  apply('web-only', {
    podSelector: { matchLabels: { app: 'client' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: { matchLabels: { app: 'web' } } }] }],
  });
  expect(await ask('client', WEB, 60)).toBe('EAI_AGAIN');
  expect(await ask('client', `http://${w.pod('web').status!.podIP}:8080/`)).toBe('200');
  apply('dns', { podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'], egress: [DNS_RULE] });
  expect(await ask('client')).toBe('200');
});

test('pods of the node’s own network are the node', async () => {
  w.createPod('host', { hostNetwork: true, containers: [{ name: 'main', command: ['sleep', '100000'] }] }, { labels: { app: 'host' } });
  await w.until(() => w.isReady('host'));
  apply('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  expect(await ask('host', `http://${w.pod('web').status!.podIP}:8080/`)).toBe('200');
});

test('a node port lets the world in, whatever policies say, unless its Service tells pods who it is', async () => {
  const open = (name: string, nodePort: number, policy: string): void =>
    void w.create<KubeObject>('services', {
      kind: 'Service',
      metadata: { name, namespace: 'lab' },
      spec: {
        type: 'NodePort',
        externalTrafficPolicy: policy,
        selector: { app: 'web' },
        ports: [{ port: 80, targetPort: 'http', nodePort }],
      },
    });
  open('open', 30080, 'Cluster');
  open('local', 30081, 'Local');
  apply('deny', { podSelector: {}, policyTypes: ['Ingress'] });
  await w.wait(3);
  const stranger: NetworkOrigin = { kind: 'client', name: 'stranger' };
  expect(await askAs(stranger)).toBe('ETIMEDOUT');
  expect(await askAs(stranger, 'http://172.18.0.2:30080/')).toBe('200');
  expect(await askAs(stranger, 'http://172.18.0.2:30081/')).toBe('ETIMEDOUT');
});

test('a copy of the cluster, as drills make it, is under the same policies', async () => {
  apply('deny', { podSelector: { matchLabels: { app: 'web' } } });
  const copy = w.copy();
  w.stop();
  w = copy;
  await w.until(() => w.isReady('client'));
  expect(await ask('client')).toBe('ETIMEDOUT');
});
