import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Container, Pod } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { KubeletWorld } from '../../kubelet/testing/kubelet-world.ts';
import type { ResourceQuota } from './quota-usage.ts';

let w: KubeletWorld;

beforeEach(() => {
  w = new KubeletWorld();
});

afterEach(() => w.stop());

async function quota(hard: Record<string, string>, spec: Record<string, unknown> = {}, name = 'team'): Promise<void> {
  w.create<KubeObject>('resourcequotas', { kind: 'ResourceQuota', metadata: { name, namespace: 'lab' }, spec: { hard, ...spec } });
  await w.until(() => w.api.get<ResourceQuota>('resourcequotas', 'lab', name)?.status?.hard !== undefined, 10);
}

function used(name = 'team'): Record<string, string> | undefined {
  return w.api.get<ResourceQuota>('resourcequotas', 'lab', name)?.status?.used;
}

function limitRange(...limits: Record<string, unknown>[]): void {
  w.create<KubeObject>('limitranges', { kind: 'LimitRange', metadata: { name: 'limits', namespace: 'lab' }, spec: { limits } });
}

const container = (resources?: Container['resources'], name = 'main'): Container => ({
  name,
  command: ['sleep', '100000'],
  ...(resources && { resources }),
});

function pod(name: string, ...containers: Container[]): Pod {
  return w.createPod(name, { containers: containers.length > 0 ? containers : [container()] });
}

describe('a ResourceQuota', () => {
  test('counts what is there, refuses what is too much, and gives back what goes or ends', async () => {
    pod('before');
    await quota({ pods: '2' });
    expect(used()).toEqual({ pods: '1' });
    pod('second');
    expect(used()).toEqual({ pods: '2' });
    expect(() => pod('third')).toThrow('pods "third" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2');
    w.api.delete('pods', 'lab', 'before', { gracePeriodSeconds: 0 });
    await w.until(() => used()?.['pods'] === '1', 60);
    w.createPod('ends', { restartPolicy: 'Never', containers: [{ name: 'main', command: ['end', '0', '1'] }] });
    expect(used()).toEqual({ pods: '2' });
    await w.until(() => used()?.['pods'] === '1', 60);
    expect(w.phase('ends')).toBe('Succeeded');
  });

  test('adds up requests and limits, in the notation that they are written in', async () => {
    await quota({ 'requests.cpu': '1', 'limits.memory': '1Gi' });
    pod('a', container({ requests: { cpu: '300m' }, limits: { memory: '512Mi' } }), container({ requests: { cpu: '0.1' }, limits: { memory: '128Mi' } }, 'b')); // prettier-ignore
    expect(used()).toEqual({ 'requests.cpu': '400m', 'limits.memory': '640Mi' });
    const large = container({ requests: { cpu: '700m' }, limits: { memory: '1Gi' } });
    expect(() => pod('b', large)).toThrow(
      'pods "b" is forbidden: exceeded quota: team, requested: limits.memory=1Gi,requests.cpu=700m, used: limits.memory=640Mi,requests.cpu=400m, limited: limits.memory=1Gi,requests.cpu=1',
    );
  });

  test('on processors and memory wants every container to say what it takes', async () => {
    await quota({ cpu: '1', 'limits.memory': '1Gi' });
    expect(() => pod('a', container(), container({ requests: { cpu: '1m' } }, 'b'))).toThrow(
      'pods "a" is forbidden: failed quota: team: must specify cpu for: main; limits.memory for: b,main',
    );
  });

  test('counts other kinds by name and as count/…, and node ports of Services, also when they come later', async () => {
    await quota({ 'count/deployments.apps': '1', configmaps: '10', 'services.nodeports': '1', services: '2' });
    const service = (name: string, type: string): void =>
      void w.create<KubeObject>('services', {
        kind: 'Service',
        metadata: { name, namespace: 'lab' },
        spec: { type, ports: [{ port: 80 }] },
      });
    service('one', 'NodePort');
    service('two', 'ClusterIP');
    expect(used()).toMatchObject({ services: '2', 'services.nodeports': '1', 'count/deployments.apps': '0' });
    expect(() => service('three', 'ClusterIP')).toThrow(
      'exceeded quota: team, requested: services=1, used: services=2, limited: services=2',
    );
    expect(() => w.api.patch('services', 'lab', 'two', { type: 'merge', body: { spec: { type: 'NodePort' } } })).toThrow(
      'exceeded quota: team, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1',
    );
    w.api.delete('services', 'lab', 'one');
    await w.until(() => used()?.['services.nodeports'] === '0', 10);
  });

  test('with a scope is about pods in it only', async () => {
    await quota({ pods: '0' }, { scopes: ['BestEffort'] });
    expect(() => pod('best-effort')).toThrow('exceeded quota: team');
    pod('burstable', container({ requests: { cpu: '1m' } }));
    await quota({ pods: '0' }, { scopeSelector: { matchExpressions: [{ scopeName: 'Terminating', operator: 'Exists' }] } }, 'ending');
    const burstable = [container({ requests: { cpu: '1m' } })];
    expect(() => w.createPod('ends', { activeDeadlineSeconds: 10, containers: burstable })).toThrow('exceeded quota: ending');
  });

  test('keeps a ReplicaSet small, which says why', async () => {
    await quota({ pods: '1' });
    w.create<ReplicaSet>('replicasets.apps', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web', namespace: 'lab' },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ ...container(), image: 'debian:bookworm-slim' }] } },
      },
    });
    await w.until(() => used()?.['pods'] === '1', 60);
    await w.wait(5);
    expect(w.api.list('pods', { namespace: 'lab' })).toHaveLength(1);
    expect(w.api.get<ReplicaSet>('replicasets.apps', 'lab', 'web')?.status).toMatchObject({
      replicas: 1,
      conditions: [{ type: 'ReplicaFailure', reason: 'FailedCreate', message: expect.stringContaining('exceeded quota: team') as string }],
    });
  });
});

