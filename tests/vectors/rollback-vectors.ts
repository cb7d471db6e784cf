import { expect } from 'vitest';
import type { ReplicaSet } from '../../src/kube/types/workloads.ts';
import { blueGreen } from '../rollout-world/manifests.ts';
import { changeGate, deploy, FAILING, failUpdate, PASSING, PRE, release, switches, untilRun, update } from './steps.ts';
import type { Vector } from './vector.ts';
import type { World } from '../rollout-world/world.ts';

/** Goes back to the version before. */
async function undo(world: World, revision: string): Promise<void> {
  await world.act('undo');
  await world.until(`revision ${revision}`, () => world.rollout?.metadata.annotations?.['rollout.argoproj.io/revision'] === revision);
}

/** Three versions, each after its gate and a person, with rollbackWindow 1; the first two are at 0. */
async function promoteThree(world: World): Promise<void> {
  const manual = { ...PRE, autoPromotionEnabled: false, scaleDownDelaySeconds: 5 };
  await deploy(world, PASSING, blueGreen('v1', manual, { rollbackWindow: { revisions: 1 } }));
  for (const version of ['v2', 'v3']) {
    await update(world, version);
    await world.untilPhase('Paused: BlueGreenPause');
    await world.settle();
    await world.act('promote');
    await world.untilHealthy();
    await world.settle(7);
  }
}

const annotation = (replicaSet: ReplicaSet | undefined, name: string): string | undefined =>
  replicaSet?.metadata.annotations?.[`rollout.argoproj.io/${name}`];

/** Ways back: V59 to V68. */
export const rollbackVectors: Vector[] = [
  {
    id: 'V59',
    title: 'undo while the old version still waits: at once and without a gate',
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', PRE));
      await release(world);
      await undo(world, '3');
      await world.untilHealthy();
      await world.settle();
      expect(world.runs.size).toBe(1);
      expect(world.history().events.at(-1)).toMatch(/: Fast rollback$/);
      expect(annotation(world.replicaSet('h1'), 'revision-history')).toBe('1');
    },
  },
  {
    id: 'V60',
    title: 'undo after the delay: a whole update with its gate',
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', { ...PRE, scaleDownDelaySeconds: 6 }));
      await release(world);
      await world.until('the end of the delay', () => world.size('h1') === '0/0', 30);
      await world.settle();
      await undo(world, '3');
      await world.untilHealthy();
      await world.settle();
      expect(world.runs.has('shop-h1-3-pre')).toBe(true);
    },
  },
  {
    id: 'V61',
    title: 'undo after the delay, the gate fails, retry: past the gate',
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', { ...PRE, scaleDownDelaySeconds: 6 }));
      await release(world);
      await world.until('the end of the delay', () => world.size('h1') === '0/0', 30);
      await world.settle();
      await changeGate(world, FAILING.spec);
      await undo(world, '3');
      await world.untilPhase('Degraded: RolloutAborted');
      await world.settle();
      await world.act('retry');
      await world.untilHealthy();
      await world.settle();
      expect(world.history().events.at(-1)).toMatch(/: Fast rollback$/);
    },
  },
  {
    id: 'V62',
    title: 'a version that failed is applied again after the old one was: its gate is asked again',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', PRE));
      await failUpdate(world);
      await undo(world, '3');
      await world.untilHealthy();
      await world.settle();
      await update(world, 'v2');
      await world.untilPhase('Degraded: RolloutAborted');
      await world.settle();
      expect(world.runPhases).toEqual(['shop-h2-2-pre Failed', 'shop-h2-4-pre Failed']);
      expect(switches(world)).toEqual([' -> h1']);
    },
  },
  {
    id: 'V63',
    title: 'a version that failed is gone back to from a later one: past the gate',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', { ...PRE, abortScaleDownDelaySeconds: 60, scaleDownDelaySeconds: 60 }));
      await failUpdate(world);
      await changeGate(world, PASSING.spec);
      await release(world, 'v3');
      await undo(world, '4');
      await world.untilHealthy();
      await world.settle();
      expect([world.active, world.runs.size]).toEqual(['h2', 2]);
    },
  },
  {
    id: 'V64',
    title: 'rollbackWindow 1: neither pause nor gate for the version before',
    async run(world) {
      await promoteThree(world);
      await undo(world, '4');
      await world.untilHealthy();
      await world.settle(7);
      expect([world.active, world.runs.size]).toEqual(['h2', 2]);
      // Why: of the versions that are left, none lies between the first and the second either.
      await world.act('undo', { toRevision: 1 });
      await world.until('revision 5', () => world.current === 'h1');
      await world.untilHealthy();
      await world.settle();
      expect([world.active, world.runs.size]).toEqual(['h1', 2]);
    },
  },
  {
    id: 'V64a',
    title: 'rollbackWindow 1: the whole of both for the version before that',
    async run(world) {
      await promoteThree(world);
      await world.act('undo', { toRevision: 1 });
      await untilRun(world, 'shop-h1-4-pre', 'Successful');
      await world.untilPhase('Paused: BlueGreenPause');
      await world.settle();
      expect(world.active).toBe('h3');
    },
  },
  {
    id: 'V65',
    title: 'undo after an abort: Healthy at once, and no RolloutCompleted',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', PRE));
      await failUpdate(world);
      const completed = (): number => world.history().events.filter((event) => event.startsWith('RolloutCompleted')).length;
      expect(completed()).toBe(1);
      await undo(world, '3');
      await world.untilHealthy();
      await world.settle();
      expect(completed()).toBe(1);
      expect(world.status.abort ?? false).toBe(false);
    },
  },
  {
    id: 'V66',
    title: 'undo writes the defaults of the API into the template, and finds its ReplicaSet all the same',
    async run(world) {
      await deploy(world, blueGreen('v1'));
      await release(world);
      await undo(world, '3');
      await world.untilHealthy();
      await world.settle();
      expect(world.rollout?.spec.template?.spec['dnsPolicy']).toBe('ClusterFirst');
      expect(world.replicaSets).toHaveLength(2);
    },
  },
  {
    id: 'V67',
    title: 'scaleDownDelaySeconds 0: the old version stays for ever',
    async run(world) {
      await deploy(world, blueGreen('v1', { scaleDownDelaySeconds: 0 }));
      await release(world);
      await world.age({ live: 8, stepped: 300 });
      expect(world.size('h1')).toBe('2/2');
      expect(world.replicaSet('h1')?.metadata.annotations?.['scale-down-deadline']).toBeUndefined();
    },
  },
  {
    id: 'V68',
    title: 'scaleDownDelayRevisionLimit 2, and then 1',
    async run(world) {
      await deploy(world, blueGreen('v1', { scaleDownDelaySeconds: 86_400, scaleDownDelayRevisionLimit: 2 }, { replicas: 1 }));
      for (const version of ['v2', 'v3', 'v4']) await release(world, version);
      const sizes = (): string[] => ['h1', 'h2', 'h3', 'h4'].map((hash) => world.size(hash));
      await world.until('the first to go', () => sizes()[0] === '0/0');
      expect(sizes()).toEqual(['0/0', '1/1', '1/1', '1/1']);
      await world.change({ strategy: { blueGreen: { scaleDownDelayRevisionLimit: 1 } } });
      await world.until('the second to go', () => sizes()[1] === '0/0');
      await world.settle();
    },
  },
];
