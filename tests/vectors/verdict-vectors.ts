import { expect } from 'vitest';
import type { Metric } from '../../src/kube/types/rollouts.ts';
import { analysisTemplate, blueGreen, gate, jobMetric, NAMESPACE_ARGUMENT, web, webMetric } from '../rollout-world/manifests.ts';
import { changeGate, deploy, failUpdate, PRE, release, switches, untilRun, update, WEB_ARGS, WEB_PRE } from './steps.ts';
import type { Vector } from './vector.ts';
import type { World } from '../rollout-world/world.ts';

const MANUAL = { autoPromotionEnabled: false };

const webGate = (...metrics: Metric[]) => analysisTemplate(metrics, { args: WEB_ARGS });

/** Neither a success nor a failure for release 1.0; a success for 1.1. */
const UNDECIDED = webGate(
  webMetric('/version', { successCondition: "result.release == '1.1'", failureCondition: "result.release == '1.2'" }),
);

/** The pod `web`, a first version with a gate, and then an update to a second. */
async function deployWithWeb(world: World, answers: string, template: ReturnType<typeof webGate>, strategy = {}): Promise<void> {
  await deploy(world, ...web(answers), template, blueGreen('v1', { ...WEB_PRE, ...strategy }));
  await untilWebRuns(world);
}

