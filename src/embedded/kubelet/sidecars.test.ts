import { describe, expect, test } from 'vitest';
import { KubeletWorld } from './testing/kubelet-world.ts';

describe('sidecars', () => {
  test('start before the main container, and end after it when the pod is done', async () => {
    const w = new KubeletWorld();
    w.createPod('job', {
      restartPolicy: 'Never',
      initContainers: [
        { name: 'proxy', command: ['sleep', '1000'], restartPolicy: 'Always' },
        { name: 'setup', command: ['end', '0', '1'] },
      ],
      containers: [{ name: 'main', command: ['end', '0', '5'] }],
    });
    await w.until(() => w.phase('job') === 'Succeeded', 15);
    expect(w.sandboxes.started).toEqual(['sleep 1000', 'end 0 1', 'end 0 5']);
    expect(w.state('job', 'proxy')).toBe('terminated Error 143');
    expect(w.told('job').at(-1)).toBe('Killing: Stopping container proxy');
  });

  test('are started again whatever the policy of their pod', async () => {
    const w = new KubeletWorld();
    w.createPod('job', {
      restartPolicy: 'Never',
      initContainers: [{ name: 'proxy', command: ['end', '1', '2'], restartPolicy: 'Always' }],
      containers: [{ name: 'main', command: ['sleep', '1000'] }],
    });
    await w.until(() => w.pod('job').status?.initContainerStatuses?.[0]?.restartCount === 2);
    expect(w.phase('job')).toBe('Running');
  });

  test('hold up what comes after them until they have started up', async () => {
    const w = new KubeletWorld();
    const startupProbe = { exec: { command: ['read', '/up'] }, periodSeconds: 1, failureThreshold: 60 };
    w.createPod('web', {
      initContainers: [{ name: 'proxy', command: ['sleep', '1000'], restartPolicy: 'Always', startupProbe }],
      containers: [{ name: 'main', command: ['sleep', '1000'] }],
    });
    await w.wait(20);
    expect(w.state('web')).toBe('waiting PodInitializing');
    await w.run('web', ['write', '/up', 'yes'], 'proxy');
    await w.until(() => w.isReady('web'), 5);
  });

  test('leave after the main containers when the pod is deleted, the last one first', async () => {
    const w = new KubeletWorld();
    const sidecar = (name: string) => ({ name, command: ['sleep', '1000'], restartPolicy: 'Always' as const });
    w.createPod('web', {
      initContainers: [sidecar('one'), sidecar('two')],
      containers: [{ name: 'main', command: ['sleep', '1000'], lifecycle: { preStop: { sleep: { seconds: 3 } } } }],
    });
    await w.until(() => w.isReady('web'));
    w.api.delete('pods', 'lab', 'web');
    expect(await w.until(() => !w.has('web'))).toBeGreaterThan(3);
    const ends = w.statuses('web').at(-1)!;
    const endOf = (list: typeof ends.containerStatuses, index: number) => Date.parse(list![index]!.state!.terminated!.finishedAt!);
    expect(endOf(ends.initContainerStatuses, 0)).toBeGreaterThanOrEqual(endOf(ends.containerStatuses, 0));
  });
});
