import { describe, expect, test } from 'vitest';
import type { ConfigMap } from '../../kube/types/core.ts';
import { KubeletWorld } from './testing/kubelet-world.ts';

const rules = (text: string): Omit<ConfigMap, 'apiVersion'> => ({
  kind: 'ConfigMap',
  metadata: { name: 'rules', namespace: 'lab' },
  data: { 'a.yaml': text },
});
const MOUNTED = {
  volumes: [{ name: 'rules', configMap: { name: 'rules' } }],
  restartPolicy: 'Never' as const,
};
const READER = { name: 'main', command: ['read', '/rules/a.yaml'], volumeMounts: [{ name: 'rules', mountPath: '/rules' }] };

describe('volumes', () => {
  test('of a ConfigMap are there when the container starts', async () => {
    const w = new KubeletWorld();
    w.create('configmaps', rules('id: one'));
    w.createPod('scan', { ...MOUNTED, containers: [READER] });
    await w.until(() => w.phase('scan') === 'Succeeded');
    expect(w.log('scan')).toBe('id: one\n');
  });

  test('of a ConfigMap that is missing hold the pod up until it is there', async () => {
    const w = new KubeletWorld();
    w.createPod('scan', { ...MOUNTED, containers: [READER] });
    await w.wait(200);
    expect(w.state('scan')).toBe('waiting ContainerCreating');
    expect(w.told('scan').slice(1)).toEqual([
      expect.stringMatching(/^FailedMount: MountVolume.SetUp failed for volume "rules" : configmap "rules" not found \(x\d+\)$/),
    ]);
    w.create('configmaps', rules('id: late'));
    await w.until(() => w.phase('scan') === 'Succeeded', 125);
    expect(w.log('scan')).toBe('id: late\n');
  });

  test('that hold a pod up do not hold up its deletion', async () => {
    const w = new KubeletWorld();
    w.createPod('scan', { ...MOUNTED, containers: [READER] });
    await w.wait(100);
    w.api.delete('pods', 'lab', 'scan');
    await w.until(() => !w.has('scan'), 3);
  });

  test('follow their ConfigMap within a minute or so', async () => {
    const w = new KubeletWorld();
    const configMap = w.create<ConfigMap>('configmaps', rules('id: one'));
    w.createPod('scan', { ...MOUNTED, containers: [{ ...READER, command: ['sleep', '1000'] }] });
    await w.until(() => w.state('scan') === 'running');
    w.api.update('configmaps', { ...configMap, data: { 'a.yaml': 'id: two' } });
    await w.wait(90);
    expect(await w.run('scan', ['read', '/rules/a.yaml'])).toEqual({ exitCode: 0, output: 'id: two\n' });
  });

  test('that begin empty pass on what an init container left there', async () => {
    const w = new KubeletWorld();
    const volumeMounts = [{ name: 'work', mountPath: '/scratch' }];
    w.createPod('scan', {
      volumes: [{ name: 'work', emptyDir: {} }],
      restartPolicy: 'Never',
      initContainers: [{ name: 'fetch', command: ['write', '/scratch/list', 'found'], volumeMounts }],
      containers: [{ name: 'main', command: ['read', '/out/list'], volumeMounts: [{ name: 'work', mountPath: '/out' }] }],
    });
    await w.until(() => w.phase('scan') === 'Succeeded');
    expect(w.log('scan')).toBe('found\n');
  });

  test('that begin empty pass it on to the containers that still run, too', async () => {
    const w = new KubeletWorld();
    const volumeMounts = [{ name: 'work', mountPath: '/scratch' }];
    w.createPod('scan', {
      volumes: [{ name: 'work', emptyDir: {} }],
      restartPolicy: 'Never',
      containers: [
        { name: 'main', command: ['sleep', '60'], volumeMounts },
        { name: 'scanner', command: ['write', '/scratch/list', 'found'], volumeMounts },
      ],
    });
    await w.until(() => w.state('scan', 'scanner') === 'terminated Completed 0');
    expect(await w.run('scan', ['read', '/scratch/list'])).toEqual({ exitCode: 0, output: 'found\n' });
  });

  test('bring the pod its own token and facts, where it asks for them', async () => {
    const w = new KubeletWorld();
    await w.wait(1);
    const sources = [
      { serviceAccountToken: { path: 'token' } },
      { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
    ];
    w.createPod(
      'self',
      {
        volumes: [{ name: 'me', projected: { sources } }],
        containers: [{ name: 'main', command: ['sleep', '1000'], volumeMounts: [{ name: 'me', mountPath: '/me' }] }],
      },
      { labels: { app: 'self' } },
    );
    await w.until(() => w.state('self') === 'running');
    expect((await w.run('self', ['read', '/me/labels'])).output).toBe('app="self"\n');
    const token = (await w.run('self', ['read', '/me/token'])).output.trim();
    expect(w.cluster.tokens.verify(token)?.caller.user).toBe('system:serviceaccount:lab:default');
  });
});

describe('last words', () => {
  test('are in the status of the container that left them', async () => {
    const w = new KubeletWorld();
    w.createPod('good', {
      restartPolicy: 'Never',
      containers: [{ name: 'main', command: ['write', '/dev/termination-log', 'all is well'] }],
    });
    await w.until(() => w.phase('good') === 'Succeeded');
    expect(w.pod('good').status!.containerStatuses![0]!.state!.terminated!.message).toBe('all is well');
  });
});
