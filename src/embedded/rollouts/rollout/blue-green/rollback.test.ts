import { describe, expect, test } from 'vitest';
import type { Rollout } from '../../../../kube/types/rollouts.ts';
import { PRE } from '../testing/gated-world.ts';
import { blueGreen, RolloutWorld } from '../testing/rollout-world.ts';

const DAY_SECONDS = 86_400;
const HOUR_MS = 3_600_000;

async function settled(more: Record<string, unknown> = {}, spec: Partial<Rollout['spec']> = {}): Promise<RolloutWorld> {
  const w = new RolloutWorld();
  w.template('gate');
  w.deploy({ ...blueGreen(more), ...spec });
  await w.untilHealthy();
  await w.wait(2000);
  return w;
}

/** Ships a version and lets its gate pass. */
async function ship(w: RolloutWorld, image: string): Promise<void> {
  const before = w.runs.length;
  w.setImage(image);
  await passGate(w, before);
}

async function passGate(w: RolloutWorld, runsBefore: number): Promise<void> {
  await w.until(() => w.runs.length === runsBefore + 1);
  w.finishRun('Successful', { name: youngestRun(w) });
  await w.wait(1000);
  if (w.status.phase === 'Paused') w.promote();
  await w.untilHealthy();
}

function youngestRun(w: RolloutWorld): string {
  return w.runs.find(({ status }) => !status?.phase)!.metadata.name;
}

function completed(w: RolloutWorld): string[] {
  return w.told.filter((text) => text.startsWith('RolloutCompleted')).map((text) => text.slice(text.lastIndexOf(': ') + 2));
}

