import { expect } from 'vitest';
import { blueGreen } from '../rollout-world/manifests.ts';
import { createServices, deploy, FAILING, failUpdate, PASSING, PRE, release, update } from './steps.ts';
import type { Vector } from './vector.ts';

const NEVER_STARTS = { image: 'lab/nothing-here:1.0' };

/** Deadlines, restarts and what is kept: V69 to V72, V77 and V78. */
export const deadlineVectors: Vector[] = [
  {
    id: 'V69',
    title: 'slower than the progress deadline: Degraded, then Healthy',
    async run(world) {
      await deploy(world, blueGreen('v1'));
      await update(world, 'v2', { ready: 12 }, { progressDeadlineSeconds: 5 });
      await world.untilPhase('Degraded: ProgressDeadlineExceeded');
      await world.untilHealthy();
      await world.settle();
    },
  },
  {
    id: 'V69a',
    title: 'slower than the progress deadline, with manual promotion: Degraded, then Paused',
    async run(world) {
      await deploy(world, blueGreen('v1', { autoPromotionEnabled: false }));
      await update(world, 'v2', { ready: 12 }, { progressDeadlineSeconds: 5 });
      await world.untilPhase('Degraded: ProgressDeadlineExceeded');
      await world.untilPhase('Paused: BlueGreenPause');
      await world.settle();
    },
  },
  {
    id: 'V70',
    title: 'progressDeadlineAbort: aborted in one patch, and scaled down after the delay',
    async run(world) {
      await deploy(world, blueGreen('v1', { abortScaleDownDelaySeconds: 5 }));
      await update(world, 'v2', NEVER_STARTS, { progressDeadlineSeconds: 6, progressDeadlineAbort: true });
      await world.untilPhase('Degraded: RolloutAborted');
      await world.until('the end of the delay', () => world.size('h2') === '0/0', 30);
      await world.settle();
      expect(world.status.abort).toBe(true);
      expect(world.phase).toMatch(/has timed out progressing\.$/);
      expect(world.history().writes.join('\n')).not.toContain('ProgressDeadlineExceeded');
    },
  },
  {
    id: 'V70a',
    title: 'without progressDeadlineAbort: Degraded, and nothing more',
    async run(world) {
      await deploy(world, blueGreen('v1'));
      await update(world, 'v2', NEVER_STARTS, { progressDeadlineSeconds: 6 });
      await world.untilPhase('Degraded: ProgressDeadlineExceeded');
      await world.settle();
      expect(world.status.abort ?? false).toBe(false);
      expect(world.size('h2')).toBe('2/0');
    },
  },
  {
    id: 'V71',
    title: 'progressDeadlineAbort on a first deploy that does not start: no abort',
    async run(world) {
      const rollout = blueGreen('v1', {}, { progressDeadlineSeconds: 6, progressDeadlineAbort: true }, NEVER_STARTS);
      await createServices(world);
      await world.create(rollout);
      await world.untilPhase('Degraded: ProgressDeadlineExceeded');
      await world.settle();
      expect(world.status.abort ?? false).toBe(false);
    },
  },
  {
    id: 'V72',
    title: 'paused for longer than the progress deadline: still paused',
    async run(world) {
      await deploy(world, blueGreen('v1', { autoPromotionEnabled: false }));
      await update(world, 'v2', {}, { progressDeadlineSeconds: 12 });
      await world.untilPhase('Paused: BlueGreenPause');
      await world.age({ live: 16, stepped: 300 });
      expect(world.phase).toBe('Paused: BlueGreenPause');
    },
  },
  {
    id: 'V77',
    title: 'seven updates with a gate that passes: six runs are kept',
    async run(world) {
      await deploy(
        world,
        PASSING,
        blueGreen('v1', { ...PRE, scaleDownDelaySeconds: 3600, scaleDownDelayRevisionLimit: 1 }, { replicas: 1 }),
      );
      for (let version = 2; version <= 8; version += 1) {
        await release(world, `v${version}`);
      }
      await world.until('six runs', () => world.runs.size === 6);
      await world.settle();
      expect([...world.runs.keys()].sort()).toEqual(['3', '4', '5', '6', '7', '8'].map((revision) => `shop-h${revision}-${revision}-pre`));
    },
    varies: { parts: ['events'], why: 'seven updates in a row are more events than the recorder sends about one object' },
  },
  {
    id: 'V77a',
    title: 'seven updates with a gate that fails: six runs are kept',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', { ...PRE, abortScaleDownDelaySeconds: 1 }, { replicas: 1 }));
      for (let version = 2; version <= 8; version += 1) {
        await update(world, `v${version}`);
        await world.untilPhase(`Degraded: RolloutAborted: Rollout aborted update to revision ${version}`);
      }
      await world.settle(4);
      expect(world.runs.size).toBe(6);
    },
    varies: { parts: ['events', 'writes'], why: 'how far the last version is scaled down when the next comes is a matter of a second' },
  },
  {
    id: 'V78',
    title: 'a restart that a PodDisruptionBudget does not allow: nothing is evicted',
    async run(world) {
      const budget = {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'shop' },
        spec: { minAvailable: 2, selector: { matchLabels: { app: 'shop' } } },
      };
      await deploy(world, budget, blueGreen('v1'));
      const before = world.pods.map(({ metadata }) => metadata.uid).sort();
      await world.pass(2);
      await world.act('restart', { restart: { atMs: world.cluster.now(), in: '0s' } });
      await world.untilPhase('Progressing: rollout is restarting');
      await world.pass(5);
      expect(world.pods.map(({ metadata }) => metadata.uid).sort()).toEqual(before);
      await world.delete('poddisruptionbudgets.policy', 'shop');
      await world.until('the restart', () => world.status.restartedAt !== undefined, 120);
      await world.untilHealthy();
      await world.settle();
      expect(world.pods.filter(({ metadata }) => before.includes(metadata.uid))).toEqual([]);
    },
    varies: { parts: ['writes'], why: 'a ReplicaSet loses a pod and has another one within milliseconds; a pass may fall in between' },
  },
  {
    id: 'B3',
    title: 'the gate fails, the image is mended: another revision, another gate',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', PRE));
      await failUpdate(world);
      await world.patch('analysistemplates.argoproj.io', 'gate', { type: 'merge', body: { spec: PASSING.spec } });
      await release(world, 'v3');
      expect(world.runPhases).toEqual(['shop-h2-2-pre Failed', 'shop-h3-3-pre Successful']);
    },
  },
];