describe('a LimitRange', () => {
  test('gives containers what they don’t say, and notes it', () => {
    limitRange({ type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '100m', memory: '64Mi' } });
    const { metadata, spec, status } = pod('a', container(), container({ requests: { cpu: '200m' } }, 'b'));
    expect(spec.containers.map(({ resources }) => resources)).toEqual([
      { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m' } },
      { requests: { cpu: '200m', memory: '64Mi' }, limits: { cpu: '500m' } },
    ]);
    expect(metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger':
        'LimitRanger plugin set: cpu, memory request for container main; cpu limit for container main; memory request for container b; cpu limit for container b',
    });
    expect(status?.qosClass).toBe('Burstable');
  });

  test.each<[Record<string, unknown>, Container['resources'], string]>([
    [{ type: 'Container', max: { cpu: '1' } }, { limits: { cpu: '2' } }, 'maximum cpu usage per Container is 1, but limit is 2'],
    [
      { type: 'Container', min: { memory: '32Mi' } },
      { requests: { memory: '16Mi' } },
      'minimum memory usage per Container is 32Mi, but request is 16Mi',
    ],
    [
      { type: 'Pod', max: { memory: '1Gi' } },
      { requests: { memory: '16Mi' } },
      'maximum memory usage per Pod is 1Gi.  No limit is specified',
    ],
    [{ type: 'Pod', min: { cpu: '1' } }, { requests: { memory: '16Mi' } }, 'minimum cpu usage per Pod is 1.  No request is specified'],
    [
      { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
      { requests: { cpu: '100m' }, limits: { cpu: '300m' } },
      'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    ],
  ])('%j refuses %j', (limit, resources, why) => {
    limitRange(limit);
    expect(() => pod('a', container(resources))).toThrow(`pods "a" is forbidden: ${why}`);
  });

  test('tells of all that is wrong, and lets through what is right', () => {
    limitRange({ type: 'Container', max: { cpu: '1', memory: '1Gi' } });
    expect(() => pod('a', container({ limits: { cpu: '2', memory: '2Gi' } }))).toThrow(
      'pods "a" is forbidden: [maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]',
    );
    expect(pod('b', container({ limits: { cpu: '1' } })).spec.containers[0]?.resources?.limits).toEqual({ cpu: '1', memory: '1Gi' });
  });

  test('is no concern of pods that are there', async () => {
    pod('a', container({ limits: { cpu: '2' } }));
    limitRange({ type: 'Container', max: { cpu: '1' } });
    w.api.patch('pods', 'lab', 'a', { type: 'merge', body: { metadata: { labels: { x: 'y' } } } });
    await w.until(() => w.isReady('a'));
  });
});
