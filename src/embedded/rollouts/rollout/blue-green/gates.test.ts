import { describe, expect, test } from 'vitest';
import type { Rollout } from '../../../../kube/types/rollouts.ts';
import { blueGreen, RolloutWorld, templateOf } from '../testing/rollout-world.ts';

const PRE = { prePromotionAnalysis: { templates: [{ templateName: 'gate' }] } };
const POST = { postPromotionAnalysis: { templates: [{ templateName: 'gate' }] } };
const ABORTED = 'RolloutAborted: Rollout aborted update to revision 2: Blue/green';

async function settled(more: Record<string, unknown> = {}, spec: Partial<Rollout['spec']> = {}): Promise<RolloutWorld> {
  const w = new RolloutWorld();
  w.template('gate');
  w.deploy({ ...blueGreen(more), ...spec });
  await w.untilHealthy();
  w.forget();
  return w;
}

/** A world in which the gate of `shop:v2` has just failed. */
async function failedGate(more: Record<string, unknown> = {}): Promise<RolloutWorld> {
  const w = await settled({ ...PRE, ...more });
  w.setImage('shop:v2');
  await w.until(() => w.runs.length === 1);
  w.finishRun('Running');
  await w.wait(2000);
  w.finishRun('Failed', { message: 'Metric "scan" assessed Failed due to failed (1) > failureLimit (0)' });
  await w.untilPhase('Degraded');
  return w;
}

/** As `failedGate`, half a minute later, when the pods of `shop:v2` are gone. */
async function failedAndGone(): Promise<RolloutWorld> {
  const w = await failedGate();
  await w.wait(35_000);
  return w;
}

/** A world in which `shop:v2` is active, but its gate after promotion failed. */
async function failedAfterPromotion(): Promise<RolloutWorld> {
  const w = await settled(POST);
  w.setImage('shop:v2');
  await w.until(() => w.runs.length === 1);
  w.finishRun('Running');
  await w.wait(2000);
  return w;
}

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

describe('a spec that is not valid', () => {
  const invalid = (w: RolloutWorld): string => w.status.message ?? '';
  const PREFIX = 'InvalidSpec: The Rollout "shop" is invalid: ';

  test('V27 because a template is missing: no event and no ReplicaSet, and it recovers when the template comes', async () => {
    const w = new RolloutWorld();
    w.deploy(blueGreen(PRE));
    await w.wait(60_000);
    expect(w.status.phase).toBe('Degraded');
    expect(invalid(w)).toBe(
      `${PREFIX}spec.strategy.blueGreen.prePromotionAnalysis.templates: Invalid value: "gate": AnalysisTemplate 'gate' not found`,
    );
    expect(w.reasons).toEqual(['RolloutAddedToInformer']);
    expect(w.replicaSets).toEqual([]);
    w.template('gate');
    await w.wait(12_000);
    await w.untilHealthy();
    expect(w.status.conditions?.some(({ type }) => type === 'InvalidSpec')).toBe(false);
  });

  test('V28 because a gate would never end', async () => {
    const w = new RolloutWorld();
    const metric = { name: 'scan', interval: '10s', provider: { web: { url: 'http://scanner/' } } };
    w.template('gate', { metrics: [metric] });
    w.deploy(blueGreen(PRE));
    await w.untilPhase('Degraded');
    expect(invalid(w)).toBe(
      `${PREFIX}spec.strategy.blueGreen.prePromotionAnalysis.templates: Invalid value: "gate": AnalysisTemplate gate has metric scan which runs indefinitely. Invalid value for count: <nil>`,
    );
  });

  test('V29 because an argument has no value; a misspelt one is ignored silently', async () => {
    const w = new RolloutWorld();
    w.template('gate', { args: [{ name: 'image' }] });
    w.deploy(blueGreen(PRE));
    await w.untilPhase('Degraded');
    expect(invalid(w)).toBe(
      `${PREFIX}spec.strategy.blueGreen.prePromotionAnalysis.templates: Invalid value: "templateNames: [gate]": args.image was not resolved`,
    );
    const other = new RolloutWorld();
    other.template('gate', { args: [{ name: 'limit', value: '1' }] });
    other.deploy(blueGreen({ prePromotionAnalysis: { templates: [{ templateName: 'gate' }], args: [{ name: 'limitt', value: '9' }] } }));
    await other.untilHealthy();
    other.setImage('shop:v2');
    await other.until(() => other.runs.length === 1);
    expect(other.runs[0]!.spec.args).toEqual([{ name: 'limit', value: '1' }]);
  });

  test.each([
    [
      'a Service that is not there',
      blueGreen({ activeService: 'actve' }),
      'spec.strategy.blueGreen.activeService: Invalid value: "actve": service "actve" not found',
    ],
    [
      'one Service twice',
      blueGreen({ previewService: 'active' }),
      'spec.strategy.activeService: Invalid value: "active": This rollout uses the same service for the active and preview services, but two different services are required.',
    ],
    [
      'no strategy',
      { strategy: {} },
      "spec.strategy.strategy: Required value: Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'",
    ],
    [
      'labels that the selector does not select',
      { ...blueGreen(), selector: { matchLabels: { app: 'other' } } },
      'spec.template.metadata.labels: Invalid value: {"app":"shop"}: `selector` does not match template `labels`',
    ],
    [
      'too short a history',
      { ...blueGreen({ scaleDownDelayRevisionLimit: 3 }), revisionHistoryLimit: 2 },
      "spec.strategy.scaleDownDelayRevisionLimit: Invalid value: 3: This rollout's revision history limit can not be smaller than the rollout's scale down limit",
    ],
    [
      'a deadline that pods cannot meet',
      { ...blueGreen(), minReadySeconds: 10, progressDeadlineSeconds: 5 },
      'spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds',
    ],
    [
      'two kinds of anti-affinity',
      blueGreen({
        antiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {},
          preferredDuringSchedulingIgnoredDuringExecution: { weight: 1 },
        },
      }),
      'spec.strategy.antiAffinity: Invalid value: "antiAffinity.PreferredDuringSchedulingIgnoredDuringExecution: true antiAffinity.RequiredDuringSchedulingIgnoredDuringExecution: true": AntiAffinity must have exactly one strategy listed',
    ],
    [
      'a container without a name',
      { ...blueGreen(), template: { ...templateOf('x'), spec: { containers: [{ name: '', image: 'x' }] } } },
      'spec.template.spec.containers[0].name: Required value',
    ],
  ])('because of %s', async (_, spec, problem) => {
    const w = new RolloutWorld();
    w.deploy(spec);
    await w.untilPhase('Degraded');
    expect(invalid(w)).toBe(PREFIX + problem);
  });

  test('because a Service selects labels that its pods do not have, or belongs to somebody else', async () => {
    const w = new RolloutWorld();
    w.deploy(blueGreen());
    w.api.patch('services', 'lab', 'active', { type: 'merge', body: { spec: { selector: { tier: 'web' } } } });
    await w.untilPhase('Degraded');
    expect(invalid(w)).toMatch(/activeService: Invalid value: "active": Service "active" has unmatch label "tier" in rollout$/);
    w.api.patch('services', 'lab', 'active', {
      type: 'merge',
      body: { metadata: { annotations: { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'other' } }, spec: { selector: { tier: null } } },
    });
    await w.wait(12_000);
    expect(invalid(w)).toMatch(/Service "active" is managed by another Rollout$/);
  });
});
