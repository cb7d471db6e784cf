import { expect } from 'vitest';
import { analysisTemplate, blueGreen, gate, jobMetric, service, template } from './manifests.ts';
import type { Vector } from './vector.ts';
import type { World } from './world.ts';

/** Both Services, and whatever else is given; then the first version, until it is live. */
export async function deploy(world: World, ...objects: Parameters<World['create']>): Promise<void> {
  await world.create(service('active'), service('preview'), ...objects);
  await world.untilHealthy();
  await world.settle();
}

export const update = (world: World, version = 'v2', how = {}): Promise<void> => world.change({ template: template(version, how) });

export const PASSING = analysisTemplate([jobMetric('sleep 1')]);
export const FAILING = analysisTemplate([jobMetric('exit 1')]);

const switches = (world: World, name: string): string[] =>
  world.history().events.filter((event) => event.startsWith(`SwitchService: Switched selector for service '${name}'`));

export const deployVectors: Vector[] = [
  {
    id: 'V1',
    title: 'the first deploy asks no gate',
    seconds: 8,
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', { prePromotionAnalysis: gate() }));
      expect(world.runPhases).toEqual([]);
      const { events } = world.history();
      expect(events.map((event) => event.replace(/:.*/, ''))).toEqual([
        'RolloutAddedToInformer',
        'RolloutUpdated',
        'NewReplicaSetCreated',
        'SwitchService',
        'ScalingReplicaSet',
        'RolloutCompleted',
        'SwitchService',
      ]);
      expect(events.at(-2)).toMatch(/: Initial deploy$/);
    },
  },
  {
    id: 'V2',
    title: 'an update without a gate',
    seconds: 12,
    async run(world) {
      await deploy(world, blueGreen('v1'));
      await update(world);
      await world.until('the switch', () => world.active === 'h2');
      await world.untilHealthy();
      expect(world.counts).toEqual([2, 4, 2, 2, 2]);
      await world.settle();
    },
  },
  {
    id: 'V3',
    title: 'an update that does not become ready',
    seconds: 14,
    async run(world) {
      await deploy(world, blueGreen('v1'));
      await update(world, 'v2', { ready: 'never' });
      await world.until('the preview', () => world.preview === 'h2');
      await world.until('pods', () => world.size('h2') === '2/0');
      await world.settle();
      expect([world.active, world.phase]).toEqual(['h1', 'Progressing: active service cutover pending']);
    },
  },
  {
    id: 'V4',
    title: 'manual promotion',
    seconds: 14,
    async run(world) {
      await deploy(world, blueGreen('v1', { autoPromotionEnabled: false }));
      await update(world);
      await world.untilPhase('Paused: BlueGreenPause');
      await world.settle();
      expect(world.active).toBe('h1');
      expect(await world.act('promote')).toBe("rollout 'shop' promoted");
      await world.untilHealthy();
      await world.settle();
      expect(world.history().events.join('\n')).not.toContain('RolloutResumed');
    },
  },
  {
    id: 'V16',
    title: 'a gate that fails',
    seconds: 16,
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', { prePromotionAnalysis: gate() }));
      await update(world);
      await world.untilPhase('Degraded: RolloutAborted');
      await world.settle();
      expect(world.runPhases).toEqual(['shop-h2-2-pre Failed']);
      expect([world.active, world.preview]).toEqual(['h1', 'h2']);
      expect(switches(world, 'active')).toHaveLength(1);
    },
  },
  {
    id: 'B1',
    title: 'a gate that passes',
    seconds: 20,
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', { prePromotionAnalysis: gate() }));
      await update(world);
      await world.untilHealthy();
      await world.settle();
      expect(world.runPhases).toEqual(['shop-h2-2-pre Successful']);
    },
  },
  {
    id: 'V8',
    title: 'a gate that passes, then a person',
    seconds: 20,
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', { prePromotionAnalysis: gate(), autoPromotionEnabled: false }));
      await update(world);
      await world.untilPhase('Paused: BlueGreenPause');
      await world.pass(1);
      await world.act('promote');
      await world.untilHealthy();
      await world.settle();
    },
  },
  {
    id: 'V17',
    title: 'after a failed gate the new version goes, and nothing else',
    seconds: 30,
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', { prePromotionAnalysis: gate(), abortScaleDownDelaySeconds: 8 }));
      await update(world);
      await world.untilPhase('Degraded: RolloutAborted');
      await world.until('the end of the delay', () => world.size('h2') === '0/0', 20);
      await world.settle();
      expect(world.replicaSet('h2')?.metadata.annotations?.['scale-down-deadline']).toBeDefined();
      expect([world.preview, world.status.abort]).toEqual(['h2', true]);
    },
  },
  {
    id: 'V18',
    title: 'retry asks the gate again',
    seconds: 30,
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', { prePromotionAnalysis: gate() }));
      await update(world);
      await world.untilPhase('Degraded: RolloutAborted');
      await world.pass(5);
      await world.act('retry');
      await world.until('another run', () => world.run('shop-h2-2-pre.1')?.status?.phase === 'Failed');
      await world.untilPhase('Degraded: RolloutAborted');
      await world.settle();
      expect(switches(world, 'active')).toHaveLength(1);
    },
  },
  {
    id: 'V19',
    title: 'retry after the new version is gone',
    seconds: 40,
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', { prePromotionAnalysis: gate(), abortScaleDownDelaySeconds: 6 }));
      await update(world);
      await world.untilPhase('Degraded: RolloutAborted');
      await world.until('the end of the delay', () => world.size('h2') === '0/0', 20);
      await world.pass(1);
      await world.act('retry');
      await world.until('another run', () => world.run('shop-h2-2-pre.1')?.status?.phase === 'Failed');
      await world.untilPhase('Degraded: RolloutAborted');
      await world.settle();
    },
  },
  {
    id: 'V57',
    title: 'abort while the gate runs',
    seconds: 16,
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('sleep 300')]), blueGreen('v1', { prePromotionAnalysis: gate() }));
      await update(world);
      await world.until('the gate', () => world.run('shop-h2-2-pre')?.status?.phase === 'Running');
      await world.pass(3);
      await world.act('abort');
      await world.untilPhase('Degraded: RolloutAborted');
      await world.until('the end of the run', () => world.run('shop-h2-2-pre')?.status?.phase === 'Inconclusive');
      await world.settle();
      expect(world.active).toBe('h1');
      expect(world.status.pauseConditions ?? []).toEqual([]);
    },
  },
  {
    id: 'V59',
    title: 'undo within the delay',
    seconds: 20,
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', { prePromotionAnalysis: gate() }));
      await update(world);
      await world.untilHealthy();
      await world.pass(2);
      await world.act('undo');
      await world.until('revision 3', () => world.current === 'h1');
      await world.untilHealthy();
      await world.settle();
      expect(world.runs.size).toBe(1);
    },
  },
  {
    id: 'V60',
    title: 'undo after the delay',
    seconds: 40,
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', { prePromotionAnalysis: gate(), scaleDownDelaySeconds: 6 }));
      await update(world);
      await world.untilHealthy();
      await world.until('the end of the delay', () => world.size('h1') === '0/0', 20);
      await world.pass(1);
      await world.act('undo');
      await world.until('revision 3', () => world.current === 'h1');
      await world.untilHealthy();
      await world.settle();
      expect(world.runs.has('shop-h1-3-pre')).toBe(true);
    },
  },
  {
    id: 'V56',
    title: 'full promotion while the gate runs',
    seconds: 20,
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('sleep 300')]), blueGreen('v1', { prePromotionAnalysis: gate() }));
      await update(world);
      await world.until('the gate', () => world.run('shop-h2-2-pre')?.status?.phase === 'Running');
      await world.pass(3);
      await world.act('promote-full');
      await world.untilHealthy();
      await world.settle();
    },
  },
];
