import { describe, expect, test } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import type { PodLogOptions } from '../api/pod-ports.ts';
import { KubeletWorld, SHOP } from './testing/kubelet-world.ts';

function read(
  w: KubeletWorld,
  name: string,
  options: Partial<PodLogOptions> = {},
): { chunks: string[]; isEnded: () => boolean; cancel: () => void } {
  const chunks: string[] = [];
  let isEnded = false;
  const open = w.cluster.logs!.open(w.pod(name), { container: 'main', follow: false, previous: false, timestamps: false, ...options });
  const cancel = open({ text: (chunk) => chunks.push(chunk), end: () => (isEnded = true) });
  return { chunks, isEnded: () => isEnded, cancel };
}

const problem = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof ApiError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'none';
};

describe('logs', () => {
  test('show what a container wrote: all of it, its end, with times, since a time, or so many bytes', async () => {
    const w = new KubeletWorld();
    w.createPod('web', { containers: [SHOP] });
    await w.until(() => w.isReady('web'));
    await w.wait(10);
    const lines = w.log('web').split('\n');
    expect(JSON.parse(lines[0]!)).toMatchObject({ message: 'shop 1.0 listens on 8080' });
    expect(lines.length).toBeGreaterThan(10);
    expect(read(w, 'web', { tailLines: 2 }).chunks.join('')).toBe(`${lines.slice(-3, -1).join('\n')}\n`);
    expect(read(w, 'web', { tailLines: 1, timestamps: true }).chunks.join('')).toMatch(/^2026-03-01T10:00:\d\d\.\d{9}Z \{/);
    expect(read(w, 'web', { sinceSeconds: 3 }).chunks).toEqual(lines.slice(-5, -1).map((line) => `${line}\n`));
    expect(read(w, 'web', { limitBytes: 7 }).chunks.join('')).toBe(lines[0]!.slice(0, 7));
  });

  test('go on while they are followed, and end with the container', async () => {
    const w = new KubeletWorld();
    w.createPod('web', { containers: [SHOP] });
    await w.until(() => w.isReady('web'));
    const followed = read(w, 'web', { follow: true, tailLines: 0 });
    const cancelled = read(w, 'web', { follow: true, tailLines: 0 });
    await w.wait(3);
    expect(followed.chunks).toHaveLength(3);
    expect(followed.isEnded()).toBe(false);
    cancelled.cancel();
    w.api.delete('pods', 'lab', 'web');
    await w.until(() => followed.isEnded());
    expect(cancelled.chunks).toHaveLength(3);
    expect(cancelled.isEnded()).toBe(false);
  });

  test('of the run before are there for one that was restarted', async () => {
    const w = new KubeletWorld();
    const env = [{ name: 'TEXT', value: 'words' }];
    w.createPod('crash', { containers: [{ name: 'main', command: ['variable', 'TEXT'], env }] });
    await w.until(() => w.state('crash') === 'running' || w.state('crash').startsWith('terminated'));
    expect(problem(() => read(w, 'crash', { previous: true }))).toBe('400 previous terminated container "main" in pod "crash" not found');
    await w.until(() => w.state('crash') === 'waiting CrashLoopBackOff');
    expect(w.log('crash')).toBe('words\n');
    expect(w.log('crash', { previous: true })).toBe('words\n');
  });

  test('are refused, with the reason, for one that waits to start', async () => {
    const w = new KubeletWorld();
    w.createPod('web', { containers: [{ name: 'main', image: 'lab/none:1' }] });
    await w.until(() => w.state('web') === 'waiting ContainerCreating');
    expect(problem(() => w.log('web'))).toBe('400 container "main" in pod "web" is waiting to start: ContainerCreating');
    await w.until(() => w.state('web') === 'waiting ImagePullBackOff');
    expect(problem(() => w.log('web'))).toBe('400 container "main" in pod "web" is waiting to start: trying and failing to pull image');
  });
});

describe('commands', () => {
  test('run beside the container, with what they are told', async () => {
    const w = new KubeletWorld();
    w.createPod('work', { containers: [{ name: 'main', command: ['sleep', '1000'], env: [{ name: 'A', value: 'b' }] }] });
    await w.until(() => w.isReady('work'));
    expect(await w.run('work', ['variable', 'A'])).toEqual({ exitCode: 0, output: 'b\n' });
    expect(await w.run('work', ['end', '3', '2'])).toEqual({ exitCode: 3, output: '' });
  });

  test('that take too much end, and neither the server beside them nor the next command', async () => {
    const w = new KubeletWorld();
    w.createPod('web', { containers: [SHOP] });
    await w.until(() => w.isReady('web'));
    expect(await w.run('web', ['burn'])).toEqual({ exitCode: 137, output: '' });
    expect(await w.run('web', ['end', '0', '2'])).toEqual({ exitCode: 0, output: '' });
    expect(w.pod('web').status?.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 0 });
    expect(w.sandboxes.openCount).toBe(1);
  });

  test('need a container that runs', async () => {
    const w = new KubeletWorld();
    w.createPod('done', { restartPolicy: 'Never', containers: [{ name: 'main', command: ['end', '0'] }] });
    await w.until(() => w.phase('done') === 'Succeeded');
    const command = { container: 'main', argv: ['end', '0'], hasStdin: false, hasTty: false };
    const sink = { output: () => undefined, end: () => undefined };
    expect(problem(() => w.cluster.commands!.run(w.pod('done'), command, sink))).toContain('container not found ("main")');
  });
});
