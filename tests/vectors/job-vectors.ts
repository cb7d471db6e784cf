import { expect } from 'vitest';
import { analysisTemplate, blueGreen, gate, jobMetric } from '../rollout-world/manifests.ts';
import { changeGate, deploy, ENDLESS, failUpdate, PASSING, PRE, release, switches, untilRun, update } from './steps.ts';
import type { Vector } from './vector.ts';

const UNPULLABLE = 'lab/nothing-here:1.0';

/** Gates that run as Jobs: V48 to V58. */
export const jobVectors: Vector[] = [
  {
    id: 'V48',
    title: 'a scanner that cannot be pulled: undecided and paused; mended and promoted, the gate is asked again',
    async run(world) {
      await deploy(
        world,
        analysisTemplate([jobMetric('true', { image: UNPULLABLE })]),
        blueGreen('v1', { ...PRE }, { progressDeadlineSeconds: 90 }),
      );
      await update(world);
      await world.untilPhase('Paused: InconclusiveAnalysisRun');
      await world.settle();
      expect(world.run('shop-h2-2-pre')?.status?.metricResults?.[0]?.measurements?.[0]?.message).toMatch(
        /has terminal error \((ErrImagePull|ImagePullBackOff)\)/,
      );
      await world.age({ live: 0, stepped: 300 });
      expect(world.phase).toBe('Paused: InconclusiveAnalysisRun');
      await changeGate(world, PASSING.spec);
      await world.act('promote');
      await world.untilHealthy();
      await world.settle();
      expect(world.runPhases).toEqual(['shop-h2-2-pre Inconclusive', 'shop-h2-2-pre.1 Successful']);
    },
  },
  {
    id: 'V49',
    title: 'a scanner that cannot be pulled passes with count 1 and inconclusiveLimit 1',
    async run(world) {
      const metric = jobMetric('true', { image: UNPULLABLE, count: 1, inconclusiveLimit: 1 });
      await deploy(world, analysisTemplate([metric]), blueGreen('v1', PRE));
      await release(world);
      expect(world.runPhases).toEqual(['shop-h2-2-pre Successful']);
    },
  },
  {
    id: 'V50',
    title: 'a scanner that hangs fails by its own deadline',
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('sleep 3600', { job: { activeDeadlineSeconds: 5 } })]), blueGreen('v1', PRE));
      await failUpdate(world);
      expect(world.runPhases).toEqual(['shop-h2-2-pre Failed']);
    },
  },
  {
    id: 'V51',
    title: 'a slow scanner: the progress deadline passes, and Healthy follows all the same',
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('sleep 26')]), blueGreen('v1', PRE));
      await update(world, 'v2', {}, { progressDeadlineSeconds: 15 });
      await world.untilPhase('Degraded: ProgressDeadlineExceeded');
      await world.untilHealthy();
      await world.settle();
    },
  },
  {
    id: 'V52',
    title: 'a scanner that fails twice and then passes, within its backoffLimit',
    async run(world) {
      const script = 'test "$(date +%s)" -ge {{args.after}}';
      const after = { name: 'after', value: String(Math.ceil(world.cluster.now() / 1000) + 38) };
      const template = analysisTemplate([jobMetric(script, { job: { backoffLimit: 6 } })], { args: [{ name: 'after' }] });
      await deploy(world, template, blueGreen('v1', { prePromotionAnalysis: gate('gate', [after]) }));
      await update(world);
      await world.untilHealthy(180);
      await world.settle();
      expect(world.runPhases).toEqual(['shop-h2-2-pre Successful']);
      expect(Number((world.objects('jobs.batch')[0]?.['status'] as { failed?: number } | undefined)?.failed)).toBeGreaterThanOrEqual(1);
    },
  },
  {
    id: 'V53',
    title: 'a Job is looked after at growing intervals, so that its end is noticed late',
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('sleep 9')]), blueGreen('v1', PRE));
      await release(world);
      const measurement = world.run('shop-h2-2-pre')?.status?.metricResults?.[0]?.measurements?.[0];
      const seconds = (Date.parse(measurement?.finishedAt ?? '') - Date.parse(measurement?.startedAt ?? '')) / 1000;
      expect(seconds).toBeGreaterThanOrEqual(11);
      expect(seconds).toBeLessThanOrEqual(world.cluster.isStepped ? 14 : 30);
    },
  },
  {
    id: 'V54',
    title: 'a Job gate that is terminated is undecided',
    async run(world) {
      await deploy(world, ENDLESS, blueGreen('v1', PRE));
      await update(world);
      await untilRun(world, 'shop-h2-2-pre', 'Running');
      await world.settle();
      await world.patch('analysisruns.argoproj.io', world.run('shop-h2-2-pre')!.metadata.name, {
        type: 'merge',
        body: { spec: { terminate: true } },
      });
      await world.untilPhase('Paused: InconclusiveAnalysisRun');
      await world.until('the Job to go', () => world.objects('jobs.batch').length === 0);
      await world.settle();
      expect(world.run('shop-h2-2-pre')?.status?.message).toMatch(/Metric Terminated"?$/);
    },
  },
  {
    id: 'V57',
    title: 'abort while a Job gate runs',
    async run(world) {
      await deploy(world, ENDLESS, blueGreen('v1', PRE));
      await update(world);
      await untilRun(world, 'shop-h2-2-pre', 'Running');
      await world.settle();
      await world.act('abort');
      await untilRun(world, 'shop-h2-2-pre', 'Inconclusive');
      await world.untilPhase('Degraded: RolloutAborted');
      await world.settle();
      expect([world.active, world.status.pauseConditions ?? []]).toEqual(['h1', []]);
    },
  },
  {
    id: 'V58',
    title: 'retry after that: the gate is asked again before anything is switched',
    async run(world) {
      await deploy(world, ENDLESS, blueGreen('v1', PRE));
      await update(world);
      await untilRun(world, 'shop-h2-2-pre', 'Running');
      await world.settle();
      await world.act('abort');
      await untilRun(world, 'shop-h2-2-pre', 'Inconclusive');
      await world.settle();
      await world.act('retry');
      await untilRun(world, 'shop-h2-2-pre.1', 'Running');
      await world.settle();
      expect(switches(world)).toEqual([' -> h1']);
    },
  },
  {
    id: 'B1',
    title: 'a gate that passes, with automatic promotion',
    async run(world) {
      await deploy(world, PASSING, blueGreen('v1', PRE));
      await release(world);
      expect(world.runPhases).toEqual(['shop-h2-2-pre Successful']);
    },
  },
];
