import { beforeEach, describe, expect, test } from 'vitest';
import type { EndpointSlice, Service } from '../../kube/types/core.ts';
import { cloneJson } from '../../system/json.ts';
import { WorkloadWorld } from '../../../tests/support/workload-world.ts';
import type { Faults } from '../faults.ts';
import { ClusterNetwork, type ClusterNetworkOptions } from './cluster-network.ts';
import { EVERYTHING_ALLOWED } from './connection-policy.ts';
import { NetworkError, type HttpRequest, type NetworkOrigin, type RequestRecord } from './http.ts';
import { KubeProxy } from './kube-proxy.ts';

const POD: NetworkOrigin = { kind: 'pod', namespace: 'lab', pod: 'client', ip: '10.244.0.9' };

class Net {
  readonly world = new WorkloadWorld();
  readonly faults: Pick<Faults, 'blocks' | 'endpointDelayMs'> = { blocks: () => undefined, endpointDelayMs: undefined };
  readonly network: ClusterNetwork;
  readonly records: RequestRecord[] = [];

  constructor(options: Partial<ClusterNetworkOptions> = {}) {
    const { core, clock, api } = this.world;
    const proxy = new KubeProxy(core, this.faults);
    proxy.start();
    this.network = new ClusterNetwork({ clock, api, proxy, faults: this.faults, ...options });
    this.network.observe((record) => this.records.push(record));
    this.network.attach(POD.kind === 'pod' ? POD.ip : '', { namespace: 'lab', name: 'client' });
  }

  /** A pod that answers its name on 8080. */
  serve(name: string, ip: string): void {
    this.network.attach(ip, { namespace: 'lab', name });
    this.network.listen(ip, 8080, ({ target, headers, remoteIp }) => ({
      status: 200,
      headers: { 'x-host': headers['host'] ?? '' },
      body: `${name} ${target} ${remoteIp}`,
    }));
  }

