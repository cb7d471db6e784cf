import { describe, expect, test } from 'vitest';
import { KubeletWorld } from './testing/kubelet-world.ts';

const container = (cpu: string, memory = '1Mi') => ({
  name: 'main',
  command: ['sleep', '1000'],
  resources: { requests: { cpu, memory } },
});
const message = (w: KubeletWorld, name: string) => w.pod(name).status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message;

describe('the scheduler', () => {
  test('leaves a pod waiting that is too big for every node', async () => {
    const w = new KubeletWorld();
    w.createPod('big', { containers: [container('100')] });
    await w.wait(5);
    const text =
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
    expect(message(w, 'big')).toBe(text);
    expect(w.told('big')).toEqual([`FailedScheduling: ${text}`]);
    expect(w.phase('big')).toBe('Pending');
    w.api.delete('pods', 'lab', 'big');
    expect(w.has('big')).toBe(false);
  });

  test('binds a pod that waited for room as soon as there is some', async () => {
    const w = new KubeletWorld();
    w.createPod('first', { terminationGracePeriodSeconds: 0, containers: [container('6')] });
    await w.until(() => w.isReady('first'));
    w.createPod('second', { containers: [container('6')] });
    await w.wait(5);
    expect(message(w, 'second')).toContain('1 Insufficient cpu');
    expect(message(w, 'second')).toContain('1 No preemption victims found for incoming pod');
    w.api.delete('pods', 'lab', 'first');
    await w.until(() => w.isReady('second'), 10);
  });

  test('names everything that is missing, and heeds node selectors', async () => {
    const w = new KubeletWorld();
    w.createPod('big', { containers: [container('100', '1000Gi')] });
    w.createPod('picky', { nodeSelector: { disk: 'ssd' }, containers: [container('1')] });
    await w.wait(5);
    expect(message(w, 'big')).toContain('1 Insufficient cpu, 1 Insufficient memory.');
    expect(message(w, 'picky')).toContain("1 node(s) didn't match Pod's node affinity/selector.");
  });
});
