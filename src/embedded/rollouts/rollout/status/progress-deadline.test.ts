import { describe, expect, test } from 'vitest';
import { PRE, settled } from '../testing/gated-world.ts';
import { blueGreen, RolloutWorld } from '../testing/rollout-world.ts';

describe('the progress deadline', () => {
  test('V69 is shown while pods are slow, and forgotten when they are there', async () => {
    const w = await settled({}, { progressDeadlineSeconds: 5 });
    w.readyAfterMs = 10_000;
    w.setImage('shop:v2');
    await w.untilPhase('Degraded');
    const hash = w.hash('shop:v2');
    expect(w.status.message).toBe(`ProgressDeadlineExceeded: ReplicaSet "shop-${hash}" has timed out progressing.`);
    await w.untilHealthy();
    expect(w.servedBy('active')).toBe('shop:v2');
  });

  test('V69 with a manual promotion the Rollout is paused in the end', async () => {
    const w = await settled({ autoPromotionEnabled: false }, { progressDeadlineSeconds: 5 });
    w.readyAfterMs = 10_000;
    w.setImage('shop:v2');
    await w.untilPhase('Degraded');
    await w.untilPhase('Paused');
  });

  test('V70 aborts by one patch when it is to', async () => {
    const w = await settled({}, { progressDeadlineSeconds: 5, progressDeadlineAbort: true });
    w.setImage('shop:bad');
    await w.untilPhase('Degraded');
    const text = `ReplicaSet "shop-${w.hash('shop:bad')}" has timed out progressing.`;
    expect(w.status).toMatchObject({ abort: true, message: `RolloutAborted: Rollout aborted update to revision 2: ${text}` });
    expect(w.status.conditions?.map(({ type }) => type).sort()).toEqual(['Available', 'Completed', 'Healthy', 'Progressing']);
    expect(w.told.filter((line) => line.startsWith('RolloutAborted'))).toEqual([
      `RolloutAborted: ${text}`,
      `RolloutAborted: Rollout aborted update to revision 2: ${text}`,
    ]);
    await w.wait(35_000);
    expect(w.replicaSet('shop:bad').spec.replicas).toBe(0);
  });

  test('V70 only degrades otherwise', async () => {
    const w = await settled({}, { progressDeadlineSeconds: 5 });
    w.setImage('shop:bad');
    await w.untilPhase('Degraded');
    await w.wait(60_000);
    expect(w.status).not.toHaveProperty('abort');
    expect(w.status.message).toMatch(/^ProgressDeadlineExceeded/);
  });

  test('V71 never aborts the first deployment', async () => {
    const w = new RolloutWorld();
    w.deploy({ ...blueGreen(), progressDeadlineSeconds: 5, progressDeadlineAbort: true });
    await w.wait(1);
    w.setImage('shop:bad');
    await w.wait(60_000);
    expect(w.status).not.toHaveProperty('abort');
    expect(w.status.phase).toBe('Degraded');
  });

  test('V72 does not count while the Rollout is paused', async () => {
    const w = await settled({ autoPromotionEnabled: false }, { progressDeadlineSeconds: 5 });
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    await w.wait(60_000);
    expect(w.status.phase).toBe('Paused');
  });

  test('counts while a gate before promotion is running', async () => {
    const w = await settled(PRE, { progressDeadlineSeconds: 20 });
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Running');
    await w.untilPhase('Degraded');
    expect(w.status.message).toMatch(/^ProgressDeadlineExceeded/);
    w.finishRun('Successful');
    await w.untilHealthy();
  });

  test('does not keep the clock busy', async () => {
    const w = await settled({}, { progressDeadlineSeconds: 5 });
    w.setImage('shop:bad');
    await w.untilPhase('Degraded');
    w.forget();
    await w.wait(3_600_000);
    expect(w.writes).toEqual([]);
  });
});