  service(name: string, ready: readonly string[], spec: Partial<Service['spec']> = {}): void {
    this.world.api.create<Service>('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'lab' },
      spec: { clusterIP: '10.96.0.7', ports: [{ port: 80, targetPort: 8080 }], ...spec },
    });
    this.world.api.create<EndpointSlice>('endpointslices.discovery.k8s.io', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-x`, namespace: 'lab', labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      endpoints: ready.map((ip) => ({ addresses: [ip], conditions: { ready: true, serving: true, terminating: false } })),
    });
  }

  setEndpoints(name: string, endpoints: EndpointSlice['endpoints']): void {
    const slice = cloneJson(this.world.get<EndpointSlice>('endpointslices.discovery.k8s.io', `${name}-x`));
    this.world.api.update('endpointslices.discovery.k8s.io', { ...slice, endpoints });
  }

  setReady(name: string, ready: readonly string[], notReady: readonly string[] = []): void {
    this.setEndpoints(name, [
      ...ready.map((ip) => ({ addresses: [ip], conditions: { ready: true, serving: true, terminating: false } })),
      ...notReady.map((ip) => ({ addresses: [ip], conditions: { ready: false, serving: false, terminating: false } })),
    ]);
  }

  /** The body that comes back, or the error's code. */
  async get(url: string, from: NetworkOrigin = POD, extra: Partial<HttpRequest> = {}): Promise<string> {
    let answer: string | undefined;
    void this.network.request(from, { method: 'GET', url, headers: {}, ...extra }).then(
      ({ body }) => (answer = body),
      (error: unknown) => (answer = error instanceof NetworkError ? error.code : String(error)),
    );
    await this.world.until(() => answer !== undefined);
    return answer!;
  }
}

let net: Net;
beforeEach(async () => {
  net = new Net();
  net.serve('a', '10.244.0.5');
  net.serve('b', '10.244.0.6');
  net.service('web', ['10.244.0.5']);
  await net.world.wait(5_000);
});

describe('addresses and names', () => {
  test.each([
    ['http://10.244.0.5:8080/x?y=%27#z', 'a /x?y=%27 10.244.0.9'],
    ['http://10.96.0.7/', 'a / 10.244.0.9'],
    ['http://web/', 'a / 10.244.0.9'],
    ['http://WEB.lab', 'a / 10.244.0.9'],
    ['http://web.lab.svc:80/', 'a / 10.244.0.9'],
    ['http://web.lab.svc.cluster.local/', 'a / 10.244.0.9'],
    ['http://web.lab.svc.cluster.local./', 'a / 10.244.0.9'],
    ['http://10-244-0-6.lab.pod.cluster.local:8080/', 'b / 10.244.0.9'],
    ["http://web/search?q=<script>'", "a /search?q=<script>' 10.244.0.9"],
    ['http://nosuch/', 'ENOTFOUND'],
    ['http://web.other/', 'ENOTFOUND'],
    ['http://example.com/', 'ENOTFOUND'],
    ['http://web.lab.svc.cluster.local.example.com/', 'ENOTFOUND'],
    ['https://web/', 'ENOTFOUND'],
    ['nonsense', 'ENOTFOUND'],
    ['http://10.244.0.5:9/', 'ECONNREFUSED'],
    ['http://10.244.0.77:8080/', 'EHOSTUNREACH'],
    ['http://web:81/', 'ETIMEDOUT'],
  ])('%s → %s', async (url, expected) => {
    expect(await net.get(url)).toBe(expected);
  });

  test('search domains are those of whoever asks', async () => {
    expect(await net.get('http://web/', { kind: 'pod', namespace: 'other', pod: 'p', ip: '10.244.0.8' })).toBe('ENOTFOUND');
    expect(await net.get('http://web.lab/', { kind: 'controller' })).toContain('a /');
    expect(await net.get('http://web.lab/', { kind: 'client', name: 'customer' })).toBe('a / 172.18.0.1');
    expect(await net.get('http://web.lab.svc.cluster.local/', { kind: 'kubelet' })).toBe('ENOTFOUND');
    expect(await net.get('http://10.244.0.5:8080/', { kind: 'kubelet' })).toBe('a / 10.244.0.1');
  });

  test('a pod reaches itself as localhost', async () => {
    net.network.listen('10.244.0.9', 3000, () => ({ status: 200, headers: {}, body: 'me' }));
    expect(await net.get('http://localhost:3000/')).toBe('me');
    expect(await net.get('http://127.0.0.1:3001/')).toBe('ECONNREFUSED');
  });

  test('a headless Service is its pods; the port is the pod’s own', async () => {
    net.service('headless', ['10.244.0.6'], { clusterIP: 'None' });
    await net.world.wait(2_000);
    expect(await net.get('http://headless:8080/')).toBe('b / 10.244.0.9');
    net.setReady('headless', []);
    await net.world.wait(2_000);
    expect(await net.get('http://headless:8080/')).toBe('ENOTFOUND');
  });

  test('a node port leads to the pods of its Service, in the name of the node unless the Service wants to know who it is', async () => {
    const ports = [{ port: 80, targetPort: 8080, nodePort: 30080 }];
    net.service('open', ['10.244.0.6'], { type: 'NodePort', clusterIP: '10.96.0.8', ports });
    const local = { type: 'NodePort', clusterIP: '10.96.0.9', externalTrafficPolicy: 'Local' } as const;
    net.service('local', ['10.244.0.6'], { ...local, ports: [{ ...ports[0]!, nodePort: 30081 }] });
    await net.world.wait(2_000);
    const customer: NetworkOrigin = { kind: 'client', name: 'customer' };
    expect(await net.get('http://172.18.0.2:30080/', customer)).toBe('b / 10.244.0.1');
    expect(await net.get('http://172.18.0.2:30080/')).toBe('b / 10.244.0.1');
    expect(await net.get('http://172.18.0.2:30081/', customer)).toBe('b / 172.18.0.1');
    expect(await net.get('http://172.18.0.2:30082/', customer)).toBe('EHOSTUNREACH');
    net.setReady('open', []);
    await net.world.wait(2_000);
    expect(await net.get('http://172.18.0.2:30080/', customer)).toBe('ECONNREFUSED');
  });

  test('an ExternalName leads outside, where there is nothing', async () => {
    net.service('outside', [], { type: 'ExternalName', externalName: 'example.com' });
    expect(await net.get('http://outside/')).toBe('ENOTFOUND');
  });
});

describe('what a Service does while its endpoints change', () => {
  test('without endpoints it refuses', async () => {
    net.setReady('web', []);
    await net.world.wait(2_000);
    expect(await net.get('http://web/')).toBe('ECONNREFUSED');
  });

  test('with only terminating pods it falls back to those that still serve', async () => {
    net.setEndpoints('web', [
      { addresses: ['10.244.0.5'], conditions: { ready: false, serving: false, terminating: true } },
      { addresses: ['10.244.0.6'], conditions: { ready: false, serving: true, terminating: true } },
    ]);
    await net.world.wait(2_000);
    expect(await net.get('http://web/')).toBe('b / 10.244.0.9');
  });

  test('moved from ready pods to ready pods it has no gap', async () => {
    const seen = new Set<string>();
    net.setReady('web', ['10.244.0.6']);
    for (let round = 0; round < 100; round += 1) {
      seen.add(await net.get('http://web/'));
      await net.world.wait(20);
    }
    expect([...seen]).toEqual(['a / 10.244.0.9', 'b / 10.244.0.9']);
  });

  test('moved to pods that become ready later it refuses until a second after their addresses came', async () => {
    net.setReady('web', []);
    await net.world.wait(1_500);
    net.setReady('web', [], ['10.244.0.6']);
    await net.world.wait(100);
    net.setReady('web', ['10.244.0.6']);
    const readyMs = net.world.clock.now();
    expect(await net.get('http://web/')).toBe('ECONNREFUSED');
    while ((await net.get('http://web/')) === 'ECONNREFUSED') await net.world.wait(10);
    const lagMs = net.world.clock.now() - readyMs;
    expect(lagMs).toBeGreaterThan(800);
    expect(lagMs).toBeLessThan(1_100);
  });

  test('a slow network shows each change after its delay, and the old state until then', async () => {
    net.faults.endpointDelayMs = 8_000;
    net.setReady('web', []);
    await net.world.wait(4_000);
    net.setReady('web', ['10.244.0.6']);
    await net.world.wait(500);
    const seen: string[] = [];
    for (let second = 4; second < 14; second += 1) {
      seen.push((await net.get('http://web/')).split(' ')[0]!);
      await net.world.wait(999);
    }
    const refused = 'ECONNREFUSED';
    expect(seen).toEqual(['a', 'a', 'a', 'a', refused, refused, refused, refused, 'b', 'b']);
  });

  test('spreads connections over all endpoints, the same way for the same seed', async () => {
    const draw = async (seed: number): Promise<string> => {
      const other = new Net({ seed });
      other.serve('a', '10.244.0.5');
      other.serve('b', '10.244.0.6');
      other.service('web', ['10.244.0.5', '10.244.0.6']);
      await other.world.wait(5_000);
      let drawn = '';
      for (let round = 0; round < 40; round += 1) drawn += (await other.get('http://web/')).charAt(0);
      return drawn;
    };
    const [first, again, other] = [await draw(1), await draw(1), await draw(2)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(first.split('a').length).toBeGreaterThan(10);
    expect(first.split('b').length).toBeGreaterThan(10);
  });

  test('a deleted Service has no name any more', async () => {
    net.world.api.delete('services', 'lab', 'web');
    expect(await net.get('http://web/')).toBe('ENOTFOUND');
  });

  test('knows everything at once after a restart', async () => {
    const proxy = new KubeProxy(net.world.core, net.faults);
    proxy.start();
    expect(proxy.find('lab', 'web')?.ports.get(80)).toEqual([{ ip: '10.244.0.5', port: 8080 }]);
    proxy.stop();
    net.setReady('web', []);
    await net.world.wait(5_000);
    expect(proxy.find('lab', 'web')?.ports.get(80)).toHaveLength(1);
  });
});

describe('what stands in the way', () => {
  test('a policy drops connections silently, until the caller’s patience ends', async () => {
    const strict = new Net({ policy: { ...EVERYTHING_ALLOWED, allows: (_, __, pod) => pod?.name !== 'a' } });
    strict.serve('a', '10.244.0.5');
    strict.serve('b', '10.244.0.6');
    const before = strict.world.clock.now();
    expect(await strict.get('http://10.244.0.5:8080/', POD, { timeoutMs: 2_000 })).toBe('ETIMEDOUT');
    expect(strict.world.clock.now() - before).toBe(2_001);
    expect(await strict.get('http://10.244.0.5:8080/')).toBe('ETIMEDOUT');
    expect(strict.world.clock.now() - before).toBe(2_001 + 127_001);
    expect(await strict.get('http://10.244.0.6:8080/')).toContain('b');
  });

  test('a name server that cannot be asked is asked again after five seconds, and given up after ten', async () => {
    let isOpen = false;
    const deaf = new Net({ policy: { ...EVERYTHING_ALLOWED, allowsLookup: () => isOpen } });
    deaf.serve('a', '10.244.0.5');
    deaf.service('web', ['10.244.0.5']);
    await deaf.world.wait(5_000);
    const before = deaf.world.clock.now();
    expect(await deaf.get('http://web/', POD)).toBe('EAI_AGAIN');
    expect(deaf.world.clock.now() - before).toBe(10_001);
    expect(await deaf.get('http://web/', POD, { timeoutMs: 2_000 })).toBe('ETIMEDOUT');
    expect(await deaf.get('http://10.96.0.7/', POD)).toContain('a');
    deaf.world.clock.after(1_000, () => (isOpen = true));
    const again = deaf.world.clock.now();
    expect(await deaf.get('http://web/', POD)).toContain('a');
    expect(deaf.world.clock.now() - again).toBe(5_001);
    expect(deaf.records.map(({ outcome }) => outcome)).toEqual(['EAI_AGAIN', 'ETIMEDOUT', 200, 200]);
  });

  test('a connection that was dropped gets through when the way is free by the next attempt', async () => {
    let isOpen = false;
    const strict = new Net({ policy: { ...EVERYTHING_ALLOWED, allows: () => isOpen } });
    strict.serve('a', '10.244.0.5');
    strict.world.clock.after(500, () => (isOpen = true));
    const before = strict.world.clock.now();
    expect(await strict.get('http://10.244.0.5:8080/')).toContain('a');
    expect(strict.world.clock.now() - before).toBe(1_001);
  });

  test('a drill blocks a pod, for whom it likes and as it likes', async () => {
    net.faults.blocks = (from, { pod }) => (pod === 'a' && from.kind === 'pod' ? 'ECONNRESET' : undefined);
    expect(await net.get('http://web/')).toBe('ECONNRESET');
    expect(await net.get('http://web.lab/', { kind: 'client', name: 'c' })).toContain('a');
    net.faults.blocks = () => 'ETIMEDOUT';
    const before = net.world.clock.now();
    expect(await net.get('http://web/', POD, { timeoutMs: 500 })).toBe('ETIMEDOUT');
    expect(net.world.clock.now() - before).toBe(501);
  });

  test('a server that throws or rejects resets the connection; one that is slow in coming is waited for', async () => {
    net.network.attach('10.244.0.20', { namespace: 'lab', name: 'odd' });
    net.network.listen('10.244.0.20', 1, () => {
      throw new Error('broken');
    });
    net.network.listen('10.244.0.20', 2, async () => Promise.reject(new Error('broken')));
    net.network.listen('10.244.0.20', 3, async () => Promise.resolve({ status: 204, headers: {}, body: 'late' }));
    expect(await net.get('http://10.244.0.20:1/')).toBe('ECONNRESET');
    expect(await net.get('http://10.244.0.20:2/')).toBe('ECONNRESET');
    expect(await net.get('http://10.244.0.20:3/')).toBe('late');
  });

  test('a listener and an address end when they are taken back, and not when somebody else has them by then', async () => {
    const stop = net.network.listen('10.244.0.5', 9000, () => ({ status: 200, headers: {}, body: 'first' }));
    net.network.listen('10.244.0.5', 9000, () => ({ status: 200, headers: {}, body: 'second' }));
    stop();
    expect(net.network.isListening('10.244.0.5', 9000)).toBe(true);
    expect(await net.get('http://10.244.0.5:9000/')).toBe('second');
    const detach = net.network.attach('10.244.0.30', { namespace: 'lab', name: 'old' });
    expect(await net.get('http://10.244.0.30:1/')).toBe('ECONNREFUSED');
    detach();
    expect(await net.get('http://10.244.0.30:1/')).toBe('EHOSTUNREACH');
  });
});

test('every request is on record, with who asked, whom, and what came of it', async () => {
  await net.get('http://web/x', POD, { headers: { 'user-agent': 'curl/8' } });
  await net.get('http://nosuch/');
  net.setReady('web', []);
  await net.world.wait(2_000);
  await net.get('http://web/');
  expect(net.records).toMatchObject([
    {
      from: POD,
      method: 'GET',
      url: 'http://web/x',
      userAgent: 'curl/8',
      service: { namespace: 'lab', name: 'web' },
      pod: { namespace: 'lab', name: 'a' },
      outcome: 200,
    },
    { url: 'http://nosuch/', outcome: 'ENOTFOUND' },
    { url: 'http://web/', service: { namespace: 'lab', name: 'web' }, outcome: 'ECONNREFUSED' },
  ]);
  expect(net.records[1]).not.toHaveProperty('service');
  expect(net.records[2]).not.toHaveProperty('pod');
});
