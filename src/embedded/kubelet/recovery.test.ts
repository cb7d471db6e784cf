import { describe, expect, test } from 'vitest';
import { KubeletWorld, SHOP } from './testing/kubelet-world.ts';

describe('a cluster that comes back', () => {
  test('goes on with what ran: the program answers again, and nothing is said of it', async () => {
    const before = new KubeletWorld();
    before.createPod('web', { containers: [SHOP] });
    before.createPod('work', { containers: [{ name: 'main', command: ['sleep', '1000'] }] });
    await before.until(() => before.isReady('web') && before.isReady('work'));
    await before.wait(30);
    const pods = [before.pod('web'), before.pod('work')];
    const after = before.copy();
    await after.wait(30);
    expect([after.pod('web'), after.pod('work')]).toEqual(pods);
    expect(after.told()).toEqual([]);
    const url = `http://${pods[0]!.status!.podIP}:8080/`;
    const answer = await ask(after, url);
    expect(answer.status).toBe(200);
    expect(after.sandboxes.started).toEqual(['sleep 1000']);
  });

  test('runs the same after every copy of a copy', async () => {
    let w = new KubeletWorld();
    w.createPod('web', { containers: [SHOP] });
    await w.until(() => w.isReady('web'));
    for (let count = 0; count < 3; count += 1) {
      w = w.copy();
      await w.wait(5);
    }
    expect(w.pod('web').status!.containerStatuses![0]).toMatchObject({ restartCount: 0, ready: true });
    w.createPod('next', { containers: [SHOP] });
    await w.until(() => w.isReady('next'));
    expect(w.pod('next').status!.podIP).not.toBe(w.pod('web').status!.podIP);
    expect(w.told('next')).toContain('Pulled: Container image "lab/shop:1.0" already present on machine');
  });

  test('leaves what has ended alone', async () => {
    const before = new KubeletWorld();
    before.createPod('good', { restartPolicy: 'Never', containers: [{ name: 'main', command: ['end', '0'] }] });
    before.createPod('bad', { restartPolicy: 'Never', containers: [{ name: 'main', command: ['end', '1'] }] });
    await before.until(() => before.phase('good') === 'Succeeded' && before.phase('bad') === 'Failed');
    const after = before.copy();
    const revision = after.cluster.core.store.revision;
    await after.wait(20);
    expect(after.sandboxes.started).toEqual([]);
    expect(after.pod('good')).toEqual(before.pod('good'));
    expect(after.cluster.core.store.revision).toBe(revision);
  });

  test.each([0.01, 0.05, 0.4, 0.7, 1.3, 1.6, 1.75, 1.8])(
    'brings a pod to life that was cut off %d s after its creation',
    async (seconds) => {
      const before = new KubeletWorld();
      before.createPod('web', { containers: [SHOP] });
      await before.wait(seconds);
      const after = before.copy();
      await after.until(() => after.isReady('web'), 10);
      expect(after.pod('web').status!.containerStatuses![0]!.restartCount).toBe(0);
    },
  );

  test('goes on waiting where a container ends again and again', async () => {
    const before = new KubeletWorld();
    before.createPod('crash', { containers: [{ name: 'main', command: ['end', '1', '1'] }] });
    await before.until(() => before.pod('crash').status?.containerStatuses?.[0]?.restartCount === 3);
    await before.until(() => before.state('crash') === 'waiting CrashLoopBackOff');
    const after = before.copy();
    expect(await after.until(() => after.state('crash') === 'running')).toBeGreaterThan(20);
    expect(after.pod('crash').status!.containerStatuses![0]!.restartCount).toBe(4);
    await after.until(() => after.state('crash') === 'waiting CrashLoopBackOff');
    expect(after.pod('crash').status!.containerStatuses![0]!.state!.waiting!.message).toContain('back-off 1m20s');
  });

  test('ends what was being deleted', async () => {
    const before = new KubeletWorld();
    before.createPod('web', { containers: [SHOP] });
    await before.until(() => before.isReady('web'));
    before.api.delete('pods', 'lab', 'web');
    await before.wait(1);
    const after = before.copy();
    await after.until(() => !after.has('web'), 5);
  });

  test('keeps pods of programs that it does not know as they are', async () => {
    const before = new KubeletWorld();
    before.createPod('web', { containers: [{ ...SHOP, livenessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 } }] });
    await before.until(() => before.isReady('web'));
    const after = before.copy({ images: { resolve: () => undefined } });
    await after.wait(30);
    expect(after.pod('web').status).toEqual(before.pod('web').status);
    after.api.delete('pods', 'lab', 'web');
    await after.until(() => !after.has('web'), 5);
  });

  test('can be stopped and started again in place', async () => {
    const w = new KubeletWorld();
    w.createPod('web', { containers: [SHOP] });
    await w.until(() => w.isReady('web'));
    const { podIP } = w.pod('web').status!;
    w.cluster.stop();
    expect(w.cluster.network.isListening(podIP!, 8080)).toBe(false);
    w.cluster.start();
    await w.wait(1);
    expect(w.cluster.network.isListening(podIP!, 8080)).toBe(true);
    expect(w.isReady('web')).toBe(true);
  });
});

async function ask(w: KubeletWorld, url: string): Promise<{ status: number }> {
  let answer: { status: number } | undefined;
  void w.cluster.network.request({ kind: 'client', name: 'test' }, { method: 'GET', url, headers: {} }).then((response) => {
    answer = response;
  });
  await w.until(() => answer !== undefined, 10);
  return answer!;
}
