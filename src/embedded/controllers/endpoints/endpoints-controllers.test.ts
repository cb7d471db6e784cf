import { describe, expect, test } from 'vitest';
import type { EndpointSlice, Endpoints, Pod, Service } from '../../../kube/types/core.ts';
import { WorkloadWorld } from '../../../../tests/support/workload-world.ts';
import { EndpointSliceController } from './endpoint-slice-controller.ts';
import { EndpointsController } from './endpoints-controller.ts';

const world = (): WorkloadWorld => new WorkloadWorld((plane) => [new EndpointsController(plane), new EndpointSliceController(plane)]);

function service(spec: Partial<Service['spec']> = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'lab', labels: { team: 'a' } },
    spec: { selector: { app: 'web' }, clusterIP: '10.96.0.7', ports: [{ port: 80, targetPort: 'http' }], ...spec },
  };
}

function addPod(
  w: WorkloadWorld,
  name: string,
  ip: string,
  { labels = { app: 'web' }, port = 8080 }: { labels?: Record<string, string>; port?: number } = {},
): void {
  w.api.create<Pod>('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'lab', labels },
    spec: { nodeName: 'node-1', containers: [{ name: 'web', ports: [{ name: 'http', containerPort: port }] }] },
  });
  w.setPodStatus(name, (status) => (status.podIP = ip));
}

const endpoints = (w: WorkloadWorld): Endpoints => w.get('endpoints', 'web');
const slices = (w: WorkloadWorld): EndpointSlice[] => w.api.list('endpointslices.discovery.k8s.io', { namespace: 'lab' });
/** `3R` is ready, `3n` is not, `T` is terminating: by the last number of the address. */
const shape = (w: WorkloadWorld): string[] =>
  slices(w).map(({ endpoints: list, ports }) => {
    const marks = list.map(({ addresses, conditions }) => {
      const flag = conditions?.ready ? 'R' : 'n';
      return `${addresses[0]!.split('.')[3]}${flag}${conditions?.serving ? 's' : ''}${conditions?.terminating ? 'T' : ''}`;
    });
    return `${marks.join(' ')}:${ports?.map(({ port }) => port).join(',')}`;
  });

