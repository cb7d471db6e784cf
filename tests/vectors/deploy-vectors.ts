import { expect } from 'vitest';
import { analysisTemplate, blueGreen, gate, jobMetric } from '../rollout-world/manifests.ts';
import { createServices, deploy, ENDLESS, FAILING, PASSING, PRE, reasons, release, switches, update } from './steps.ts';
import type { Vector } from './vector.ts';

const MANUAL = { autoPromotionEnabled: false };

/** Deploying and promoting: V1 to V15. */
export const deployVectors: Vector[] = [
  {
    id: 'V1',
    title: 'the first deploy asks no gate and is complete before any pod is ready',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', PRE));
      expect(world.runPhases).toEqual([]);
      expect(reasons(world)).toEqual([
        'RolloutAddedToInformer',
        'RolloutUpdated',
        'NewReplicaSetCreated',
        'SwitchService',
        'ScalingReplicaSet',
        'RolloutCompleted',
        'SwitchService',
      ]);
      expect(world.history().events.at(-2)).toMatch(/: Initial deploy$/);
    },
  },
  {
    id: 'V2',
    title: 'an update without a gate: events and counts',
    async run(world) {
      await deploy(world, blueGreen('v1'));
      await update(world);
      await world.untilHealthy();
      expect(world.counts).toEqual([2, 4, 2, 2, 2]);
      await world.settle();
      expect(reasons(world).slice(7)).toEqual([
        'RolloutUpdated',
        'NewReplicaSetCreated',
        'SwitchService',
        'RolloutNotCompleted',
        'ScalingReplicaSet',
        'SwitchService',
        'RolloutCompleted',
      ]);
    },
  },
  {
    id: 'V3',
    title: 'the preview Service moves before anything is ready, the active one waits',
    async run(world) {
      await deploy(world, blueGreen('v1'));
      await update(world, 'v2', { ready: 'never' });
      await world.until('the preview', () => world.preview === 'h2');
      await world.until('the size', () => world.size('h2') === '2/0');
      await world.settle();
      expect([world.active, world.phase]).toEqual(['h1', 'Progressing: active service cutover pending']);
    },
  },
  {
    id: 'V4',
    title: 'with autoPromotionEnabled false a person promotes, and no RolloutResumed is told',
    async run(world) {
      await deploy(world, blueGreen('v1', MANUAL));
      await update(world);
      await world.untilPhase('Paused: BlueGreenPause');
      await world.settle();
      expect(world.active).toBe('h1');
      expect(await world.act('promote')).toBe("rollout 'shop' promoted");
      await world.untilHealthy();
      await world.settle();
      expect(reasons(world)).not.toContain('RolloutResumed');
    },
  },
  {
    id: 'V5',
    title: 'autoPromotionSeconds 8: the switch comes after that time, and RolloutResumed is told',
    async run(world) {
      await deploy(world, blueGreen('v1', { autoPromotionSeconds: 8 }));
      await update(world);
      await world.untilPhase('Paused: BlueGreenPause');
      await world.pass(4);
      expect(world.active).toBe('h1');
      await world.untilHealthy();
      await world.settle();
      expect(reasons(world)).toContain('RolloutResumed');
    },
  },
  {
    id: 'V6',
    title: 'autoPromotionSeconds counts for nothing when autoPromotionEnabled is false',
    async run(world) {
      await deploy(world, blueGreen('v1', { ...MANUAL, autoPromotionSeconds: 3 }));
      await update(world);
      await world.untilPhase('Paused: BlueGreenPause');
      await world.pass(8);
      expect([world.active, world.phase]).toEqual(['h1', 'Paused: BlueGreenPause']);
    },
  },
  {
    id: 'V7',
    title: 'promote on a Healthy Rollout writes nothing and says that it promoted',
    async run(world) {
      await deploy(world, blueGreen('v1', MANUAL));
      const { resourceVersion } = world.rollout!.metadata;
      expect(await world.act('promote')).toBe("rollout 'shop' promoted");
      await world.settle();
      expect(world.rollout!.metadata.resourceVersion).toBe(resourceVersion);
    },
  },
  {
    id: 'V8',
    title: 'no pause while the gate runs; BlueGreenPause after it has passed',
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', { ...PRE, ...MANUAL }));
      await update(world);
      await world.until('the gate', () => world.run('shop-h2-2-pre')?.status?.phase === 'Running');
      expect(world.status.pauseConditions ?? []).toEqual([]);
      await world.untilPhase('Paused: BlueGreenPause');
      await world.settle();
      await world.act('promote');
      await world.untilHealthy();
      await world.settle();
    },
  },
  {
    id: 'V9',
    title: 'previewReplicaCount 1: full size before the switch',
    async run(world) {
      await deploy(world, blueGreen('v1', { ...MANUAL, previewReplicaCount: 1 }));
      await update(world);
      await world.untilPhase('Paused: BlueGreenPause');
      await world.settle();
      expect(world.counts).toEqual([2, 3, 1, 2, 2]);
      await world.act('promote');
      await world.until('the switch', () => world.active === 'h2');
      expect(world.size('h2')).toBe('2/2');
      await world.untilHealthy();
      await world.settle();
      expect(world.counts).toEqual([2, 4, 2, 2, 2]);
    },
  },
  {
    id: 'V10',
    title: 'previewReplicaCount 1 and a full promotion',
    async run(world) {
      await deploy(world, blueGreen('v1', { ...MANUAL, previewReplicaCount: 1 }));
      await update(world);
      await world.untilPhase('Paused: BlueGreenPause');
      await world.settle();
      await world.act('promote-full');
      await world.untilHealthy();
      await world.settle();
      expect(world.history().events.at(-1)).toMatch(/: Full promotion requested$/);
    },
  },
  {
    id: 'V11',
    title: 'spec.paused true: scaled, not switched; the gate runs all the same',
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', PRE));
      await world.act('pause');
      await world.untilPhase('Paused: manually paused');
      await world.settle();
      await update(world);
      await world.until('the size', () => world.size('h2') === '2/2');
      await world.settle(6);
      expect([world.preview, world.active, world.phase]).toEqual(['h1', 'h1', 'Paused: manually paused']);
      expect(world.runPhases).toEqual(['shop-h2-2-pre Successful']);
    },
  },
  {
    id: 'V12',
    title: 'spec.replicas absent becomes 1',
    async run(world) {
      const rollout = blueGreen('v1');
      delete rollout.spec.replicas;
      await createServices(world);
      await world.create(rollout);
      await world.untilHealthy();
      await world.settle();
      expect(world.rollout?.spec.replicas).toBe(1);
    },
  },
  {
    id: 'V13',
    title: 'a change of replicas during an update resizes both versions and does nothing else',
    async run(world) {
      await deploy(world, blueGreen('v1', MANUAL));
      await update(world);
      await world.untilPhase('Paused: BlueGreenPause');
      await world.settle();
      await world.change({ replicas: 3 });
      await world.until('the sizes', () => world.size('h1') === '3/3' && world.size('h2') === '3/3');
      await world.settle();
      expect([world.active, world.phase]).toEqual(['h1', 'Paused: BlueGreenPause']);
    },
  },
  {
    id: 'V14',
    title: 'a change of strategy to canary gives the Services back',
    async run(world) {
      await deploy(world, blueGreen('v1'));
      await world.change({ strategy: { blueGreen: null, canary: {} } });
      await world.until('the selector', () => world.active === '');
      await world.settle();
      expect(world.selected('preview')).toBe('');
    },
    varies: { parts: ['writes'], why: 'each Service is given back by a worker of its own' },
  },
  {
    id: 'V15',
    title: 'a third template while the gate of the second runs',
    async run(world) {
      await deploy(world, ENDLESS, blueGreen('v1', { ...PRE, scaleDownDelaySeconds: 15 }));
      await update(world, 'v2');
      await world.until('the gate', () => world.run('shop-h2-2-pre')?.status?.phase === 'Running');
      await world.settle();
      await update(world, 'v3');
      await world.until('the third gate', () => world.run('shop-h3-3-pre')?.status?.phase === 'Running');
      await world.until('the second version to go', () => world.size('h2') === '0/0');
      await world.settle();
      expect([world.preview, world.active]).toEqual(['h3', 'h1']);
      expect(switches(world)).toHaveLength(1);
    },
  },
  {
    id: 'V56',
    title: 'a full promotion while a Job gate runs',
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('sleep 3600')]), blueGreen('v1', { prePromotionAnalysis: gate() }));
      await update(world);
      await world.until('the gate', () => world.run('shop-h2-2-pre')?.status?.phase === 'Running');
      await world.settle();
      await world.act('promote-full');
      await world.untilHealthy();
      await world.settle();
      expect(world.runPhases).toEqual(['shop-h2-2-pre Inconclusive']);
      expect(world.run('shop-h2-2-pre')?.spec.terminate).toBe(true);
      expect(world.history().events.join('\n')).toContain(': Full promotion requested');
    },
  },
  {
    id: 'V81',
    title: 'previewReplicaCount 1 and a passed gate, then another template before promotion: the gate is forgotten (#4728)',
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', { ...PRE, ...MANUAL, previewReplicaCount: 1 }));
      await update(world, 'v2', { ready: 5 });
      await world.untilPhase('Paused: BlueGreenPause');
      await world.settle();
      await world.act('promote');
      await world.until('the full size', () => world.size('h2') === '2/1' && world.phase.endsWith(': active service cutover pending'));
      expect(world.status.blueGreen?.scaleUpPreviewCheckPoint).toBe(true);
      await update(world, 'v3');
      await world.until('the third version', () => world.size('h3') === '2/2');
      await world.settle(8);
      expect([world.active, world.phase]).toEqual(['h1', 'Progressing: active service cutover pending']);
      expect(world.runPhases).toEqual(['shop-h2-2-pre Successful']);
    },
  },
  {
    id: 'V79',
    title: 'previewMetadata and activeMetadata on the pods',
    async run(world) {
      const strategy = { ...MANUAL, previewMetadata: { labels: { role: 'preview' } }, activeMetadata: { labels: { role: 'active' } } };
      await deploy(world, blueGreen('v1', strategy));
      const roles = (hash: string): string[] =>
        world.pods
          .filter(({ metadata }) => !metadata.deletionTimestamp && world.plain(metadata.name).startsWith(`shop-${hash}-`))
          .map(({ metadata }) => metadata.labels?.['role'] ?? '');
      expect(roles('h1')).toEqual(['active', 'active']);
      await update(world);
      await world.untilPhase('Paused: BlueGreenPause');
      await world.settle();
      expect(roles('h2')).toEqual(['preview', 'preview']);
      await world.act('promote');
      await world.untilHealthy();
      await world.settle();
      expect(roles('h2')).toEqual(['active', 'active']);
    },
  },
  {
    id: 'V80',
    title: 'a deleted Rollout takes all that it had with it and frees its Services',
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', PRE));
      await release(world);
      await world.delete('rollouts.argoproj.io', 'shop');
      const owned = ['replicasets.apps', 'analysisruns.argoproj.io', 'jobs.batch', 'pods'];
      await world.until('everything to go', () => owned.every((resource) => world.objects(resource).length === 0));
      await world.until('the Services to be free', () => world.active === '' && world.preview === '');
      await world.settle();
    },
    varies: { parts: ['writes'], why: 'what is owned is collected in any order' },
  },
];
