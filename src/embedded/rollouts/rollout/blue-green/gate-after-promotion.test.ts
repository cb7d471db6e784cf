import { describe, expect, test } from 'vitest';
import { failedAfterPromotion, POST, settled } from '../testing/gated-world.ts';

describe('a gate after promotion', () => {
  test('V22 that fails brings the traffic back one pass later', async () => {
    const w = await failedAfterPromotion();
    w.finishRun('Failed');
    await w.untilPhase('Degraded');
    expect(w.servedBy('active')).toBe('shop:v2');
    await w.until(() => w.servedBy('active') === 'shop:v1');
    const [v1, v2] = [w.hash('shop:v1'), w.hash('shop:v2')];
    expect(w.status.stableRS).toBe(v1);
    expect(w.told.slice(-5)).toEqual([
      `SwitchService: Switched selector for service 'active' from '${v1}' to '${v2}'`,
      `AnalysisRunRunning: PostPromotion Analysis Run 'shop-${v2}-2-post' Status New: 'Running' Previous: ''`,
      `AnalysisRunFailed: PostPromotion Analysis Run 'shop-${v2}-2-post' Status New: 'Failed' Previous: 'Running'`,
      'RolloutAborted: Rollout aborted update to revision 2: Blue/green post-promotion analysis phase error/failed',
      `SwitchService: Switched selector for service 'active' from '${v2}' to '${v1}'`,
    ]);
  });

  test('V23, V24 that fails on pods that are not available leaves the traffic there, until somebody goes back', async () => {
    const w = await failedAfterPromotion();
    for (const pod of w.pods.filter(({ spec }) => spec.containers[0]!.image === 'shop:v2')) w.setReady(pod.metadata.name, false);
    await w.wait(1000);
    w.finishRun('Failed');
    await w.untilPhase('Degraded');
    await w.wait(35_000);
    expect(w.servedBy('active')).toBe('shop:v2');
    expect(w.replicaSet('shop:v2').spec.replicas).toBe(0);
    w.forget();
    w.undo(1);
    await w.untilHealthy();
    expect(w.servedBy('active')).toBe('shop:v1');
    expect(w.reasons).not.toContain('RolloutCompleted');
  });

  test('V25 a retry of one that failed is aborted again', async () => {
    const w = await failedAfterPromotion();
    w.finishRun('Failed');
    await w.until(() => w.servedBy('active') === 'shop:v1');
    await w.wait(2000);
    w.forget();
    w.retry();
    await w.until(() => w.servedBy('active') === 'shop:v2');
    await w.until(() => w.servedBy('active') === 'shop:v1');
    expect(w.runs).toHaveLength(1);
    expect(w.status).toMatchObject({ phase: 'Degraded', abort: true });
  });

  test('V26 keeps the old version without a deadline until it has passed', async () => {
    const w = await settled({ ...POST, scaleDownDelaySeconds: 5 });
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Running');
    await w.wait(20_000);
    expect(w.status).toMatchObject({ phase: 'Progressing', message: 'waiting for analysis to complete' });
    expect(w.replicaSet('shop:v1').spec.replicas).toBe(2);
    expect(w.replicaSet('shop:v1').metadata.annotations).not.toHaveProperty('scale-down-deadline');
    w.finishRun('Successful');
    await w.untilHealthy();
    await w.wait(1000);
    const deadlineMs = Date.parse(w.replicaSet('shop:v1').metadata.annotations!['scale-down-deadline']!);
    expect(deadlineMs - w.clock.now()).toBeLessThanOrEqual(5000);
    await w.wait(6000);
    expect(w.replicaSet('shop:v1').spec.replicas).toBe(0);
  });
});
