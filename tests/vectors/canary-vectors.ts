import { expect } from 'vitest';
import { analysisTemplate, canary, gate, jobMetric } from '../rollout-world/manifests.ts';
import { ENDLESS, reasons, untilRun, update } from './steps.ts';
import type { Vector } from './vector.ts';
import type { World } from '../rollout-world/world.ts';

async function deployCanary(world: World, ...objects: Parameters<World['create']>): Promise<void> {
  await world.create(...objects);
  await world.until('Healthy', () => world.phase === 'Healthy');
  await world.settle();
}

/** Basic canaries: V73 to V76. */
export const canaryVectors: Vector[] = [
  {
    id: 'V73',
    title: 'a canary that is aborted, retried and finished',
    async run(world) {
      await deployCanary(world, canary('v1', { steps: [{ setWeight: 50 }, { pause: { duration: '15s' } }] }));
      await update(world);
      await world.untilPhase('Paused: CanaryPauseStep');
      await world.settle();
      await world.act('abort');
      await world.untilPhase('Degraded: RolloutAborted');
      await world.until('the end of the canary', () => world.size('h2') === '0/0');
      await world.settle();
      await world.act('retry');
      await world.until('Healthy', () => world.phase === 'Healthy' && world.stable === 'h2');
      await world.settle();
      expect(reasons(world)).toContain('RolloutResumed');
    },
  },
  {
    id: 'V74',
    title: 'abort while the analysis of a canary step runs: the status forgets it one pass later, the run stays',
    async run(world) {
      await deployCanary(world, ENDLESS, canary('v1', { steps: [{ setWeight: 50 }, { analysis: gate() }] }));
      await update(world);
      await untilRun(world, 'shop-h2-2-1', 'Running');
      await world.settle();
      await world.act('abort');
      await world.untilPhase('Degraded: RolloutAborted');
      await world.settle();
      expect(world.status.canary?.currentStepAnalysisRunStatus ?? undefined).toBeUndefined();
      expect(world.runs.has('shop-h2-2-1')).toBe(true);
    },
  },
  {
    id: 'V75',
    title: 'an analysis beside the steps that outlives them',
    async run(world) {
      await deployCanary(world, ENDLESS, canary('v1', { analysis: gate(), steps: [{ setWeight: 50 }, { pause: { duration: '3s' } }] }));
      await update(world);
      await world.until('Healthy', () => world.phase === 'Healthy' && world.stable === 'h2');
      await world.settle();
      expect([...world.runs.values()].map(({ status }) => status?.phase)).toEqual(['Inconclusive']);
    },
    varies: { parts: ['events'], why: 'the run may or may not have begun when it is first told of' },
  },
  {
    id: 'V76',
    title: 'replicas 4, maxSurge 1, maxUnavailable 0, a version that does not become ready',
    async run(world) {
      await deployCanary(world, canary('v1', { maxSurge: 1, maxUnavailable: 0 }, { replicas: 4 }));
      await update(world, 'v2', { ready: 'never' }, { progressDeadlineSeconds: 8 });
      await world.untilPhase('Degraded: ProgressDeadlineExceeded');
      await world.settle();
      expect([world.size('h2'), world.size('h1')]).toEqual(['1/0', '4/4']);
    },
  },
  {
    id: 'B4',
    title: 'a canary with an analysis step that fails',
    async run(world) {
      await deployCanary(
        world,
        analysisTemplate([jobMetric('exit 1')]),
        canary('v1', { steps: [{ setWeight: 50 }, { analysis: gate() }] }),
      );
      await update(world);
      await world.untilPhase('Degraded: RolloutAborted');
      await world.until('the end of the canary', () => world.size('h2') === '0/0');
      await world.settle();
    },
  },
];
