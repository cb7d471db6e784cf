import { describe, expect, test } from 'vitest';
import type { Rollout } from '../../../../kube/types/rollouts.ts';
import { PRE, settled } from '../testing/gated-world.ts';
import { blueGreen, RolloutWorld } from '../testing/rollout-world.ts';

const MANUAL = { autoPromotionEnabled: false };

describe('the first deployment', () => {
  test('V1 needs no gate: it is stable before any pod is ready, and active once all are', async () => {
    const w = new RolloutWorld();
    w.template('gate');
    w.deploy(blueGreen(PRE));
    await w.until(() => w.status.stableRS !== undefined);
    expect(w.pods.some(({ status }) => status?.phase === 'Running')).toBe(false);
    await w.untilHealthy();
    const hash = w.hash('shop:v1');
    expect(w.told).toEqual([
      'RolloutAddedToInformer: Rollout resource added to informer: lab/shop',
      'RolloutUpdated: Rollout updated to revision 1',
      `NewReplicaSetCreated: Created ReplicaSet shop-${hash} (revision 1)`,
      `SwitchService: Switched selector for service 'preview' from '' to '${hash}'`,
      `ScalingReplicaSet: Scaled up ReplicaSet shop-${hash} (revision 1) from 0 to 2`,
      `RolloutCompleted: Rollout completed update to revision 1 (${hash}): Initial deploy`,
      `SwitchService: Switched selector for service 'active' from '' to '${hash}'`,
    ]);
    expect(w.runs).toEqual([]);
  });

  test('the order of events without a preview Service', async () => {
    const w = new RolloutWorld();
    w.deploy({ strategy: { blueGreen: { activeService: 'active' } } });
    await w.untilHealthy();
    expect(w.reasons).toEqual([
      'RolloutAddedToInformer',
      'RolloutUpdated',
      'NewReplicaSetCreated',
      'ScalingReplicaSet',
      'RolloutCompleted',
      'SwitchService',
    ]);
  });

  test('V12 a Rollout without a size gets 1 by a pass of its own', async () => {
    const w = new RolloutWorld();
    const { strategy } = blueGreen();
    w.deploy({ strategy: strategy!, replicas: undefined as unknown as number });
    await w.untilHealthy();
    const sizes = w.writes
      .filter(({ resource }) => resource === 'rollouts.argoproj.io')
      .map(({ object }) => (object as Rollout).spec.replicas);
    expect(sizes[0]).toBeUndefined();
    const index = sizes.indexOf(1);
    const [before, after] = w.writes.filter(({ resource }) => resource === 'rollouts.argoproj.io').slice(index - 1, index + 1);
    expect((after!.object as Rollout).status).toEqual((before!.object as Rollout).status);
    expect(w.rollout.spec.replicas).toBe(1);
  });
});

