import { describe, expect, test } from 'vitest';
import { KubeletWorld, SHOP } from './testing/kubelet-world.ts';

describe('a pod', () => {
  test('of the shop is scheduled, started and ready as on a real node', async () => {
    const w = new KubeletWorld();
    w.createPod('web', { containers: [SHOP] });
    expect(await w.until(() => w.isReady('web'))).toBeGreaterThan(1);
    expect(w.told('web')).toEqual([
      'Scheduled: Successfully assigned lab/web to lab-control-plane',
      'Pulling: Pulling image "lab/shop:1.0"',
      expect.stringMatching(/^Pulled: Successfully pulled image "lab\/shop:1.0" in 1s \(1s including waiting\)\. Image size: \d+ bytes\.$/),
      'Created: Created container: main',
      'Started: Started container main',
    ]);
    expect(w.pod('web').status).toMatchObject({
      phase: 'Running',
      hostIP: '172.18.0.2',
      podIP: '10.244.0.5',
      podIPs: [{ ip: '10.244.0.5' }],
      qosClass: 'BestEffort',
      containerStatuses: [
        {
          name: 'main',
          image: 'docker.io/lab/shop:1.0',
          imageID: expect.stringMatching(/^docker.io\/lab\/shop@sha256:[0-9a-f]{64}$/) as string,
          containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/) as string,
          ready: true,
          started: true,
          restartCount: 0,
        },
      ],
    });
    expect(w.writtenBy('web')).toEqual(new Set(['kubernetes-admin', 'system:kube-scheduler', 'system:node:lab-control-plane']));
  });

  test('whose image is on the node starts at once', async () => {
    const w = new KubeletWorld();
    w.createPod('first', { containers: [SHOP] });
    const first = await w.until(() => w.isReady('first'));
    w.createPod('second', { containers: [SHOP] });
    const second = await w.until(() => w.isReady('second'));
    expect(first - second).toBeCloseTo(1, 1);
    expect(w.told('second')).toContain('Pulled: Container image "lab/shop:1.0" already present on machine');
    const { images } = w.api.get('nodes', undefined, 'lab-control-plane')!['status'] as { images: { names: string[] }[] };
    expect(images.map(({ names }) => names[1])).toEqual(['docker.io/lab/shop:1.0']);
  });

  test('ends for good when its containers have', async () => {
    const w = new KubeletWorld();
    w.createPod('good', { restartPolicy: 'Never', containers: [{ name: 'main', command: ['end', '0', '2'] }] });
    w.createPod('bad', { restartPolicy: 'Never', containers: [{ name: 'main', command: ['end', '3', '2'] }] });
    await w.until(() => w.phase('good') === 'Succeeded' && w.phase('bad') === 'Failed');
    expect(w.history('good')).toEqual(['none', 'waiting ContainerCreating', 'running', 'terminated Completed 0']);
    expect(w.state('bad')).toBe('terminated Error 3');
    const reasons = Object.fromEntries(w.pod('bad').status!.conditions!.map(({ type, reason }) => [type, reason]));
    expect(reasons).toMatchObject({ Ready: 'PodFailed', ContainersReady: 'PodFailed' });
    expect(w.pod('good').status!.conditions!.find(({ type }) => type === 'Ready')!.reason).toBe('PodCompleted');
    expect(w.sandboxes.openCount).toBe(0);
    w.api.delete('pods', 'lab', 'good');
    expect(w.has('good')).toBe(false);
  });

  test('that is deleted drains, ends and goes', async () => {
    const w = new KubeletWorld();
    w.createPod('web', { containers: [SHOP] });
    await w.until(() => w.isReady('web'));
    const ip = w.pod('web').status!.podIP!;
    w.api.delete('pods', 'lab', 'web');
    await w.wait(2);
    expect(w.cluster.network.isListening(ip, 8080)).toBe(true);
    await w.until(() => !w.has('web'), 3);
    expect(w.cluster.network.isListening(ip, 8080)).toBe(false);
    expect(w.told('web').at(-1)).toBe('Killing: Stopping container main');
    expect(w.history('web').at(-1)).toBe('terminated Completed 0');
  });

  test('that does not listen is killed when its grace is over', async () => {
    const w = new KubeletWorld();
    w.createPod('deaf', { terminationGracePeriodSeconds: 5, containers: [{ name: 'main', command: ['deaf', '1000'] }] });
    await w.until(() => w.state('deaf') === 'running');
    w.api.delete('pods', 'lab', 'deaf');
    expect(await w.until(() => !w.has('deaf'))).toBeCloseTo(5.8, 0);
    expect(w.history('deaf').at(-1)).toBe('terminated Error 137');
  });

  test('can be hurried while it leaves, and is cut off when it is deleted by force', async () => {
    const w = new KubeletWorld();
    w.createPod('slow', { containers: [{ name: 'main', command: ['deaf', '1000'] }] });
    w.createPod('forced', { containers: [{ name: 'main', command: ['deaf', '1000'] }] });
    await w.until(() => w.state('slow') === 'running' && w.state('forced') === 'running');
    w.api.delete('pods', 'lab', 'slow');
    w.api.delete('pods', 'lab', 'forced', { gracePeriodSeconds: 0 });
    expect(w.has('forced')).toBe(false);
    await w.wait(4);
    expect(w.sandboxes.openCount).toBe(1);
    w.api.delete('pods', 'lab', 'slow', { gracePeriodSeconds: 1 });
    await w.until(() => !w.has('slow'), 4);
    expect(w.sandboxes.openCount).toBe(0);
  });

  test('runs its hooks: after the start, and before the end within the grace', async () => {
    const w = new KubeletWorld();
    const lifecycle = { postStart: { exec: { command: ['end', '0', '1'] } }, preStop: { sleep: { seconds: 4 } } };
    w.createPod('hooked', { containers: [{ name: 'main', command: ['sleep', '1000'], lifecycle }] });
    await w.until(() => w.isReady('hooked'));
    w.api.delete('pods', 'lab', 'hooked');
    expect(await w.until(() => !w.has('hooked'))).toBeCloseTo(4.8, 0);
    expect(w.sandboxes.started).toEqual(['sleep 1000', 'end 0 1']);
  });

  test('whose postStart hook fails is started again', async () => {
    const w = new KubeletWorld();
    const lifecycle = { postStart: { exec: { command: ['end', '7'] } } };
    w.createPod('hooked', { containers: [{ name: 'main', command: ['sleep', '1000'], lifecycle }] });
    await w.until(() => w.history('hooked').includes('waiting PostStartHookError'));
    expect(w.told('hooked')).toEqual(expect.arrayContaining(['FailedPostStartHook: PostStartHook failed', 'Killing: FailedPostStartHook']));
  });

  test('is ended when it has been active for too long', async () => {
    const w = new KubeletWorld();
    w.createPod('late', { activeDeadlineSeconds: 5, containers: [{ name: 'main', command: ['sleep', '1000'] }] });
    await w.until(() => w.phase('late') === 'Failed', 7);
    expect(w.pod('late').status).toMatchObject({
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
  });

  test('gets another image when its spec names one', async () => {
    const w = new KubeletWorld();
    w.createPod('web', { containers: [SHOP] });
    await w.until(() => w.isReady('web'));
    const pod = structuredClone(w.pod('web'));
    pod.spec.containers[0]!.image = 'lab/shop:1.1';
    w.api.update('pods', pod);
    await w.until(() => w.pod('web').status!.containerStatuses![0]!.image === 'docker.io/lab/shop:1.1' && w.isReady('web'), 30);
    expect(w.told('web')).toContain('Killing: Container main definition changed, will be restarted');
    expect(w.pod('web').status!.containerStatuses![0]!.restartCount).toBe(1);
  });

  test('that cannot be simulated ends, and the cluster says so', async () => {
    const reports: unknown[] = [];
    const w = new KubeletWorld({ onCannotSimulate: (report) => reports.push(report) });
    w.createPod('strange', { restartPolicy: 'Never', containers: [{ name: 'main', command: ['strange'] }] });
    await w.until(() => w.phase('strange') === 'Failed');
    expect(reports).toEqual([{ namespace: 'lab', pod: 'strange', container: 'main', message: 'strange: not modelled' }]);
    expect(w.state('strange')).toBe('terminated CannotSimulate 125');
  });
});
