import { expect } from 'vitest';
import type { Experiment, ExperimentStep } from '../../src/kube/types/rollouts.ts';
import { analysisTemplate, canary, jobMetric, template } from '../rollout-world/manifests.ts';
import type { World } from '../rollout-world/world.ts';
import { ENDLESS, FAILING, PASSING, reasons, update } from './steps.ts';
import type { Vector } from './vector.ts';

const BOTH: NonNullable<ExperimentStep['templates']> = [
  { name: 'baseline', specRef: 'stable', replicas: 1, metadata: { labels: { role: 'baseline' }, annotations: { by: 'vector' } } },
  { name: 'trial', specRef: 'canary', metadata: { labels: { role: 'trial' } } },
];
const ANALYSIS = { name: 'scan', templateName: 'gate' };

/** A first version, with a canary whose first step is an experiment. */
async function deployCanary(world: World, step: ExperimentStep, ...objects: Parameters<World['create']>): Promise<void> {
  const steps = [{ experiment: { scaleDownDelaySeconds: 0, ...step } }, { setWeight: 50 }, { pause: {} }];
  await world.create(...objects, canary('v1', { steps }));
  await world.until('Healthy', () => world.phase === 'Healthy');
  await world.settle();
}

function experiments(world: World): Experiment[] {
  return world.objects<Experiment>('experiments.argoproj.io');
}

function phases(world: World): (string | undefined)[] {
  return experiments(world).map(({ status }) => status?.phase);
}

