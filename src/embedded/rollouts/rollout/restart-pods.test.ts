import { describe, expect, test } from 'vitest';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { blueGreen, RolloutWorld } from './testing/rollout-world.ts';

async function settled(): Promise<RolloutWorld> {
  const w = new RolloutWorld();
  w.deploy(blueGreen());
  await w.untilHealthy();
  return w;
}

describe('a restart', () => {
  test('replaces the pods one after the other', async () => {
    const w = await settled();
    await w.wait(5000);
    const before = w.pods.map(({ metadata }) => metadata.name);
    w.patch({ spec: { restartAt: toSecondsTimestamp(w.clock.now()) } });
    await w.wait(10);
    expect(w.status).toMatchObject({ phase: 'Progressing', message: 'rollout is restarting' });
    let least = 2;
    await w.until(() => {
      least = Math.min(least, w.pods.filter(({ status }) => status?.phase === 'Running').length);
      return w.status.restartedAt === w.rollout.spec.restartAt;
    });
    expect(least).toBe(1);
    await w.untilHealthy();
    expect(w.pods.filter(({ metadata }) => before.includes(metadata.name))).toEqual([]);
  });

  test('V78 waits as long as a PodDisruptionBudget forbids it', async () => {
    const w = await settled();
    w.api.create('poddisruptionbudgets.policy', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'shop', namespace: 'lab' },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'shop' } } },
    });
    await w.wait(5000);
    const before = w.pods.map(({ metadata }) => metadata.name);
    w.patch({ spec: { restartAt: toSecondsTimestamp(w.clock.now()) } });
    await w.wait(300_000);
    expect(w.pods.map(({ metadata }) => metadata.name)).toEqual(before);
    expect(w.status.message).toBe('rollout is restarting');
    w.api.delete('poddisruptionbudgets.policy', 'lab', 'shop');
    await w.untilHealthy();
  });

  test('of the future comes when its time has come', async () => {
    const w = await settled();
    await w.wait(5000);
    const before = w.pods.map(({ metadata }) => metadata.name);
    w.patch({ spec: { restartAt: toSecondsTimestamp(w.clock.now() + 60_000) } });
    await w.wait(55_000);
    expect(w.pods.map(({ metadata }) => metadata.name)).toEqual(before);
    await w.untilHealthy();
    expect(w.pods.map(({ metadata }) => metadata.name)).not.toEqual(before);
  });
});
