import { expect } from 'vitest';
import { analysisTemplate, blueGreen, gate, jobMetric } from '../rollout-world/manifests.ts';
import { createServices, deploy, ENDLESS, FAILING, failUpdate, PASSING, POST, PRE, switches, untilRun, update } from './steps.ts';
import type { Vector } from './vector.ts';

/** Ready for a while, then not any more. */
const BREAKS_SOON = {
  command: ['sh', '-c', 'touch /tmp/ready; sleep 12; rm /tmp/ready; sleep 3600'],
  readyWhileExists: '/tmp/ready',
};

const ARGUED = analysisTemplate([jobMetric('exit {{args.code}}')], { args: [{ name: 'code' }] });
const withCode = (value: string) => ({ blueGreen: { prePromotionAnalysis: gate('gate', [{ name: 'code', value }]) } });

/** Gates: V16 to V32. */
export const gateVectors: Vector[] = [
  {
    id: 'V16',
    title: 'a gate that fails: aborted, nothing switched, the preview stays',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', PRE));
      await failUpdate(world);
      expect(world.runPhases).toEqual(['shop-h2-2-pre Failed']);
      expect([world.active, world.preview]).toEqual(['h1', 'h2']);
      expect(switches(world)).toHaveLength(1);
    },
  },
  {
    id: 'V17',
    title: 'after the abort delay the new version goes to 0; its deadline, the preview and the abort stay',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', { ...PRE, abortScaleDownDelaySeconds: 8 }));
      await failUpdate(world);
      await world.until('the end of the delay', () => world.size('h2') === '0/0', 30);
      await world.settle();
      expect(world.replicaSet('h2')?.metadata.annotations?.['scale-down-deadline']).toBeDefined();
      expect([world.preview, world.status.abort]).toEqual(['h2', true]);
    },
  },
  {
    id: 'V18',
    title: 'retry asks the gate again before anything is switched',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', PRE));
      await failUpdate(world);
      await world.act('retry');
      await untilRun(world, 'shop-h2-2-pre.1', 'Failed');
      await world.untilPhase('Degraded: RolloutAborted');
      await world.settle();
      expect(switches(world)).toHaveLength(1);
    },
  },
  {
    id: 'V19',
    title: 'retry when the new version is at 0 already: the gate starts while it comes up',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', { ...PRE, abortScaleDownDelaySeconds: 6 }));
      await failUpdate(world);
      await world.until('the end of the delay', () => world.size('h2') === '0/0', 30);
      await world.settle();
      await world.act('retry');
      await untilRun(world, 'shop-h2-2-pre.1', 'Failed');
      await world.untilPhase('Degraded: RolloutAborted');
      await world.settle();
    },
  },
  {
    id: 'V20',
    title: 'the arguments of the gate are mended in the Rollout, then retry',
    async run(world) {
      await deploy(world, ARGUED, blueGreen('v1', withCode('1').blueGreen));
      await failUpdate(world);
      await world.change({ strategy: withCode('0') });
      await world.act('retry');
      await world.untilHealthy();
      await world.settle();
      expect([world.runs.size, world.stable, world.active]).toEqual([2, 'h2', 'h2']);
    },
  },
  {
    id: 'V21',
    title: 'abortScaleDownDelaySeconds 0: the new version stays for ever',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', { ...PRE, abortScaleDownDelaySeconds: 0 }));
      await failUpdate(world);
      await world.age({ live: 10, stepped: 300 });
      expect(world.size('h2')).toBe('2/2');
      expect(world.replicaSet('h2')?.metadata.annotations?.['scale-down-deadline']).toBeUndefined();
    },
  },
  {
    id: 'V22',
    title: 'a gate after the switch fails: traffic goes back',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', POST));
      await failUpdate(world);
      await world.until('the way back', () => world.active === 'h1');
      await world.settle();
      expect(switches(world)).toEqual([' -> h1', 'h1 -> h2', 'h2 -> h1']);
      expect([world.stable, world.status.abort]).toEqual(['h1', true]);
    },
  },
  {
    id: 'V23',
    title: 'a gate after the switch fails while the new version is not available: traffic stays on it, and then there is none',
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('sleep 20; exit 1')]), blueGreen('v1', { ...POST, abortScaleDownDelaySeconds: 6 }));
      await update(world, 'v2', BREAKS_SOON);
      await world.until('the switch', () => world.active === 'h2');
      await untilRun(world, 'shop-h2-2-post', 'Failed', 90);
      await world.until('the end of the delay', () => world.size('h2') === '0/0', 30);
      await world.settle();
      expect(world.active).toBe('h2');
    },
  },
  {
    id: 'V24',
    title: 'from there undo leads back at once',
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('sleep 20; exit 1')]), blueGreen('v1', { ...POST, abortScaleDownDelaySeconds: 6 }));
      await update(world, 'v2', BREAKS_SOON);
      await world.until('the switch', () => world.active === 'h2');
      await untilRun(world, 'shop-h2-2-post', 'Failed', 90);
      await world.until('the end of the delay', () => world.size('h2') === '0/0', 30);
      await world.settle();
      await world.act('undo');
      await world.untilHealthy();
      await world.settle();
      expect([world.active, world.current]).toEqual(['h1', 'h1']);
    },
  },
  {
    id: 'V25',
    title: 'retry after a failed gate behind the switch, without one before it: the old verdict still counts',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', POST));
      await failUpdate(world);
      await world.until('the way back', () => world.active === 'h1');
      await world.settle();
      await world.act('retry');
      await world.settle(6);
      expect(world.phase).toMatch(/^Degraded: RolloutAborted/);
      expect(world.active).toBe('h1');
    },
  },
  {
    id: 'V26',
    title: 'the old version gets its deadline only when the gate behind the switch has passed',
    async run(world) {
      await deploy(world, analysisTemplate([jobMetric('sleep 9')]), blueGreen('v1', { ...POST, scaleDownDelaySeconds: 5 }));
      await update(world);
      await untilRun(world, 'shop-h2-2-post', 'Running');
      await world.pass(6);
      expect(world.size('h1')).toBe('2/2');
      expect(world.replicaSet('h1')?.metadata.annotations?.['scale-down-deadline']).toBeUndefined();
      await world.untilHealthy();
      await world.until('the end of the old version', () => world.size('h1') === '0/0', 30);
      await world.settle();
    },
  },
  {
    id: 'V27',
    title: 'a gate that does not exist: InvalidSpec without an event, until it does',
    async run(world) {
      await createServices(world);
      await world.create(blueGreen('v1', PRE));
      await world.untilPhase('Degraded: InvalidSpec');
      await world.settle();
      expect(world.phase).toContain("AnalysisTemplate 'gate' not found");
      expect(world.replicaSets).toEqual([]);
      await world.create(PASSING);
      await world.untilHealthy();
      await world.settle();
    },
  },
  {
    id: 'V28',
    title: 'an interval without a count in a gate',
    async run(world) {
      const endless = analysisTemplate([{ ...jobMetric('true'), interval: '5s' }]);
      await createServices(world);
      await world.create(endless, blueGreen('v1', PRE));
      await world.untilPhase('Degraded: InvalidSpec');
      await world.settle();
      expect(world.phase).toContain('runs indefinitely. Invalid value for count: <nil>');
    },
  },
  {
    id: 'V29',
    title: 'a missing argument is told, one too many is not',
    async run(world) {
      const defaulted = analysisTemplate([jobMetric('exit {{args.code}}')], { args: [{ name: 'code', value: '0' }] });
      await createServices(world);
      await world.create(ARGUED, blueGreen('v1', PRE));
      await world.untilPhase('Degraded: InvalidSpec');
      await world.settle();
      expect(world.phase).toContain('args.code was not resolved');
      await world.patch('analysistemplates.argoproj.io', 'gate', { type: 'merge', body: { spec: defaulted.spec } });
      await world.untilHealthy();
      await world.settle();
      const misspelt = gate('gate', [{ name: 'cod', value: '1' }]);
      await update(world, 'v2', {}, { strategy: { blueGreen: { activeService: 'active', prePromotionAnalysis: misspelt } } });
      await world.untilHealthy();
      await world.settle();
      expect(world.runPhases).toEqual(['shop-h2-2-pre Successful']);
      expect(world.run('shop-h2-2-pre')?.spec.args).toEqual([{ name: 'code', value: '0' }]);
    },
  },
  {
    id: 'V30',
    title: 'an analysis without templates is never done',
    async run(world) {
      await deploy(world, blueGreen('v1', { prePromotionAnalysis: {} }));
      await update(world);
      await world.until('the size', () => world.size('h2') === '2/2');
      await world.settle(6);
      await world.age({ live: 5, stepped: 500 });
      expect([world.runs.size, world.active, world.phase]).toEqual([0, 'h1', 'Progressing: active service cutover pending']);
    },
  },
  {
    id: 'V31',
    title: 'the active Service loses its hash while the gate runs: past the gate',
    async run(world) {
      await deploy(world, ENDLESS, blueGreen('v1', PRE));
      await update(world);
      await untilRun(world, 'shop-h2-2-pre', 'Running');
      await world.settle();
      await world.patch('services', 'active', { type: 'merge', body: { spec: { selector: { 'rollouts-pod-template-hash': null } } } });
      await world.pass(2);
      // Why: the Service itself sets nothing off; a change of the Rollout does.
      await world.patch('rollouts.argoproj.io', 'shop', { type: 'merge', body: { metadata: { annotations: { touched: 'yes' } } } });
      await world.until('the switch', () => world.active === 'h2');
      await world.settle();
      expect(world.runPhases).toEqual(['shop-h2-2-pre Inconclusive']);
    },
  },
  {
    id: 'V32',
    title: 'the active Service loses its hash after an abort: the refused version becomes stable',
    async run(world) {
      await deploy(world, FAILING, blueGreen('v1', { ...PRE, abortScaleDownDelaySeconds: 6 }));
      await failUpdate(world);
      await world.until('the end of the delay', () => world.size('h2') === '0/0', 30);
      await world.settle();
      await world.patch('services', 'active', { type: 'merge', body: { spec: { selector: { 'rollouts-pod-template-hash': null } } } });
      await world.pass(2);
      await world.patch('rollouts.argoproj.io', 'shop', { type: 'merge', body: { metadata: { annotations: { touched: 'yes' } } } });
      await world.until('the switch', () => world.active === 'h2');
      await world.settle();
      expect([world.stable, world.status.abort ?? false]).toEqual(['h2', false]);
    },
  },
];