/** Experiments as steps of a canary, and by themselves. */
export const experimentVectors: Vector[] = [
  {
    id: 'E1',
    title: 'a step with pods of both versions for a while, and what becomes of them',
    async run(world) {
      await deployCanary(world, { templates: BOTH, duration: '8s', scaleDownDelaySeconds: 10 });
      await update(world);
      await world.until('its pods', () => world.status.canary?.currentExperiment !== undefined && phases(world)[0] === 'Running');
      expect(world.status.currentStepIndex ?? 0).toBe(0);
      await world.untilPhase('Paused: CanaryPauseStep');
      expect(phases(world)).toEqual(['Successful']);
      expect(world.status.canary?.currentExperiment).toBeUndefined();
      await world.until('no pods of the experiment', () => world.size('h3') === '0/0' && world.size('h4') === '0/0');
      await world.settle();
      expect(reasons(world)).toContain('ExperimentCreated');
    },
  },
  {
    id: 'E2',
    title: 'an analysis that has to pass ends the step',
    async run(world) {
      const args = [
        { name: 'latest', valueFrom: { podTemplateHashValue: 'Latest' as const } },
        { name: 'trial', value: '{{templates.trial.podTemplateHash}}' },
      ];
      const gate = analysisTemplate([jobMetric('test {{args.latest}} != {{args.trial}}')], {
        args: [{ name: 'latest' }, { name: 'trial' }],
      });
      await deployCanary(world, { templates: BOTH, analyses: [{ ...ANALYSIS, args, requiredForCompletion: true }] }, gate);
      await update(world);
      await world.untilPhase('Paused: CanaryPauseStep');
      await world.settle();
      expect(phases(world)).toEqual(['Successful']);
      expect(experiments(world)[0]!.status!.message).toBe('Required AnalysisRuns completed');
    },
  },
  {
    id: 'E3',
    title: 'an analysis that fails aborts the update',
    varies: { parts: ['experiments'], why: 'how often its progress is told anew depends on the order in which its pods end' },
    async run(world) {
      await deployCanary(world, { templates: BOTH, analyses: [ANALYSIS] }, FAILING);
      await update(world);
      await world.untilPhase('Degraded: RolloutAborted');
      await world.settle();
      expect(phases(world)).toEqual(['Failed']);
    },
  },
  {
    id: 'E4',
    title: 'abort while the experiment and its analysis run, then retry',
    async run(world) {
      await deployCanary(world, { templates: BOTH, analyses: [ANALYSIS] }, ENDLESS);
      await update(world);
      await world.until('a run', () => [...world.runs.values()].some(({ status }) => status?.phase === 'Running'));
      await world.settle();
      await world.act('abort');
      await world.untilPhase('Degraded: RolloutAborted');
      await world.settle();
      expect(phases(world)).toEqual(['Successful']);
      expect(experiments(world)[0]!.spec.terminate).toBe(true);
      await world.act('retry');
      await world.until('another experiment', () => phases(world).length === 2 && phases(world)[1] === 'Running');
      await world.settle();
    },
  },
  {
    id: 'E5',
    title: 'pods that do not become ready within the deadline',
    async run(world) {
      await world.create({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Experiment',
        metadata: { name: 'alone' },
        spec: {
          duration: '5s',
          progressDeadlineSeconds: 8,
          scaleDownDelaySeconds: 0,
          templates: [
            { name: 'good', selector: { matchLabels: { app: 'shop' } }, template: template('v1') },
            { name: 'bad', selector: { matchLabels: { app: 'shop' } }, template: template('v2', { ready: 'never' }) },
          ],
        },
      });
      await world.until('its failure', () => phases(world)[0] === 'Failed');
      await world.settle();
      expect(experiments(world)[0]!.status!.message).toBe("Template 'bad' exceeded its progressDeadlineSeconds (8)");
    },
  },
  {
    id: 'E6',
    title: 'an experiment by itself, with a Service, that somebody terminates',
    async run(world) {
      const spec = template('v1');
      spec.spec.containers[0]!.ports = [{ name: 'http', containerPort: 8080 }];
      await world.create(PASSING, {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Experiment',
        metadata: { name: 'alone' },
        spec: {
          scaleDownDelaySeconds: 3,
          templates: [{ name: 'one', replicas: 2, selector: { matchLabels: { app: 'shop' } }, template: spec, service: {} }],
          analyses: [ANALYSIS],
        },
      });
      await world.until('a verdict', () => experiments(world)[0]?.status?.analysisRuns?.[0]?.phase === 'Successful');
      await world.settle();
      expect(phases(world)).toEqual(['Running']);
      expect(world.objects('services').map(({ metadata }) => metadata.name)).toEqual(['alone-one']);
      await world.patch('experiments.argoproj.io', 'alone', { type: 'merge', body: { spec: { terminate: true } } });
      await world.until('its end', () => phases(world)[0] === 'Successful' && world.size('h1') === '0/0');
      await world.settle();
      expect(world.objects('services').map(({ metadata }) => metadata.name)).toEqual([]);
    },
  },
  {
    id: 'E7',
    title: 'an analysis without its template, and an experiment whose spec is not valid',
    async run(world) {
      const templates = [{ name: 'one', selector: { matchLabels: { app: 'shop' } }, template: template('v1') }];
      const experiment = (name: string, more: Partial<Experiment['spec']>): Experiment => ({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Experiment',
        metadata: { name },
        spec: { templates, scaleDownDelaySeconds: 0, ...more },
      });
      await world.create(experiment('orphan', { analyses: [{ name: 'scan', templateName: 'nothing' }] }));
      await world.until('an error', () => phases(world)[0] === 'Error');
      await world.settle();
      await world.create(experiment('twice', { templates: [...templates, ...templates] }));
      await world.until('what is wrong', () => experiments(world)[1]?.status?.conditions !== undefined);
      await world.settle();
      expect(experiments(world).map(({ status }) => status?.conditions?.map(({ message }) => message))).toEqual([
        ['Experiment "orphan" is progressing.'],
        ["Experiment twice has repeated template name 'one' in templates"],
      ]);
    },
    varies: { parts: ['experiments'], why: 'an experiment that is over at once may or may not have scaled its pods up first' },
  },
  {
    id: 'E8',
    title: 'another template while an experiment runs',
    async run(world) {
      await deployCanary(world, { templates: BOTH, duration: '60s' });
      await update(world);
      await world.until('an experiment', () => phases(world)[0] === 'Running');
      await world.settle();
      await update(world, 'v3');
      await world.until('another', () => phases(world).length === 2 && phases(world)[1] === 'Running');
      await world.settle();
      expect(phases(world)).toEqual(['Successful', 'Running']);
    },
  },
  {
    id: 'E9',
    title: 'promoted in full over a running experiment',
    async run(world) {
      await deployCanary(world, { templates: BOTH, duration: '60s' });
      await update(world);
      await world.until('an experiment', () => phases(world)[0] === 'Running');
      await world.settle();
      await world.act('promote-full');
      await world.until('Healthy', () => world.phase === 'Healthy' && world.stable === 'h2');
      await world.settle();
      expect(phases(world)).toEqual(['Successful']);
    },
  },
  {
    id: 'E10',
    title: 'an inconclusive analysis pauses the update, and the next experiment begins',
    async run(world) {
      await deployCanary(world, { templates: BOTH, analyses: [ANALYSIS] }, ENDLESS);
      await update(world);
      await world.until('a run', () => [...world.runs.values()].some(({ status }) => status?.phase === 'Running'));
      await world.settle();
      await world.patch('analysisruns.argoproj.io', [...world.runs.values()][0]!.metadata.name, {
        type: 'merge',
        body: { spec: { terminate: true } },
      });
      await world.untilPhase('Paused: InconclusiveExperiment');
      await world.settle();
    },
  },
];