describe('EndpointsController and EndpointSliceController', () => {
  test('show ready and unready pods with the port that the name stands for', async () => {
    const w = world();
    w.api.create('services', service());
    addPod(w, 'a', '10.244.0.5');
    addPod(w, 'b', '10.244.0.6');
    w.setReady('a');
    await w.wait(100);
    expect(endpoints(w)).toMatchObject({
      metadata: { labels: { team: 'a', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' } },
      subsets: [
        {
          addresses: [{ ip: '10.244.0.5', nodeName: 'node-1', targetRef: { kind: 'Pod', name: 'a', namespace: 'lab' } }],
          notReadyAddresses: [{ ip: '10.244.0.6' }],
          ports: [{ port: 8080, protocol: 'TCP' }],
        },
      ],
    });
    expect(slices(w)).toMatchObject([
      {
        addressType: 'IPv4',
        metadata: {
          generateName: 'web-',
          labels: {
            team: 'a',
            'kubernetes.io/service-name': 'web',
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
          ownerReferences: [{ kind: 'Service', name: 'web', controller: true, blockOwnerDeletion: true }],
        },
        endpoints: [
          { addresses: ['10.244.0.5'], conditions: { ready: true, serving: true, terminating: false }, nodeName: 'node-1' },
          { addresses: ['10.244.0.6'], conditions: { ready: false, serving: false, terminating: false } },
        ],
        ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      },
    ]);
  });

  test('follow a pod through its life: without address, unready, ready, terminating, gone', async () => {
    const w = world();
    w.api.create('services', service());
    w.api.create<Pod>('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'lab', labels: { app: 'web' } },
      spec: { nodeName: 'node-1', containers: [{ name: 'web', ports: [{ name: 'http', containerPort: 8080 }] }] },
    });
    const seen: unknown[] = [];
    const look = async (): Promise<void> => {
      await w.wait(100);
      const { addresses = [], notReadyAddresses = [] } = endpoints(w).subsets?.[0] ?? {};
      seen.push([addresses.length, notReadyAddresses.length, ...shape(w)]);
    };
    await look();
    w.setPodStatus('a', (status) => (status.podIP = '10.244.0.5'));
    await look();
    w.setReady('a');
    await look();
    w.api.delete('pods', 'lab', 'a');
    await look();
    w.api.delete('pods', 'lab', 'a', { gracePeriodSeconds: 0 });
    await look();
    expect(seen).toEqual([
      [0, 0, ':'],
      [0, 1, '5n:8080'],
      [1, 0, '5Rs:8080'],
      [0, 0, '5nsT:8080'],
      [0, 0, ':'],
    ]);
  });

  test('move all at once when the selector moves', async () => {
    const w = world();
    w.api.create('services', service());
    addPod(w, 'blue', '10.244.0.5', { labels: { app: 'web' } });
    addPod(w, 'green', '10.244.0.6', { labels: { app: 'green' } });
    w.setReady('blue');
    w.setReady('green');
    await w.wait(100);
    const before = w.writes.length;
    w.api.patch('services', 'lab', 'web', { type: 'merge', body: { spec: { selector: { app: 'green' } } } });
    await w.wait(100);
    expect(shape(w)).toEqual(['6Rs:8080']);
    expect(w.writes.slice(before).map(({ resource }) => resource)).toEqual(['services', 'endpoints', 'endpointslices.discovery.k8s.io']);
  });

  test('publish unready and terminating pods where the Service says so', async () => {
    const w = world();
    w.api.create('services', service({ publishNotReadyAddresses: true, clusterIP: 'None' }));
    addPod(w, 'a', '10.244.0.5');
    w.api.delete('pods', 'lab', 'a');
    await w.wait(100);
    expect(endpoints(w).subsets?.[0]?.addresses).toHaveLength(1);
    expect(endpoints(w).metadata.labels).toMatchObject({ 'service.kubernetes.io/headless': '' });
    expect(shape(w)).toEqual(['5RT:8080']);
  });

  test('keep pods apart whose named port is another one, and leave out those without it', async () => {
    const w = world();
    w.api.create('services', service());
    addPod(w, 'a', '10.244.0.5');
    addPod(w, 'b', '10.244.0.6', { port: 9090 });
    w.api.create('services', { ...service({ ports: [{ port: 80, targetPort: 'nosuch' }] }), metadata: { name: 'none', namespace: 'lab' } });
    await w.wait(100);
    expect(shape(w).sort()).toEqual(['5n:8080', '6n:9090', ':']);
    expect(endpoints(w).subsets).toHaveLength(2);
    expect(w.get<Endpoints>('endpoints', 'none').subsets).toBeUndefined();
    w.api.delete('pods', 'lab', 'b');
    w.api.delete('pods', 'lab', 'b', { gracePeriodSeconds: 0 });
    await w.wait(100);
    expect(shape(w).sort()).toEqual(['5n:8080', ':']);
  });

  test('leave Services without a selector to others, and clean up after deleted ones', async () => {
    const w = world();
    const manual = service();
    delete manual.spec.selector;
    w.api.create('services', manual);
    await w.wait(100);
    expect(w.api.get('endpoints', 'lab', 'web')).toBeUndefined();
    w.api.delete('services', 'lab', 'web');
    w.api.create('services', service());
    await w.wait(100);
    w.api.delete('services', 'lab', 'web');
    await w.wait(100);
    expect(w.api.get('endpoints', 'lab', 'web')).toBeUndefined();
  });

  test('write nothing when pods change in ways that endpoints do not show', async () => {
    const w = world();
    w.api.create('services', service());
    addPod(w, 'a', '10.244.0.5');
    await w.wait(100);
    const before = w.core.store.revision;
    w.setPodStatus('a', (status) => (status.message = 'busy'));
    w.api.patch('pods', 'lab', 'a', { type: 'merge', body: { metadata: { annotations: { x: 'y' } } } });
    await w.wait(100);
    expect(w.core.store.revision).toBe(before + 2);
  });
});
