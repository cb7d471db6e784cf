import { describe, expect, test } from 'vitest';
import { KubeletWorld, SHOP } from './testing/kubelet-world.ts';

describe('restarts', () => {
  test('come at once the first time, then after delays that double', async () => {
    const w = new KubeletWorld();
    w.createPod('crash', { containers: [{ name: 'main', command: ['end', '1', '1'] }] });
    const seconds: number[] = [];
    for (let count = 0; count <= 4; count += 1) {
      await w.until(() => w.pod('crash').status?.containerStatuses?.[0]?.restartCount === count && w.state('crash') === 'running');
      seconds.push(Date.parse(w.pod('crash').status!.containerStatuses![0]!.state!.running!.startedAt!) / 1000);
    }
    const pauses = seconds.slice(1).map((at, index) => at - seconds[index]! - 1);
    const [first, second, third, fourth] = pauses as [number, number, number, number];
    expect(first).toBeLessThanOrEqual(2);
    expect(second).toBeGreaterThanOrEqual(10);
    expect(second).toBeLessThan(16);
    expect(third).toBeGreaterThanOrEqual(20);
    expect(third).toBeLessThan(36);
    expect(fourth).toBeGreaterThanOrEqual(40);
    expect(fourth).toBeLessThan(60);
    expect(w.history('crash').slice(0, 9)).toEqual([
      'none',
      'waiting ContainerCreating',
      'running',
      'terminated Error 1',
      'running',
      'terminated Error 1',
      'waiting CrashLoopBackOff',
      'running',
      'terminated Error 1',
    ]);
    const uid = w.pod('crash').metadata.uid!;
    expect(w.told('crash')).toContainEqual(
      expect.stringMatching(`^BackOff: Back-off restarting failed container main in pod crash_lab\\(${uid}\\)`),
    );
    await w.until(() => w.state('crash') === 'waiting CrashLoopBackOff');
    expect(w.pod('crash').status).toMatchObject({
      phase: 'Running',
      containerStatuses: [
        {
          ready: false,
          started: false,
          state: { waiting: { message: `back-off 1m20s restarting failed container=main pod=crash_lab(${uid})` } },
          lastState: { terminated: { exitCode: 1, reason: 'Error' } },
        },
      ],
    });
  });

  test('are not made of what ended well, where only failures are', async () => {
    const w = new KubeletWorld();
    w.createPod('once', {
      restartPolicy: 'OnFailure',
      containers: [
        { name: 'main', command: ['end', '0', '1'] },
        { name: 'other', command: ['end', '1', '1'] },
      ],
    });
    await w.until(() => w.pod('once').status?.containerStatuses?.[1]?.restartCount === 2);
    expect(w.pod('once').status).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 0 }, { restartCount: 2 }] });
  });

  test('of init containers keep the others from starting', async () => {
    const w = new KubeletWorld();
    w.createPod('init', {
      initContainers: [{ name: 'first', command: ['end', '1', '1'] }],
      containers: [{ name: 'main', command: ['sleep', '1000'] }],
    });
    await w.until(() => w.state('init', 'first') === 'waiting CrashLoopBackOff');
    expect(w.phase('init')).toBe('Pending');
    expect(w.state('init')).toBe('waiting PodInitializing');
    expect(w.pod('init').status!.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Initialized',
        status: 'False',
        reason: 'ContainersNotInitialized',
        message: 'containers with incomplete status: [first]',
      }),
    );
  });

  test('of an init container do not happen in a pod that is never restarted', async () => {
    const w = new KubeletWorld();
    w.createPod('init', {
      restartPolicy: 'Never',
      initContainers: [{ name: 'first', command: ['end', '4', '1'] }],
      containers: [{ name: 'main', command: ['sleep', '1000'] }],
    });
    await w.until(() => w.phase('init') === 'Failed', 10);
    expect(w.sandboxes.started).toEqual(['end 4 1']);
  });

  test('follow a liveness probe that fails too often', async () => {
    const w = new KubeletWorld();
    const livenessProbe = { httpGet: { path: '/nowhere', port: 8080 }, periodSeconds: 2, failureThreshold: 2 };
    w.createPod('ill', { containers: [{ ...SHOP, livenessProbe }] });
    await w.until(() => w.pod('ill').status?.containerStatuses?.[0]?.restartCount === 1);
    expect(w.told('ill')).toEqual(
      expect.arrayContaining([
        'Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 404 (x2)',
        'Killing: Container main failed liveness probe, will be restarted',
      ]),
    );
    expect(w.pod('ill').status!.containerStatuses![0]!.lastState).toMatchObject({ terminated: { exitCode: 0, reason: 'Completed' } });
  });

  test('follow a startup probe that never succeeds; until it does, nothing is ready', async () => {
    const w = new KubeletWorld();
    const startupProbe = { exec: { command: ['end', '1'] }, periodSeconds: 1, failureThreshold: 4 };
    w.createPod('slow', { containers: [{ name: 'main', command: ['sleep', '1000'], startupProbe }] });
    await w.until(() => w.pod('slow').status?.containerStatuses?.[0]?.restartCount === 1);
    expect(w.told('slow')).toContain('Killing: Container main failed startup probe, will be restarted');
    const wasEverReady = w.statuses('slow').some(({ containerStatuses = [] }) => containerStatuses.some(({ ready }) => ready));
    expect(wasEverReady).toBe(false);
  });
});

describe('what cannot start', () => {
  test('for want of its image says so, and is tried again and again', async () => {
    const w = new KubeletWorld();
    w.createPod('web', { containers: [{ name: 'main', image: 'lab/none:1' }] });
    await w.wait(60);
    expect(w.history('web').slice(1, 6)).toEqual([
      'waiting ContainerCreating',
      'waiting ErrImagePull',
      'waiting ImagePullBackOff',
      'waiting ErrImagePull',
      'waiting ImagePullBackOff',
    ]);
    expect(w.phase('web')).toBe('Pending');
    const texts = w.told('web').map((text) => text.replace(/ \(x\d+\)$/, ''));
    expect(texts.slice(1)).toEqual([
      'Pulling: Pulling image "lab/none:1"',
      expect.stringMatching(/^Failed: Failed to pull image "lab\/none:1": .*docker.io\/lab\/none:1: not found$/),
      'Failed: Error: ErrImagePull',
      'BackOff: Back-off pulling image "lab/none:1"',
      'Failed: Error: ImagePullBackOff',
    ]);
  });

  test('for want of its command has ended before it began', async () => {
    const w = new KubeletWorld();
    w.createPod('web', { restartPolicy: 'Never', containers: [{ name: 'main', command: ['no-such-program'] }] });
    await w.until(() => w.phase('web') === 'Failed');
    expect(w.state('web')).toBe('terminated StartError 128');
    expect(w.told('web').at(-1)).toContain('exec: "no-such-program": executable file not found in $PATH');
  });

  test('for want of a ConfigMap in its variables starts when that is there', async () => {
    const w = new KubeletWorld();
    const env = [{ name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } }];
    w.createPod('web', { restartPolicy: 'Never', containers: [{ name: 'main', command: ['variable', 'MODE'], env }] });
    await w.until(() => w.state('web') === 'waiting CreateContainerConfigError');
    expect(w.told('web').at(-1)).toContain('Failed: Error: configmap "settings" not found');
    w.create('configmaps', { kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'lab' }, data: { mode: 'strict' } });
    await w.until(() => w.phase('web') === 'Succeeded', 30);
    expect(w.log('web')).toBe('strict\n');
  });
});
