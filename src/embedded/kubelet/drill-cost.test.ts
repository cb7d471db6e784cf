import { describe, expect, test } from 'vitest';
import { NO_FAULTS, type Faults } from '../faults.ts';
import { KubeletWorld, SHOP } from './testing/kubelet-world.ts';

const PODS = ['a', 'b', 'c', 'd'];

async function startedShops(): Promise<KubeletWorld> {
  const w = new KubeletWorld();
  for (const name of PODS) w.createPod(name, { containers: [SHOP] });
  await w.until(() => PODS.every((name) => w.isReady(name)));
  return w;
}

describe('time that passes', () => {
  test('writes nothing while nothing changes but what the node says of itself', async () => {
    const w = await startedShops();
    await w.wait(1);
    const count = w.writes.length;
    await w.wait(600);
    const written = w.writes.slice(count).map(({ resource }) => resource);
    expect(new Set(written)).toEqual(new Set(['nodes', 'leases.coordination.k8s.io']));
    expect(written.length).toBeLessThan(6);
  });

  test('is the same every time', async () => {
    const trace = async (): Promise<string[]> => {
      const w = await startedShops();
      w.createPod('crash', { containers: [{ name: 'main', command: ['end', '1', '1'] }] });
      await w.wait(60);
      return w.writes.map(({ type, resource, object }) => `${type} ${resource} ${resource === 'events' ? '' : object.metadata.name}`);
    };
    expect(await trace()).toEqual(await trace());
  });
});

describe('what a drill breaks', () => {
  test('takes effect at once: images, and programs', async () => {
    let isBroken = true;
    const faults: Faults = {
      ...NO_FAULTS,
      isUnpullable: (reference) => isBroken && reference.includes('shop'),
      commandFault: (command) => (command === 'node' && isBroken ? { kind: 'exit', code: 9, stderr: 'broken\n' } : undefined),
    };
    const w = new KubeletWorld({ faults });
    expect(w.cluster.faults).toBe(faults);
    w.createPod('web', { containers: [SHOP] });
    await w.until(() => w.state('web') === 'waiting ImagePullBackOff');
    isBroken = false;
    await w.until(() => w.isReady('web'), 30);
    isBroken = true;
    w.createPod('broken', { restartPolicy: 'Never', containers: [{ ...SHOP, imagePullPolicy: 'IfNotPresent', image: 'lab/shop:1.0' }] });
    await w.wait(5);
    expect(w.state('broken')).not.toBe('running');
  });
});
