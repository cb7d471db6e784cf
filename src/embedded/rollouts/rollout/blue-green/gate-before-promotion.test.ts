import { describe, expect, test } from 'vitest';
import { ABORTED, failedAndGone, failedGate, PRE, settled } from '../testing/gated-world.ts';
import { blueGreen, RolloutWorld } from '../testing/rollout-world.ts';

describe('a gate before promotion', () => {
  test('V16 that fails aborts the update before any traffic moves', async () => {
    const w = await failedGate();
    await w.wait(5000);
    expect(w.status.message).toBe(
      `${ABORTED} pre-promotion analysis phase error/failed: Metric "scan" assessed Failed due to failed (1) > failureLimit (0)`,
    );
    expect(w.told.filter((text) => text.includes("service 'active'"))).toEqual([]);
    expect([w.servedBy('preview'), w.servedBy('active')]).toEqual(['shop:v2', 'shop:v1']);
    expect(w.reasons).toEqual([
      'RolloutUpdated',
      'NewReplicaSetCreated',
      'SwitchService',
      'RolloutNotCompleted',
      'ScalingReplicaSet',
      'AnalysisRunRunning',
      'AnalysisRunFailed',
      'RolloutAborted',
    ]);
  });

  test('V17 its pods go half a minute after the abort, which stays', async () => {
    const w = await failedGate();
    await w.wait(25_000);
    expect(w.replicaSet('shop:v2').spec.replicas).toBe(2);
    await w.wait(10_000);
    expect(w.replicaSet('shop:v2').spec.replicas).toBe(0);
    expect(w.replicaSet('shop:v2').metadata.annotations).toHaveProperty('scale-down-deadline');
    expect(w.servedBy('preview')).toBe('shop:v2');
    expect(w.status).toMatchObject({ abort: true, phase: 'Degraded' });
  });

  test('V18 a retry runs it again, before anything is switched', async () => {
    const w = await failedGate();
    await w.wait(5000);
    w.forget();
    w.retry();
    await w.until(() => w.runs.length === 2);
    expect(w.runs.map(({ metadata }) => metadata.name)).toEqual([`shop-${w.hash('shop:v2')}-2-pre`, `shop-${w.hash('shop:v2')}-2-pre.1`]);
    await w.wait(60_000);
    expect(w.reasons).not.toContain('SwitchService');
    w.finishRun('Successful');
    await w.untilHealthy();
    expect(w.servedBy('active')).toBe('shop:v2');
  });

  test('V19 a retry after the pods are gone begins the gate while they come back', async () => {
    const w = await failedAndGone();
    w.retry();
    await w.until(() => w.runs.length === 2);
    expect(w.replicaSet('shop:v2').status?.availableReplicas ?? 0).toBe(0);
    await w.until(() => w.replicaSet('shop:v2').status?.availableReplicas === 2);
    await w.wait(5000);
    expect(w.servedBy('active')).toBe('shop:v1');
    w.finishRun('Successful', { name: `shop-${w.hash('shop:v2')}-2-pre.1` });
    await w.untilHealthy();
  });

  test('V20 a repaired argument and a retry let it pass', async () => {
    const w = new RolloutWorld();
    w.template('gate', { args: [{ name: 'limit', value: '1' }] });
    w.deploy(blueGreen(PRE));
    await w.untilHealthy();
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Failed');
    await w.untilPhase('Degraded');
    const repaired = { templates: [{ templateName: 'gate' }], args: [{ name: 'limit', value: '5' }] };
    w.patch({ spec: { strategy: { blueGreen: { prePromotionAnalysis: repaired } } } });
    w.retry();
    await w.until(() => w.runs.length === 2);
    expect(w.runs[1]!.spec.args).toEqual([{ name: 'limit', value: '5' }]);
    w.finishRun('Successful');
    await w.untilHealthy();
    expect(w.status.stableRS).toBe(w.hash('shop:v2'));
  });

  test('V21 aborted pods stay for good with abortScaleDownDelaySeconds 0', async () => {
    const w = await failedGate({ abortScaleDownDelaySeconds: 0 });
    await w.wait(300_000);
    expect(w.replicaSet('shop:v2').spec.replicas).toBe(2);
    expect(w.replicaSet('shop:v2').metadata.annotations).not.toHaveProperty('scale-down-deadline');
  });

  test('an inconclusive one pauses; a promotion runs it again', async () => {
    const w = await settled(PRE);
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Inconclusive');
    await w.untilPhase('Paused');
    expect(w.status.message).toBe('InconclusiveAnalysisRun');
    w.promote();
    await w.until(() => w.runs.length === 2);
    expect(w.servedBy('active')).toBe('shop:v1');
    w.finishRun('Successful');
    await w.untilHealthy();
    expect(w.servedBy('active')).toBe('shop:v2');
  });

  test('V41 only a full promotion overrides an inconclusive one', async () => {
    const w = await settled(PRE);
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Inconclusive');
    await w.untilPhase('Paused');
    w.promoteFull();
    await w.untilHealthy();
    expect(w.told.find((text) => text.startsWith('RolloutCompleted'))).toMatch(/Full promotion requested$/);
  });

  test('V56 a full promotion cancels one that is running', async () => {
    const w = await settled(PRE);
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Running');
    w.promoteFull();
    await w.untilHealthy();
    expect(w.runs[0]!.spec.terminate).toBe(true);
  });

  test('V57, V58 an abort cancels it, and a retry begins another before anything is switched', async () => {
    const w = await settled(PRE);
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Running');
    w.abort();
    await w.untilPhase('Degraded');
    await w.wait(1000);
    expect(w.runs[0]!.spec.terminate).toBe(true);
    expect(w.status.message).toBe('RolloutAborted: Rollout aborted update to revision 2');
    w.finishRun('Inconclusive');
    await w.wait(1000);
    expect(w.status.pauseConditions).toBeUndefined();
    w.forget();
    w.retry();
    await w.until(() => w.runs.length === 2);
    expect(w.reasons).not.toContain('SwitchService');
  });

  test('V58 one that was aborted before it measured anything counts as passed on retry', async () => {
    const w = await settled(PRE);
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.abort();
    await w.untilPhase('Degraded');
    await w.wait(1000);
    w.finishRun('Successful', { message: 'Run Terminated' });
    await w.wait(1000);
    w.retry();
    await w.until(() => w.servedBy('active') === 'shop:v2');
    expect(w.runs).toHaveLength(2);
    await w.until(() => w.runs[1]!.spec.terminate === true);
  });

  test('V30 one without templates never passes', async () => {
    const w = await settled({ prePromotionAnalysis: {} });
    w.setImage('shop:v2');
    await w.wait(60_000);
    expect(w.runs).toEqual([]);
    expect(w.status).toMatchObject({ phase: 'Progressing', message: 'active service cutover pending' });
  });

  test('V31 a Service without its hash lets the update through', async () => {
    const w = await settled(PRE);
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Running');
    await w.wait(1000);
    w.stripHash('active');
    w.patch({ metadata: { annotations: { touched: 'yes' } } });
    await w.until(() => w.servedBy('active') === 'shop:v2');
    await w.untilHealthy();
    await w.until(() => w.runs[0]!.spec.terminate === true);
    expect(w.runs[0]!.status?.phase).toBe('Running');
  });

  test('V32 a Service without its hash makes even an aborted version stable', async () => {
    const w = await failedAndGone();
    w.stripHash('active');
    w.forget();
    w.patch({ metadata: { annotations: { touched: 'yes' } } });
    await w.until(() => w.status.stableRS === w.hash('shop:v2'));
    expect(w.told.find((text) => text.startsWith('RolloutCompleted'))).toMatch(/Initial deploy$/);
    expect(w.status).not.toHaveProperty('abort');
    await w.untilHealthy();
    expect(w.servedBy('active')).toBe('shop:v2');
  });
});