describe('an update', () => {
  test('V2 without a gate goes live when all its pods are available', async () => {
    const w = await settled();
    const v1 = w.hash('shop:v1');
    w.setImage('shop:v2');
    await w.until(() => w.servedBy('active') === 'shop:v2');
    await w.until(() => w.status.stableRS === w.hash('shop:v2'));
    expect(w.counts).toEqual([2, 4, 2, 2, 2]);
    const v2 = w.hash('shop:v2');
    expect(w.told).toEqual([
      'RolloutUpdated: Rollout updated to revision 2',
      `NewReplicaSetCreated: Created ReplicaSet shop-${v2} (revision 2)`,
      `SwitchService: Switched selector for service 'preview' from '${v1}' to '${v2}'`,
      `RolloutNotCompleted: Rollout not completed, started update to revision 2 (${v2})`,
      `ScalingReplicaSet: Scaled up ReplicaSet shop-${v2} (revision 2) from 0 to 2`,
      `SwitchService: Switched selector for service 'active' from '${v1}' to '${v2}'`,
      `RolloutCompleted: Rollout completed update to revision 2 (${v2}): Completed blue-green update`,
    ]);
  });

  test('takes the old pods away half a minute after it became stable', async () => {
    const w = await settled();
    w.setImage('shop:v2');
    await w.untilHealthy();
    await w.wait(25_000);
    expect(w.replicaSet('shop:v1').spec.replicas).toBe(2);
    await w.wait(10_000);
    expect(w.replicaSet('shop:v1').spec.replicas).toBe(0);
    expect(w.replicaSet('shop:v1').metadata.annotations).not.toHaveProperty('scale-down-deadline');
    expect(w.counts).toEqual([2, 2, 2, 2, 2]);
  });

  test('V3 previews pods that are not ready, and stays with the old ones', async () => {
    const w = await settled();
    w.setImage('shop:bad');
    await w.wait(20_000);
    expect([w.servedBy('preview'), w.servedBy('active')]).toEqual(['shop:bad', 'shop:v1']);
    expect(w.status).toMatchObject({ phase: 'Progressing', message: 'active service cutover pending' });
  });

  test('V4 waits for a promotion when it is to be manual', async () => {
    const w = await settled(MANUAL);
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    expect(w.status).toMatchObject({ message: 'BlueGreenPause', controllerPause: true, pauseConditions: [{ reason: 'BlueGreenPause' }] });
    expect(w.told).toContain('RolloutPaused: Rollout is paused (BlueGreenPause)');
    await w.wait(600_000);
    expect(w.servedBy('active')).toBe('shop:v1');
    w.forget();
    w.promote();
    await w.untilHealthy();
    expect(w.reasons).toEqual(['SwitchService', 'RolloutCompleted', 'ScalingReplicaSet'].slice(0, w.reasons.length));
    expect(w.servedBy('active')).toBe('shop:v2');
    expect(w.status).not.toHaveProperty('controllerPause');
  });

  test('V5 promotes itself after autoPromotionSeconds', async () => {
    const w = await settled({ autoPromotionSeconds: 10 });
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    await w.wait(5000);
    expect(w.servedBy('active')).toBe('shop:v1');
    await w.wait(6000);
    expect(w.servedBy('active')).toBe('shop:v2');
    expect(w.told).toContain('RolloutResumed: Rollout is resumed');
  });

  test('V6 ignores autoPromotionSeconds when promotion is manual', async () => {
    const w = await settled({ ...MANUAL, autoPromotionSeconds: 5 });
    w.setImage('shop:v2');
    await w.wait(22_000);
    expect(w.status.phase).toBe('Paused');
    expect(w.servedBy('active')).toBe('shop:v1');
  });

  test('V8 pauses only after the gate has passed', async () => {
    const w = await settled({ ...MANUAL, ...PRE });
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Running');
    await w.wait(5000);
    expect(w.status.pauseConditions).toBeUndefined();
    w.finishRun('Successful');
    await w.untilPhase('Paused');
    expect(w.status.message).toBe('BlueGreenPause');
    w.promote();
    await w.untilHealthy();
    const run = `shop-${w.hash('shop:v2')}-2-pre`;
    expect(w.reasons.filter((reason) => reason !== 'SwitchService')).toEqual([
      'RolloutUpdated',
      'NewReplicaSetCreated',
      'RolloutNotCompleted',
      'ScalingReplicaSet',
      'AnalysisRunRunning',
      'AnalysisRunSuccessful',
      'RolloutPaused',
      'RolloutCompleted',
    ]);
    expect(w.told).toContain(`AnalysisRunRunning: PrePromotion Analysis Run '${run}' Status New: 'Running' Previous: ''`);
  });

  test('V9 grows a small preview to full size before it goes live', async () => {
    const w = await settled({ ...MANUAL, previewReplicaCount: 1 });
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    expect(w.counts).toEqual([2, 3, 1, 2, 2]);
    w.promote();
    await w.until(() => w.servedBy('active') === 'shop:v2');
    expect(w.replicaSet('shop:v2').status?.availableReplicas).toBe(2);
    await w.untilHealthy();
    expect(w.counts).toEqual([2, 4, 2, 2, 2]);
  });

  test('V10 a full promotion of a small preview grows it first, too', async () => {
    const w = await settled({ ...MANUAL, previewReplicaCount: 1 });
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    w.promoteFull();
    await w.untilHealthy();
    expect(w.told.find((text) => text.startsWith('RolloutCompleted'))).toMatch(/Full promotion requested$/);
    expect(w.status).not.toHaveProperty('promoteFull');
    const at = (text: string): number => w.told.findIndex((line) => line.includes(text));
    expect(at('from 1 to 2')).toBeLessThan(at("service 'active'"));
  });

  test('V11 scales and analyses, but switches nothing, while somebody has it paused', async () => {
    const w = await settled(PRE);
    w.patch({ spec: { paused: true } });
    await w.untilPhase('Paused');
    w.setImage('shop:v2');
    await w.wait(10_000);
    expect(w.status).toMatchObject({ phase: 'Paused', message: 'manually paused' });
    expect(w.replicaSet('shop:v2').status?.availableReplicas).toBe(2);
    expect([w.servedBy('preview'), w.servedBy('active')]).toEqual(['shop:v1', 'shop:v1']);
    expect(w.runs).toHaveLength(1);
    w.finishRun('Successful');
    w.promote();
    await w.untilHealthy();
    expect(w.servedBy('active')).toBe('shop:v2');
  });

  test('V13 another size meanwhile is given to both versions by a pass that does nothing else', async () => {
    const w = await settled(MANUAL);
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    w.forget();
    w.patch({ spec: { replicas: 3 } });
    await w.until(() => w.status.availableReplicas === 3);
    await w.wait(5000);
    expect(w.replicaSets.map(({ spec }) => spec.replicas)).toEqual([3, 3]);
    expect(w.replicaSets.map(({ metadata }) => metadata.annotations!['rollout.argoproj.io/desired-replicas'])).toEqual(['3', '3']);
    expect(w.reasons).toEqual(['ScalingReplicaSet', 'ScalingReplicaSet']);
    expect(w.status).toMatchObject({ phase: 'Paused', message: 'BlueGreenPause' });
  });

  test('V15 another template begins a new update: the intermediate version goes after its delay', async () => {
    const w = await settled(PRE);
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Failed');
    await w.untilPhase('Degraded');
    w.setImage('shop:v3');
    await w.until(() => w.replicaSets.length === 3);
    await w.until(() => w.status.currentPodHash === w.hash('shop:v3'));
    expect(w.status).not.toHaveProperty('abort');
    expect(w.status).not.toHaveProperty('abortedAt');
    expect(w.status.blueGreen).not.toHaveProperty('prePromotionAnalysisRunStatus');
    await w.wait(5000);
    expect(w.servedBy('preview')).toBe('shop:v3');
    expect(w.replicaSet('shop:v2').spec.replicas).toBe(2);
    await w.wait(35_000);
    expect(w.replicaSet('shop:v2').spec.replicas).toBe(0);
  });

  test('V14 another strategy frees the Services', async () => {
    const w = await settled();
    w.patch({ spec: { strategy: { blueGreen: null, canary: {} } } });
    await w.wait(5000);
    for (const name of ['active', 'preview']) {
      const service = w.get<Rollout>('services', name);
      expect(service.metadata.annotations ?? {}).not.toHaveProperty('argo-rollouts.argoproj.io/managed-by-rollouts');
      expect(service.spec.selector).toEqual({ app: 'shop' });
    }
    expect(w.status.phase).toBe('Healthy');
  });
});

test('V7 a promotion of a healthy Rollout is no write at all', async () => {
  const w = await settled(MANUAL);
  w.promote();
  w.promoteFull();
  await w.wait(5000);
  expect(w.writes).toEqual([]);
});

test('a Rollout at rest is not written', async () => {
  const w = await settled();
  await w.wait(3_600_000);
  expect(w.writes).toEqual([]);
});

test('ReplicaSets carry the name, labels, annotations and owner of the real ones', async () => {
  const w = await settled();
  const { metadata, spec } = w.replicaSet('shop:v1');
  const hash = w.status.currentPodHash!;
  expect(metadata).toMatchObject({
    name: `shop-${hash}`,
    labels: { app: 'shop', 'rollouts-pod-template-hash': hash },
    annotations: { 'rollout.argoproj.io/desired-replicas': '2', 'rollout.argoproj.io/revision': '1' },
    ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'shop', controller: true, blockOwnerDeletion: true }],
  });
  expect(spec.selector).toEqual({ matchLabels: { app: 'shop', 'rollouts-pod-template-hash': hash } });
  expect(spec.template.metadata?.labels).toEqual(metadata.labels);
});
