import { describe, expect, test } from 'vitest';
import type { CanaryStrategy, Rollout } from '../../../../kube/types/rollouts.ts';
import { RolloutWorld } from '../testing/rollout-world.ts';

async function settled(canary: CanaryStrategy, spec: Partial<Rollout['spec']> = {}): Promise<RolloutWorld> {
  const w = new RolloutWorld();
  w.template('gate');
  w.deploy({ strategy: { canary }, ...spec }, { services: ['canary', 'stable'] });
  await w.untilHealthy();
  w.forget();
  return w;
}

/** Pods that are wanted of the old and of the new version. */
const sizes = (w: RolloutWorld): (number | undefined)[] => ['shop:v1', 'shop:v2'].map((image) => w.replicaSet(image).spec.replicas);
const available = (w: RolloutWorld): number => w.replicaSets.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);

describe('a canary', () => {
  test('V73 is aborted, tried again and finished', async () => {
    const w = await settled({ steps: [{ setWeight: 50 }, { pause: { duration: '3s' } }] });
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    expect(sizes(w)).toEqual([1, 1]);
    expect(w.status.message).toBe('CanaryPauseStep');
    w.abort();
    await w.untilPhase('Degraded');
    await w.until(() => w.replicaSet('shop:v2').spec.replicas === 0);
    expect(w.status.currentStepIndex).toBe(0);
    await w.wait(3000);
    w.retry();
    await w.until(() => w.status.phase === 'Healthy');
    expect(w.reasons.filter((reason) => reason !== 'ScalingReplicaSet')).toEqual([
      'RolloutUpdated',
      'NewReplicaSetCreated',
      'RolloutNotCompleted',
      'RolloutStepCompleted',
      'RolloutPaused',
      'RolloutAborted',
      'RolloutStepCompleted',
      'RolloutPaused',
      'RolloutStepCompleted',
      'RolloutResumed',
      'RolloutCompleted',
    ]);
    expect(w.told).toContain('RolloutStepCompleted: Rollout step 1/2 completed (setWeight: 50)');
    expect(w.told).toContain('RolloutStepCompleted: Rollout step 2/2 completed (pause: 3s)');
    expect(w.told.find((text) => text.startsWith('RolloutCompleted'))).toMatch(/Completed all 2 canary steps$/);
    expect(sizes(w)).toEqual([0, 2]);
  });

  test('V74 forgets its step analysis after an abort', async () => {
    const w = await settled({ steps: [{ setWeight: 50 }, { analysis: { templates: [{ templateName: 'gate' }] } }] });
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    await w.until(() => w.status.canary?.currentStepAnalysisRunStatus !== undefined);
    expect(w.runs[0]!.metadata).toMatchObject({
      name: `shop-${w.hash('shop:v2')}-2-1`,
      labels: { 'rollout-type': 'Step', 'step-index': '1', app: 'shop', 'rollouts-pod-template-hash': w.hash('shop:v2') },
    });
    w.abort();
    await w.untilPhase('Degraded');
    await w.wait(1000);
    expect(w.status.canary).toEqual({});
    expect(w.runs.map(({ spec }) => spec.terminate)).toEqual([true]);
  });

  test('goes on when its step analysis has passed, and is aborted when it failed', async () => {
    const w = await settled({ steps: [{ setWeight: 50 }, { analysis: { templates: [{ templateName: 'gate' }] } }] });
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.finishRun('Successful');
    await w.untilHealthy();
    w.setImage('shop:v3');
    await w.until(() => w.runs.length === 2);
    const name = w.runs.find(({ status }) => !status?.phase)!.metadata.name;
    await w.wait(100);
    w.finishRun('Failed', { name, message: 'no' });
    await w.untilPhase('Degraded');
    expect(w.status.message).toBe('RolloutAborted: Rollout aborted update to revision 3: Step-based analysis phase error/failed: no');
  });

  test('an inconclusive step analysis pauses, and a promotion moves on', async () => {
    const w = await settled({ steps: [{ setWeight: 50 }, { analysis: { templates: [{ templateName: 'gate' }] } }] });
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    await w.wait(100);
    w.finishRun('Inconclusive');
    await w.untilPhase('Paused');
    expect(w.status.message).toBe('InconclusiveAnalysisRun');
    w.patch({ status: { pauseConditions: null, controllerPause: false, currentStepIndex: 2 } }, 'status');
    await w.untilHealthy();
    expect(sizes(w)).toEqual([0, 2]);
  });

  test('V75 is healthy when its steps are done, even if the background analysis is not', async () => {
    const w = await settled({
      analysis: { templates: [{ templateName: 'gate' }] },
      steps: [{ setWeight: 50 }, { pause: { duration: 5 } }],
    });
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    expect(w.runs[0]!.metadata.name).toBe(`shop-${w.hash('shop:v2')}-2`);
    w.finishRun('Running');
    await w.untilHealthy();
    await w.until(() => w.runs[0]!.spec.terminate === true);
    w.finishRun('Inconclusive');
    await w.wait(5000);
    expect(w.status.phase).toBe('Healthy');
  });

  test('a background analysis that fails aborts it', async () => {
    const w = await settled({
      analysis: { templates: [{ templateName: 'gate' }], startingStep: 1 },
      steps: [{ setWeight: 50 }, { pause: {} }],
    });
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    expect(w.status.currentStepIndex).toBe(1);
    w.finishRun('Error');
    await w.untilPhase('Degraded');
    expect(w.status.message).toBe('RolloutAborted: Rollout aborted update to revision 2: Background analysis phase error/failed');
    await w.until(() => w.replicaSet('shop:v2').spec.replicas === 0);
    expect(sizes(w)).toEqual([2, 0]);
  });

  test('V76 of bad pods takes none of the good ones away when none may be missing', async () => {
    const w = await settled({ maxSurge: 1, maxUnavailable: 0 }, { replicas: 4, progressDeadlineSeconds: 30 });
    w.setImage('shop:bad');
    await w.untilPhase('Degraded');
    expect([w.replicaSet('shop:bad').spec.replicas, w.replicaSet('shop:v1').spec.replicas]).toEqual([1, 4]);
    expect(w.status.message).toMatch(/^ProgressDeadlineExceeded/);
  });

  test('keeps enough pods available all the way', async () => {
    const w = await settled({ maxSurge: 1, maxUnavailable: 1, steps: [{ setWeight: 20 }, { setWeight: 60 }] }, { replicas: 5 });
    w.setImage('shop:v2');
    let least = 5;
    let most = 0;
    await w.until(() => {
      least = Math.min(least, available(w));
      most = Math.max(
        most,
        w.replicaSets.reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0),
      );
      return w.status.phase === 'Healthy' && w.isObserved && w.status.stableRS !== w.hash('shop:v1');
    });
    expect(least).toBeGreaterThanOrEqual(4);
    expect(most).toBeLessThanOrEqual(6);
  });

  test('back to the stable template skips its steps', async () => {
    const w = await settled({ steps: [{ setWeight: 50 }, { pause: {} }] });
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    w.setImage('shop:v1');
    await w.untilHealthy();
    expect(w.told).toContain('SkipSteps: Rollback to stable ReplicaSets');
    expect(w.status.currentStepIndex).toBe(2);
  });

  test('waits at a pause until somebody promotes it', async () => {
    const w = await settled({ steps: [{ setWeight: 50 }, { pause: {} }] });
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    await w.wait(3_600_000);
    expect(w.status.phase).toBe('Paused');
    w.promote();
    await w.untilHealthy();
    expect(w.reasons).not.toContain('RolloutResumed');
  });

  test('is promoted in full over pauses and analyses', async () => {
    const w = await settled({ steps: [{ setWeight: 50 }, { pause: {} }, { analysis: { templates: [{ templateName: 'gate' }] } }] });
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    w.promoteFull();
    await w.untilHealthy();
    expect(w.told.find((text) => text.startsWith('RolloutCompleted'))).toMatch(/Full promotion requested$/);
    expect(w.runs).toEqual([]);
  });

  test('leads its Services to their pods', async () => {
    const w = await settled({ canaryService: 'canary', stableService: 'stable', steps: [{ setWeight: 50 }, { pause: {} }] });
    expect([w.servedBy('canary'), w.servedBy('stable')]).toEqual(['shop:v1', 'shop:v1']);
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    await w.wait(1000);
    expect([w.servedBy('canary'), w.servedBy('stable')]).toEqual(['shop:v2', 'shop:v1']);
    w.abort();
    await w.wait(5000);
    expect([w.servedBy('canary'), w.servedBy('stable')]).toEqual(['shop:v1', 'shop:v1']);
  });

  test('begins anew when its steps change', async () => {
    const w = await settled({ steps: [{ setWeight: 50 }, { pause: {} }] });
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    await w.wait(1000);
    w.patch({ spec: { strategy: { canary: { steps: [{ setWeight: 100 }, { pause: {} }] } } } });
    await w.until(() => w.isObserved && w.status.currentStepIndex === 1 && w.status.phase === 'Paused');
    expect(sizes(w)).toEqual([0, 2]);
  });

  test.each([
    [
      'a weight out of range',
      { steps: [{ setWeight: 101 }] },
      'spec.strategy.steps[0].setWeight: Invalid value: 101: SetWeight needs to be between 0 and 100',
    ],
    [
      'no room',
      { maxSurge: 0, maxUnavailable: 0 },
      'spec.strategy.maxSurge: Invalid value: 0: MaxSurge and MaxUnavailable both can not be zero',
    ],
    [
      'a negative pause',
      { steps: [{ pause: { duration: '-5s' } }] },
      'spec.strategy.steps[0].pause.duration: Invalid value: -5: Duration needs to be greater than 0',
    ],
    [
      'a scale without a router',
      { steps: [{ setCanaryScale: { replicas: 1 } }] },
      'spec.strategy.trafficRouting: Required value: SetCanaryScale requires TrafficRouting to be set',
    ],
    [
      'a delay without a router',
      { scaleDownDelaySeconds: 5 },
      'spec.strategy.scaleDownDelaySeconds: Invalid value: 5: Canary scaleDownDelaySeconds can only be used with traffic routing',
    ],
  ])('is not valid with %s', async (_, canary, problem) => {
    const w = new RolloutWorld();
    w.deploy({ strategy: { canary: canary } });
    await w.untilPhase('Degraded');
    expect(w.status.message).toBe(`InvalidSpec: The Rollout "shop" is invalid: ${problem}`);
  });
});
