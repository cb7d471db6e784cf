import { describe, expect, test } from 'vitest';
import type { CanaryStep, ExperimentStep, Rollout } from '../../../../kube/types/rollouts.ts';
import { RolloutWorld } from '../testing/rollout-world.ts';

const BOTH: NonNullable<ExperimentStep['templates']> = [
  { name: 'baseline', specRef: 'stable', replicas: 2, metadata: { labels: { role: 'baseline' } } },
  { name: 'trial', specRef: 'canary', metadata: { labels: { role: 'trial' }, annotations: { why: 'to see' } } },
];
const SCAN = { name: 'scan', templateName: 'gate' };

/** A first version, then a second whose first step is the experiment. */
async function released(
  experiment: ExperimentStep,
  { steps = [], spec = {} }: { steps?: CanaryStep[]; spec?: Partial<Rollout['spec']> } = {},
) {
  const w = new RolloutWorld();
  w.template('gate', { args: [{ name: 'hash', value: '' }] });
  w.deploy({ strategy: { canary: { steps: [{ experiment: { scaleDownDelaySeconds: 0, ...experiment } }, ...steps] } }, ...spec });
  await w.untilHealthy();
  w.forget();
  w.setImage('shop:v2');
  await w.until(() => w.experiments.length === 1);
  return w;
}