describe('going back', () => {
  test('V59 inside the delay skips the gate and re-uses the old ReplicaSet', async () => {
    const w = await settled(PRE);
    await ship(w, 'shop:v2');
    await w.wait(5000);
    w.forget();
    w.undo();
    await w.untilHealthy();
    expect(completed(w)).toEqual(['Fast rollback']);
    expect(w.runs).toHaveLength(1);
    expect(w.servedBy('active')).toBe('shop:v1');
    expect(w.replicaSet('shop:v1').metadata.annotations).toMatchObject({
      'rollout.argoproj.io/revision': '3',
      'rollout.argoproj.io/revision-history': '1',
    });
    expect(w.replicaSet('shop:v1').metadata.annotations).not.toHaveProperty('scale-down-deadline');
  });

  test('V60 after the delay takes the whole way, gate included', async () => {
    const w = await settled(PRE);
    await ship(w, 'shop:v2');
    await w.wait(32_000);
    w.undo();
    await w.until(() => w.runs.length === 2);
    expect(w.runs.some(({ metadata }) => metadata.name === `shop-${w.hash('shop:v1')}-3-pre`)).toBe(true);
    expect(w.servedBy('active')).toBe('shop:v2');
    await w.wait(1000);
    w.finishRun('Successful', { name: youngestRun(w) });
    await w.untilHealthy();
    expect(w.servedBy('active')).toBe('shop:v1');
  });

  test('V61 a retry inside the abort delay lets an older version through although its gate failed', async () => {
    const w = await settled(PRE);
    await ship(w, 'shop:v2');
    await w.wait(32_000);
    w.undo();
    await w.until(() => w.runs.length === 2);
    w.finishRun('Failed', { name: youngestRun(w) });
    await w.untilPhase('Degraded');
    await w.wait(5000);
    w.forget();
    w.retry();
    await w.untilHealthy();
    expect(completed(w)).toEqual(['Fast rollback']);
    expect(w.servedBy('active')).toBe('shop:v1');
  });

  test('V62 a version that failed and is shipped again, newer than the stable one, meets its gate again', async () => {
    const w = await settled(PRE);
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Failed');
    await w.untilPhase('Degraded');
    w.setImage('shop:v1');
    await w.untilHealthy();
    await w.wait(2000);
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 2);
    await w.wait(10_000);
    expect(w.servedBy('active')).toBe('shop:v1');
  });

  test('V63 an undo to a version that failed its gate gets it live, if it is older than the stable one and within its delay', async () => {
    const w = await settled({ ...PRE, abortScaleDownDelaySeconds: 60, scaleDownDelaySeconds: 60 });
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Failed');
    await w.untilPhase('Degraded');
    await w.wait(5000);
    await ship(w, 'shop:v3');
    w.undo();
    await w.untilHealthy();
    expect(w.servedBy('active')).toBe('shop:v2');
    expect(w.runs).toHaveLength(2);
  });

  test('V64 a rollback window skips pause and gate at any time, but only for so many revisions', async () => {
    const w = await settled({ ...PRE, autoPromotionEnabled: false }, { rollbackWindow: { revisions: 1 } });
    await ship(w, 'shop:v2');
    await w.wait(5000);
    await ship(w, 'shop:v3');
    // Long enough for the Rollout's events not to be held back as a flood.
    await w.wait(3 * HOUR_MS);
    w.forget();
    w.undo();
    await w.untilHealthy();
    expect(completed(w)).toEqual(['Rollback within window']);
    expect(w.reasons).not.toContain('RolloutPaused');
    expect(w.runs).toHaveLength(2);
    await w.wait(100_000);
    await ship(w, 'shop:v4');
    await w.wait(100_000);
    w.undo(1);
    await w.until(() => w.runs.length === 4);
    expect(w.servedBy('active')).toBe('shop:v4');
  });

  test('V65 after an abort clears it; the stable version was never another', async () => {
    const w = await settled(PRE);
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Failed');
    await w.untilPhase('Degraded');
    w.forget();
    w.undo();
    await w.untilHealthy();
    expect(w.status).not.toHaveProperty('abort');
    expect(w.reasons).not.toContain('RolloutCompleted');
    expect(w.servedBy('preview')).toBe('shop:v1');
  });

  test('V66 writes the template with its defaults, and still finds the ReplicaSet', async () => {
    const w = await settled();
    w.setImage('shop:v2');
    await w.untilHealthy();
    await w.wait(1000);
    w.undo();
    await w.untilHealthy();
    expect(w.rollout.spec.template?.spec).toMatchObject({ dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler' });
    expect(w.replicaSets).toHaveLength(2);
    expect(w.status.currentPodHash).toBe(w.hash('shop:v1'));
  });
});

describe('old versions', () => {
  test('V67 stay for good with scaleDownDelaySeconds 0', async () => {
    const w = await settled({ scaleDownDelaySeconds: 0 });
    w.setImage('shop:v2');
    await w.untilHealthy();
    await w.wait(300_000);
    expect(w.replicaSet('shop:v1').spec.replicas).toBe(2);
    expect(w.replicaSet('shop:v1').metadata.annotations).not.toHaveProperty('scale-down-deadline');
  });

  test('V68 wait only as many as scaleDownDelayRevisionLimit says, the newest ones', async () => {
    const w = await settled({ scaleDownDelayRevisionLimit: 2, scaleDownDelaySeconds: DAY_SECONDS });
    for (const image of ['shop:v2', 'shop:v3', 'shop:v4']) {
      w.setImage(image);
      await w.wait(10);
      await w.untilHealthy();
      await w.wait(5000);
    }
    const sizes = (): (number | undefined)[] =>
      ['shop:v1', 'shop:v2', 'shop:v3', 'shop:v4'].map((image) => w.replicaSet(image).spec.replicas);
    expect(sizes()).toEqual([0, 2, 2, 2]);
    w.patch({ spec: { strategy: { blueGreen: { scaleDownDelayRevisionLimit: 1 } } } });
    await w.wait(5000);
    expect(sizes()).toEqual([0, 0, 2, 2]);
  });

  test('are deleted beyond the history limit once they have no pods', async () => {
    const w = await settled({}, { revisionHistoryLimit: 1 });
    for (const image of ['shop:v2', 'shop:v3', 'shop:v4']) {
      w.setImage(image);
      await w.wait(10);
      await w.untilHealthy();
      await w.wait(40_000);
    }
    expect(w.replicaSets.map(({ spec }) => spec.template.spec.containers[0]!.image).sort()).toEqual(['shop:v3', 'shop:v4']);
  });
});