function untilWebRuns(world: World): Promise<void> {
  return world.until('the pod web', () =>
    world.pods.some(
      ({ metadata, status }) =>
        metadata.name === 'web' && (status?.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    ),
  );
}

async function untilInconclusive(world: World): Promise<void> {
  await update(world);
  await world.untilPhase('Paused: InconclusiveAnalysisRun');
  await world.settle();
}

/** What a gate's first metric measured. */
const measured = (world: World, run = 'shop-h2-2-pre') => world.run(run)?.status?.metricResults?.[0];

/** Verdicts: V33 to V47, and V55. */
export const verdictVectors: Vector[] = [
  {
    id: 'V33',
    title: 'count 1 with failureLimit 1: a failing gate passes',
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('exit 1', { count: 1, failureLimit: 1 })]), blueGreen('v1', PRE));
      await release(world);
      expect(world.runPhases).toEqual(['shop-h2-2-pre Successful']);
      expect(measured(world)?.failed).toBe(1);
    },
  },
  {
    id: 'V34',
    title: 'a failureLimit above the count is an error; without a count nobody checks it',
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('exit 1', { count: 1, failureLimit: 2 })]), blueGreen('v1', PRE));
      await failUpdate(world);
      expect(world.run('shop-h2-2-pre')?.status?.message).toContain(
        'count (1) must be >= failureLimit + consecutiveSuccessLimit (2 + 0) if both >= 0',
      );
      await world.patch('analysistemplates.argoproj.io', 'gate', {
        type: 'json',
        body: [{ op: 'remove', path: '/spec/metrics/0/count' }],
      });
      await release(world, 'v3');
      expect(world.runPhases).toEqual(['shop-h2-2-pre Error', 'shop-h3-3-pre Successful']);
    },
  },
  {
    id: 'V35',
    title: 'a page of HTML passes whatever the condition says',
    async run(world) {
      await deployWithWeb(world, '1.0', webGate(webMetric('/', { successCondition: 'result.critical == 0' })));
      await release(world);
      expect(measured(world)?.measurements?.[0]?.value).toContain('<!doctype html>');
      expect(world.runPhases).toEqual(['shop-h2-2-pre Successful']);
    },
  },
  {
    id: 'V36',
    title: 'five errors in a row, ten seconds apart, are an error',
    async run(world) {
      await deployWithWeb(world, '1.6', webGate(webMetric('/readyz')));
      await update(world);
      await world.untilPhase('Degraded: RolloutAborted', 90);
      await world.settle();
      expect(world.run('shop-h2-2-pre')?.status?.phase).toBe('Error');
      expect(world.run('shop-h2-2-pre')?.status?.message).toContain('consecutiveErrors (5) > consecutiveErrorLimit (4)');
    },
  },
  {
    id: 'V37',
    title: 'errors and then an answer: passed, and the errors are forgotten',
    async run(world) {
      await deploy(world, ...web('1.6'), webGate(webMetric('/readyz')), blueGreen('v1', WEB_PRE));
      await untilWebRuns(world);
      await update(world);
      await world.until('an error', () => measured(world)?.consecutiveError === 2);
      await world.delete('pods', 'web');
      await world.until('the pod to go', () => !world.pods.some(({ metadata }) => metadata.name === 'web'));
      await world.create(web('1.0')[0]);
      await world.untilHealthy();
      await world.settle();
      expect(measured(world)?.consecutiveError ?? 0).toBe(0);
    },
    varies: { parts: ['analysisRuns'], why: 'how often it is asked in vain depends on how fast a pod is replaced' },
  },
  {
    id: 'V38',
    title: 'JSON passes when there are no conditions',
    async run(world) {
      await deployWithWeb(world, '1.0', webGate(webMetric('/version')));
      await release(world);
      expect(world.runPhases).toEqual(['shop-h2-2-pre Successful']);
    },
  },
  {
    id: 'V39',
    title: 'neither success nor failure: paused, nothing switched',
    async run(world) {
      await deployWithWeb(world, '1.0', UNDECIDED);
      await untilInconclusive(world);
      expect([world.active, world.runPhases]).toEqual(['h1', ['shop-h2-2-pre Inconclusive']]);
    },
  },
  {
    id: 'V40',
    title: 'promote after an undecided gate asks it again; with manual promotion a second pause follows',
    async run(world) {
      await deployWithWeb(world, '1.0', UNDECIDED, MANUAL);
      await untilInconclusive(world);
      await changeGate(world, webGate(webMetric('/version')).spec);
      await world.act('promote');
      await untilRun(world, 'shop-h2-2-pre.1', 'Successful');
      await world.untilPhase('Paused: BlueGreenPause');
      await world.settle();
      expect(world.active).toBe('h1');
      await world.act('promote');
      await world.untilHealthy();
      await world.settle();
    },
  },
  {
    id: 'V40a',
    title: 'promote after an undecided gate, with automatic promotion',
    async run(world) {
      await deployWithWeb(world, '1.0', UNDECIDED);
      await untilInconclusive(world);
      await changeGate(world, webGate(webMetric('/version')).spec);
      await world.act('promote');
      await world.untilHealthy();
      await world.settle();
      expect(world.runPhases).toEqual(['shop-h2-2-pre Inconclusive', 'shop-h2-2-pre.1 Successful']);
    },
  },
  {
    id: 'V41',
    title: 'a full promotion after an undecided gate',
    async run(world) {
      await deployWithWeb(world, '1.0', UNDECIDED);
      await untilInconclusive(world);
      await world.act('promote-full');
      await world.untilHealthy();
      await world.settle();
      expect(world.history().events.join('\n')).toContain(': Full promotion requested');
    },
  },
  {
    id: 'V42',
    title: 'conditions of a Job metric count for nothing',
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('exit 0', { successCondition: 'false' })]), blueGreen('v1', PRE));
      await release(world);
      expect(world.runPhases).toEqual(['shop-h2-2-pre Successful']);
    },
  },
  {
    id: 'V43',
    title: 'a dry run named scan takes scan-critical with it',
    async run(world) {
      const template = analysisTemplate([jobMetric('exit 1'), jobMetric('exit 1', { name: 'scan-critical' })], {
        dryRun: [{ metricName: 'scan' }],
      });
      await deploy(world, template, blueGreen('v1', PRE));
      await release(world);
      const status = world.run('shop-h2-2-pre')?.status;
      expect([status?.phase, status?.dryRunSummary?.failed, status?.runSummary?.count ?? 0]).toEqual(['Successful', 2, 0]);
    },
    varies: { parts: ['analysisRuns', 'events'], why: 'either Job may be seen to end first' },
  },
  {
    id: 'V44',
    title: 'a dry run that names no metric',
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('exit 0')], { dryRun: [{ metricName: 'other' }] }), blueGreen('v1', PRE));
      await failUpdate(world);
      expect(world.run('shop-h2-2-pre')?.status?.message).toContain("dryRun[0]: Rule didn't match any metric name(s)");
    },
  },
  {
    id: 'V45',
    title: 'one metric fails, so the other is stopped',
    async run(world) {
      const template = analysisTemplate([jobMetric('sleep 3; exit 1'), jobMetric('sleep 3600', { name: 'slow' })]);
      await deploy(world, template, blueGreen('v1', PRE));
      await failUpdate(world);
      const results = world.run('shop-h2-2-pre')?.status?.metricResults ?? [];
      expect(results.find(({ name }) => name === 'slow')?.phase).toBe('Inconclusive');
      expect(world.runPhases).toEqual(['shop-h2-2-pre Failed']);
    },
    varies: { parts: ['analysisRuns'], why: 'metrics are measured side by side, and noted as they come' },
  },
  {
    id: 'V46',
    title: 'a condition that is no boolean',
    async run(world) {
      const strings = webGate(webMetric('/version', { successCondition: 'result', consecutiveErrorLimit: 0 }, { jsonPath: '{$.release}' }));
      await deployWithWeb(world, '1.0', strings);
      await failUpdate(world);
      expect(measured(world)?.measurements?.[0]?.message).toContain('expected bool, but got string');
      expect(measured(world)?.measurements?.[0]?.message).toContain('could not evaluate successCondition');
    },
  },
  {
    id: 'V47',
    title: 'a secret does not appear in a message',
    async run(world) {
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' }, stringData: { value: 'hunter2' } };
      const template = analysisTemplate([webMetric('', { consecutiveErrorLimit: 0 }, { url: 'nope://web/{{args.token}}' })], {
        args: [{ name: 'token', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } }],
      });
      await deploy(world, secret, template, blueGreen('v1', PRE));
      await failUpdate(world);
      const told = JSON.stringify(world.run('shop-h2-2-pre')?.status);
      expect(told).toContain('*****');
      expect(told).not.toContain('hunter2');
    },
  },
  {
    id: 'V55',
    title: 'a gate that is terminated before it measured anything has passed',
    async run(world) {
      await deployWithWeb(world, '1.0', webGate(webMetric('/version', { initialDelay: '1h' })));
      await update(world);
      await untilRun(world, 'shop-h2-2-pre', 'Running');
      await world.settle();
      await world.patch('analysisruns.argoproj.io', world.run('shop-h2-2-pre')!.metadata.name, {
        type: 'merge',
        body: { spec: { terminate: true } },
      });
      await world.untilHealthy();
      await world.settle();
      expect(world.run('shop-h2-2-pre')?.status).toMatchObject({ phase: 'Successful', message: 'Run Terminated' });
    },
  },
  {
    id: 'V58a',
    title: 'abort and retry while a web gate has not measured yet: past the gate',
    async run(world) {
      await deployWithWeb(world, '1.0', webGate(webMetric('/version', { initialDelay: '1h' })));
      await update(world);
      await untilRun(world, 'shop-h2-2-pre', 'Running');
      await world.settle();
      await world.act('abort');
      await untilRun(world, 'shop-h2-2-pre', 'Successful');
      await world.settle();
      await world.act('retry');
      await world.untilHealthy();
      await world.settle();
      expect(switches(world)).toEqual([' -> h1', 'h1 -> h2']);
      expect(world.run('shop-h2-2-pre.1')?.spec.terminate).toBe(true);
    },
    varies: {
      parts: ['events', 'analysisRuns'],
      why: 'the second run is cancelled as soon as it is made, which it may or may not live to see',
    },
  },
  {
    id: 'B2',
    title: 'a gate that asks the preview before it may be switched to',
    async run(world) {
      const argument = { ...gate(), args: [NAMESPACE_ARGUMENT, { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' as const } }] };
      const template = analysisTemplate(
        [webMetric('/version?hash={{args.hash}}', { count: 2, interval: '3s', successCondition: "result.release == '1.0'" })],
        {
          args: [...WEB_ARGS, { name: 'hash' }],
        },
      );
      await deployWithWeb(world, '1.0', template, { prePromotionAnalysis: argument });
      await release(world);
      expect(measured(world)?.successful).toBe(2);
    },
    varies: { parts: ['analysisRuns'], why: 'measurements carry the name of the pod' },
  },
];