describe('a step with an experiment', () => {
  test('makes one of pods of both revisions', async () => {
    const args = [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Stable' as const } }];
    const w = await released({ templates: BOTH, duration: '30s', analyses: [{ ...SCAN, args, requiredForCompletion: true }] });
    await w.until(() => w.status.canary?.currentExperiment !== undefined);
    const [experiment] = w.experiments;
    const [stable, latest] = [w.rollout.status!.stableRS!, w.rollout.status!.currentPodHash!];
    expect(experiment!.metadata).toMatchObject({
      name: `shop-${latest}-2-0`,
      labels: { 'rollouts-pod-template-hash': latest },
      annotations: { 'rollout.argoproj.io/revision': '2' },
      ownerReferences: [{ kind: 'Rollout', name: 'shop', controller: true }],
    });
    expect(experiment!.spec).toMatchObject({
      duration: '30s',
      scaleDownDelaySeconds: 0,
      analyses: [{ ...SCAN, args: [{ name: 'hash', value: stable }], requiredForCompletion: true }],
      templates: [
        {
          name: 'baseline',
          replicas: 2,
          selector: { matchLabels: { app: 'shop', role: 'baseline' } },
          template: { metadata: { labels: { app: 'shop', role: 'baseline' } }, spec: { containers: [{ image: 'shop:v1' }] } },
        },
        { name: 'trial', template: { metadata: { annotations: { why: 'to see' } }, spec: { containers: [{ image: 'shop:v2' }] } } },
      ],
    });
    expect(w.told).toContain(`ExperimentCreated: Created Experiment 'shop-${latest}-2-0'`);
    await w.until(() => w.pods.filter(({ metadata }) => metadata.labels!['role']).length === 3);
  });

  test('goes on to the next when it was successful', async () => {
    const w = await released({ templates: BOTH, duration: '30s' }, { steps: [{ setWeight: 50 }, { pause: {} }] });
    await w.untilPhase('Paused');
    expect(w.experiments.map(({ status }) => status?.phase)).toEqual(['Successful']);
    expect([w.status.currentStepIndex, w.status.canary]).toEqual([2, {}]);
    expect(w.told).toContain('RolloutStepCompleted: Rollout step 1/3 completed (experiment)');
    w.promote();
    await w.untilHealthy();
  });

  test('takes as long as it takes', async () => {
    const w = await released({ templates: BOTH }, { spec: { progressDeadlineSeconds: 60 } });
    await w.wait(600_000);
    expect(w.status).toMatchObject({ phase: 'Progressing', canary: { currentExperiment: w.experiments[0]!.metadata.name } });
  });

  test('gives its deadline to the experiment, and is aborted with it', async () => {
    const w = new RolloutWorld();
    w.deploy({ progressDeadlineSeconds: 60, strategy: { canary: { steps: [{ experiment: { templates: BOTH } }] } } });
    await w.untilHealthy();
    w.setImage('shop:bad');
    await w.untilPhase('Degraded');
    expect(w.status.message).toBe(
      "RolloutAborted: Rollout aborted update to revision 2: Experiment analysis phase is error/failed: Template 'trial' exceeded its progressDeadlineSeconds (60)",
    );
    expect(w.status.canary).toEqual({});
  });

  test.each(['Failed', 'Error'] as const)('aborts the update when its analysis ends as %s', async (phase) => {
    const w = await released({ templates: BOTH, analyses: [SCAN] });
    await w.until(() => w.runs.length === 1);
    w.finishRun(phase, { message: 'no' });
    await w.untilPhase('Degraded');
    expect(w.status.message).toBe('RolloutAborted: Rollout aborted update to revision 2: Experiment analysis phase is error/failed: no');
    expect(w.told).toContain(`AnalysisRun${phase}: AnalysisRun 'scan' transitioned from Pending -> ${phase}: no`);
  });

  test('pauses the update when its analysis is inconclusive, and begins another experiment, as the real one does', async () => {
    const w = await released({ templates: BOTH, analyses: [SCAN] });
    await w.until(() => w.runs.length === 1);
    w.finishRun('Inconclusive');
    await w.untilPhase('Paused');
    expect(w.status.message).toBe('InconclusiveExperiment');
    await w.until(() => w.experiments.length === 2);
    expect(w.experiments[1]!.metadata.name).toBe(`${w.experiments[0]!.metadata.name}-1`);
    await w.wait(60_000);
    expect(w.experiments.length).toBe(2);
  });

  test('ends the experiment when the update is aborted, and begins another on retry', async () => {
    const w = await released({ templates: BOTH });
    await w.until(() => w.experiments[0]!.status?.phase === 'Running');
    w.abort();
    await w.untilPhase('Degraded');
    await w.until(() => w.experiments[0]!.status?.phase === 'Successful');
    expect([w.experiments[0]!.spec.terminate, w.status.canary]).toEqual([true, {}]);
    w.retry();
    await w.until(() => w.experiments.length === 2);
    expect(w.experiments[1]!.metadata.name).toBe(`${w.experiments[0]!.metadata.name}-1`);
  });

  test('ends the experiment when there is another template', async () => {
    const w = await released({ templates: BOTH });
    await w.until(() => w.experiments[0]!.status?.phase === 'Running');
    w.setImage('shop:v3');
    await w.until(() => w.experiments.length === 2);
    await w.until(() => w.experiments[0]!.status?.phase === 'Successful');
    expect(w.experiments.map(({ spec }) => spec.terminate)).toEqual([true, undefined]);
  });

  test('is passed over by a full promotion, and by the way back to the stable revision', async () => {
    const w = await released({ templates: BOTH });
    await w.until(() => w.experiments[0]!.status?.phase === 'Running');
    w.promoteFull();
    await w.untilHealthy();
    await w.until(() => w.experiments[0]!.status?.phase === 'Successful');
    w.setImage('shop:v3');
    await w.until(() => w.experiments.length === 2 && w.experiments[1]!.status?.phase === 'Running');
    w.setImage('shop:v2');
    await w.untilHealthy();
    await w.until(() => w.experiments[1]!.status?.phase === 'Successful');
  });

  test('keeps as many experiments as it keeps analyses', async () => {
    const w = await released({ templates: BOTH, duration: '5s' }, { spec: { analysis: { successfulRunHistoryLimit: 2 } } });
    await w.untilHealthy();
    for (const image of ['shop:v3', 'shop:v4', 'shop:v5']) {
      w.setImage(image);
      await w.until(
        () =>
          w.status.currentPodHash ===
          w.replicaSets.find(({ spec }) => spec.template.spec.containers[0]!.image === image)?.metadata.labels![
            'rollouts-pod-template-hash'
          ],
      );
      await w.untilHealthy();
    }
    await w.wait(60_000);
    expect(w.experiments.map(({ metadata }) => metadata.annotations!['rollout.argoproj.io/revision'])).toEqual(['4', '5']);
  });

  test('deletes experiments with the ReplicaSet that they were about', async () => {
    const w = await released({ templates: BOTH, duration: '5s' }, { spec: { revisionHistoryLimit: 0 } });
    await w.untilHealthy();
    const [first] = w.experiments;
    w.setImage('shop:v3');
    await w.until(() => w.api.get('experiments.argoproj.io', 'lab', first!.metadata.name) === undefined);
  });

  test('is not valid with a share of traffic that nothing can give', async () => {
    const w = new RolloutWorld();
    w.deploy({ strategy: { canary: { steps: [{ experiment: { templates: [{ ...BOTH[0]!, weight: 5 }] } }] } } });
    await w.untilPhase('Degraded');
    expect(w.status.message).toBe(
      'InvalidSpec: The Rollout "shop" is invalid: spec.strategy.steps[0].experiment.templates[0].weight: Invalid value: 5: Experiment template weight cannot be set unless TrafficRouting is enabled',
    );
  });
});
