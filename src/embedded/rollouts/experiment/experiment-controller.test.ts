import { describe, expect, test } from 'vitest';
import type { Event, Service } from '../../../kube/types/core.ts';
import type { Experiment, ExperimentSpec, ExperimentStatus, ExperimentTemplate } from '../../../kube/types/rollouts.ts';
import { RolloutWorld, templateOf } from '../rollout/testing/rollout-world.ts';

const EXPERIMENTS = 'experiments.argoproj.io';
const NAMESPACE = 'lab';

function template(name: string, image = 'shop:v1', more: Partial<ExperimentTemplate> = {}): ExperimentTemplate {
  return { name, selector: { matchLabels: { app: 'shop' } }, template: templateOf(image), ...more };
}

function begin(spec: Partial<ExperimentSpec> = {}, w = new RolloutWorld()): RolloutWorld {
  w.api.create<Experiment>(EXPERIMENTS, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Experiment',
    metadata: { name: 'trial', namespace: NAMESPACE },
    spec: { scaleDownDelaySeconds: 0, templates: [template('one')], ...spec },
  });
  return w;
}

const statusOf = (w: RolloutWorld): ExperimentStatus => w.get<Experiment>(EXPERIMENTS, 'trial').status ?? {};
const sizeOf = (w: RolloutWorld, name: string): number | undefined =>
  w.get<RolloutWorld['replicaSets'][0]>('replicasets.apps', name).spec.replicas;

/** Waits without a Rollout. */
async function until(w: RolloutWorld, condition: () => boolean, withinMs = 1_200_000): Promise<void> {
  if (!(await w.clock.advance({ deadlineMs: w.clock.now() + withinMs, until: condition }))) throw new Error(JSON.stringify(statusOf(w)));
}

const untilPhase = (w: RolloutWorld, phase: string): Promise<void> => until(w, () => statusOf(w).phase === phase);

function told(w: RolloutWorld): string[] {
  return w.writes
    .filter(({ type, resource }) => resource === 'events' && type === 'ADDED')
    .map(({ object }) => object as Event)
    .filter(({ involvedObject }) => involvedObject.kind === 'Experiment')
    .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
}

const change = (w: RolloutWorld, spec: Record<string, unknown>): void => {
  w.api.patch(EXPERIMENTS, NAMESPACE, 'trial', { type: 'merge', body: { spec } });
};

describe('an experiment', () => {
  test('runs its pods for its duration, counted from when all are there, and takes them away', async () => {
    const w = begin({ duration: '1m', templates: [template('one', 'shop:v1', { replicas: 2 }), template('two', 'shop:v2')] });
    await untilPhase(w, 'Running');
    expect([sizeOf(w, 'trial-one'), sizeOf(w, 'trial-two')]).toEqual([2, 1]);
    const availableMs = Date.parse(statusOf(w).availableAt!);
    await untilPhase(w, 'Successful');
    expect(w.clock.now() - availableMs).toBeGreaterThanOrEqual(60_000);
    expect(w.clock.now() - availableMs).toBeLessThan(62_000);
    await until(w, () => statusOf(w).templateStatuses!.every(({ replicas }) => replicas === 0));
    expect(statusOf(w).templateStatuses!.map(({ status, replicas }) => [status, replicas])).toEqual([
      ['Successful', 0],
      ['Successful', 0],
    ]);
    expect(told(w)).toEqual([
      "Normal TemplateProgressing: Template 'one' transitioned from  -> Progressing",
      "Normal TemplateProgressing: Template 'two' transitioned from  -> Progressing",
      'Normal ExperimentPending: Experiment transitioned from  -> Pending',
      'Normal ScalingReplicaSet: Scaled up ReplicaSet trial-one from 0 to 2',
      'Normal ScalingReplicaSet: Scaled up ReplicaSet trial-two from 0 to 1',
      "Normal TemplateRunning: Template 'one' transitioned from Progressing -> Running",
      "Normal TemplateRunning: Template 'two' transitioned from Progressing -> Running",
      'Normal ExperimentRunning: Experiment transitioned from Pending -> Running',
      "Normal TemplateSuccessful: Template 'one' transitioned from Running -> Successful",
      "Normal TemplateSuccessful: Template 'two' transitioned from Running -> Successful",
      'Normal ExperimentSuccessful: Experiment transitioned from Running -> Successful',
      'Normal ScalingReplicaSet: Scaled down ReplicaSet trial-one from 2 to 0',
      'Normal ScalingReplicaSet: Scaled down ReplicaSet trial-two from 1 to 0',
    ]);
  });

  test('makes ReplicaSets that say whose they are, with a hash of their own template', async () => {
    const w = begin({ templates: [template('one', 'shop:v1', { minReadySeconds: 3 })] });
    await untilPhase(w, 'Running');
    const replicaSet = w.get<RolloutWorld['replicaSets'][0]>('replicasets.apps', 'trial-one');
    const hash = replicaSet.metadata.labels!['rollouts-pod-template-hash']!;
    expect(replicaSet).toMatchObject({
      metadata: {
        labels: { app: 'shop' },
        annotations: { 'experiment.argoproj.io/name': 'trial', 'experiment.argoproj.io/template-name': 'one' },
        ownerReferences: [{ kind: 'Experiment', name: 'trial', controller: true }],
      },
      spec: { minReadySeconds: 3, selector: { matchLabels: { app: 'shop', 'rollouts-pod-template-hash': hash } } },
    });
  });

  test('without a duration, or with one that cannot be read, runs until it is terminated', async () => {
    for (const more of [{}, { duration: 'soon' }]) {
      const w = begin(more);
      await untilPhase(w, 'Running');
      await w.wait(3_600_000);
      expect(statusOf(w).phase).toBe('Running');
      change(w, { terminate: true });
      await untilPhase(w, 'Successful');
    }
  });

  test('keeps its pods for half a minute after its end, unless it says otherwise', async () => {
    const w = begin({ duration: '5s', scaleDownDelaySeconds: undefined as never });
    await untilPhase(w, 'Successful');
    await w.wait(28_000);
    expect(sizeOf(w, 'trial-one')).toBe(1);
    await w.wait(4000);
    expect(sizeOf(w, 'trial-one')).toBe(0);
  });

  test('fails when a template has not got its pods in time, which it may get again and again', async () => {
    const w = begin({ progressDeadlineSeconds: 20, templates: [template('good'), template('slow', 'shop:bad', { replicas: 2 })] });
    await w.wait(15_000);
    w.setReady(w.pods.find(({ spec }) => spec.containers[0]!.image === 'shop:bad')!.metadata.name);
    await w.wait(15_000);
    expect(statusOf(w).phase).toBe('Pending');
    await untilPhase(w, 'Failed');
    expect(statusOf(w).message).toBe("Template 'slow' exceeded its progressDeadlineSeconds (20)");
    expect(told(w)).toContain('Warning ExperimentFailed: Experiment transitioned from Pending -> Failed');
    await until(w, () => w.pods.length === 0);
    expect(statusOf(w).templateStatuses!.map(({ status }) => status)).toEqual(['Successful', 'Failed']);
  });

  test('makes a ReplicaSet again that somebody deleted', async () => {
    const w = begin();
    await untilPhase(w, 'Running');
    const { availableAt } = statusOf(w);
    w.api.delete('replicasets.apps', NAMESPACE, 'trial-one');
    await until(w, () => statusOf(w).phase === 'Pending');
    await untilPhase(w, 'Running');
    expect(sizeOf(w, 'trial-one')).toBe(1);
    expect(statusOf(w).availableAt).toBe(availableAt);
  });

  test('waits as long as a ReplicaSet of the name belongs to somebody else', async () => {
    const w = new RolloutWorld();
    w.api.create('replicasets.apps', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'trial-one', namespace: NAMESPACE },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'else' } },
        template: { ...templateOf('else'), metadata: { labels: { app: 'else' } } },
      },
    } as never);
    begin({}, w);
    await w.wait(60_000);
    expect(statusOf(w)).toMatchObject({ phase: 'Pending', templateStatuses: [{ name: 'one', replicas: 0, status: 'Progressing' }] });
    w.api.delete('replicasets.apps', NAMESPACE, 'trial-one');
    await untilPhase(w, 'Running');
  });

  test('takes its ReplicaSets with it', async () => {
    const w = begin();
    await untilPhase(w, 'Running');
    w.api.delete(EXPERIMENTS, NAMESPACE, 'trial');
    await w.wait(5000);
    expect([w.replicaSets, w.pods]).toEqual([[], []]);
  });

  test.each([
    [
      'no selector of its own',
      [template('one', 'shop:v1', { selector: {} })],
      'This experiment is selecting all pods at index 0. A non-empty selector is required.',
    ],
    ['a name twice', [template('one'), template('one')], "Experiment trial has repeated template name 'one' in templates"],
    ['an empty name', [template('')], 'Experiment trial has empty template name at index 0'],
    [
      'pods that cannot be ready in time',
      [template('one'), template('two', 'shop:v1', { minReadySeconds: 601 })],
      'MinReadySeconds cannot be longer than ProgressDeadlineSeconds. Check template index 1',
    ],
  ])('is not valid with %s, and runs once it is', async (_, templates, message) => {
    const w = begin({ templates });
    await until(w, () => statusOf(w).conditions !== undefined);
    expect(statusOf(w).conditions).toMatchObject([{ type: 'InvalidSpec', status: 'True', reason: 'InvalidSpec', message }]);
    expect([statusOf(w).phase, w.replicaSets]).toEqual([undefined, []]);
    change(w, { templates: [template('one')] });
    await untilPhase(w, 'Running');
    expect(statusOf(w).conditions!.map(({ type }) => type)).toEqual(['Progressing']);
  });
});

describe('a Service of an experiment', () => {
  const withPorts = (service: { name?: string }): ExperimentTemplate => {
    const made = template('one', 'shop:v1', { service });
    made.template.spec.containers[0]!.ports = [{ name: 'http', containerPort: 8080 }];
    return made;
  };

  test('leads to the pods by their labels and hash, and goes with the last of them', async () => {
    const w = begin({ templates: [withPorts({ name: 'probe' })] });
    await untilPhase(w, 'Running');
    const hash = w.hash('shop:v1');
    expect(w.get<Service>('services', 'probe').spec).toMatchObject({
      selector: { app: 'shop', 'rollouts-pod-template-hash': hash },
      ports: [{ name: 'http', port: 8080, targetPort: 8080, protocol: 'TCP' }],
    });
    expect(statusOf(w).templateStatuses).toMatchObject([{ serviceName: 'probe', podTemplateHash: hash }]);
    change(w, { terminate: true });
    await until(w, () => w.api.get('services', NAMESPACE, 'probe') === undefined);
    await w.wait(1000);
    expect(statusOf(w).templateStatuses![0]).not.toHaveProperty('serviceName');
  });

  test('that belongs to somebody else ends the experiment', async () => {
    const w = new RolloutWorld();
    w.service('probe');
    begin({ templates: [withPorts({ name: 'probe' })] }, w);
    await untilPhase(w, 'Error');
    expect(statusOf(w).message).toBe(
      "Failed to create Service probe for template 'one': service probe already exists and is not owned by experiment template one",
    );
  });

  test('is not made for containers without ports', async () => {
    const w = begin({ templates: [template('one', 'shop:v1', { service: {} })] });
    await untilPhase(w, 'Running');
    expect(w.api.list('services', { namespace: NAMESPACE })).toEqual([]);
  });
});

describe('an analysis of an experiment', () => {
  const SCAN = { name: 'scan', templateName: 'gate' };

  function gated(spec: Partial<ExperimentSpec>, templateSpec: Record<string, unknown> = {}): RolloutWorld {
    const w = new RolloutWorld();
    w.template('gate', templateSpec);
    return begin(spec, w);
  }

  test('begins when the pods are there, with what it asks of the experiment', async () => {
    const args = [
      { name: 'hash', value: '{{templates.one.podTemplateHash}} {{templates.one.replicaset.name}}' },
      { name: 'times', value: '{{ experiment.availableAt }}..{{experiment.finishedAt}}' },
    ];
    const w = gated(
      { duration: '1h', analyses: [{ ...SCAN, args }], analysisRunMetadata: { labels: { of: 'trial' } } },
      { args: [{ name: 'hash' }, { name: 'times' }] },
    );
    await until(w, () => w.runs.length === 1);
    const { availableAt } = statusOf(w);
    const end = new Date(Date.parse(availableAt!) + 3_600_000).toISOString().replace('.000Z', 'Z');
    expect(w.runs[0]).toMatchObject({
      metadata: { name: 'trial-scan', labels: { of: 'trial' }, ownerReferences: [{ kind: 'Experiment', name: 'trial' }] },
      spec: {
        args: [
          { name: 'hash', value: `${w.hash('shop:v1')} trial-one` },
          { name: 'times', value: `${availableAt}..${end}` },
        ],
      },
    });
    expect(told(w)).toContain("Normal AnalysisRunPending: AnalysisRun 'scan' transitioned from  -> Pending");
  });

  test.each([
    ['Failed', 'Warning ExperimentFailed: Experiment transitioned from Running -> Failed'],
    ['Error', 'Warning ExperimentError: Experiment transitioned from Running -> Error'],
    ['Inconclusive', 'Warning ExperimentInconclusive: Experiment transitioned from Running -> Inconclusive'],
  ] as const)('that ends as %s ends the experiment, and the other analysis', async (phase, event) => {
    const w = gated({ analyses: [SCAN, { ...SCAN, name: 'other' }] });
    await until(w, () => w.runs.length === 2);
    w.finishRun('Running', { name: 'trial-other' });
    await w.wait(1000);
    w.finishRun(phase, { name: 'trial-scan', message: 'no' });
    await untilPhase(w, phase);
    await until(w, () => w.pods.length === 0);
    expect(statusOf(w).message).toBe('no');
    expect(told(w)).toContain(event);
    expect(told(w)).toContain('Normal AnalysisRunTerminating: Terminating other (trial-other)');
    expect(w.runs.find(({ metadata }) => metadata.name === 'trial-other')!.spec.terminate).toBe(true);
  });

  test('that passes does not end an experiment, unless it has to pass', async () => {
    const w = gated({ analyses: [SCAN] });
    await until(w, () => w.runs.length === 1);
    w.finishRun('Successful');
    await w.wait(60_000);
    expect(statusOf(w)).toMatchObject({
      phase: 'Running',
      analysisRuns: [{ name: 'scan', analysisRun: 'trial-scan', phase: 'Successful' }],
    });
  });

  test('that has to pass ends it, over a duration that is not over', async () => {
    const w = gated({
      duration: '1h',
      analyses: [
        { ...SCAN, requiredForCompletion: true },
        { ...SCAN, name: 'other' },
      ],
    });
    await until(w, () => w.runs.length === 2);
    w.finishRun('Successful', { name: 'trial-other' });
    await w.wait(10_000);
    expect(statusOf(w).phase).toBe('Running');
    w.finishRun('Successful', { name: 'trial-scan' });
    await untilPhase(w, 'Successful');
    expect(statusOf(w).message).toBe('Required AnalysisRuns completed');
  });

  test('that has to pass is waited for when the duration is over', async () => {
    const w = gated({ duration: '10s', analyses: [{ ...SCAN, requiredForCompletion: true }] });
    await until(w, () => w.runs.length === 1);
    w.finishRun('Running');
    await w.wait(60_000);
    expect(statusOf(w).phase).toBe('Running');
    w.finishRun('Successful');
    await untilPhase(w, 'Successful');
  });

  test('need not be over when the duration is', async () => {
    const w = gated({ duration: '10s', analyses: [SCAN] });
    await until(w, () => w.runs.length === 1);
    w.finishRun('Running');
    await untilPhase(w, 'Successful');
    await until(w, () => w.runs[0]!.spec.terminate === true);
  });

  test.each([
    [
      { ...SCAN, templateName: 'none' },
      `AnalysisTemplate verification failed for analysis 'scan': analysistemplate.argoproj.io "none" not found`,
    ],
    [
      { ...SCAN, templateName: 'none', clusterScope: true },
      `ClusterAnalysisTemplate verification failed for analysis 'scan': clusteranalysistemplate.argoproj.io "none" not found`,
    ],
    [
      { ...SCAN, args: [{ name: 'a', value: '{{templates.two.podTemplateHash}}' }] },
      `Failed to create AnalysisRun for analysis 'scan': failed to resolve {{templates.two.podTemplateHash}}`,
    ],
  ])('that cannot be made is an error: %j', async (analysis, message) => {
    const w = gated({ analyses: [analysis] });
    await untilPhase(w, 'Error');
    expect(statusOf(w).message).toBe(message);
    expect(w.runs).toEqual([]);
  });

  test('whose run somebody deleted is an error', async () => {
    const w = gated({ analyses: [SCAN] });
    await until(w, () => w.runs.length === 1);
    w.finishRun('Running');
    await w.wait(1000);
    w.api.delete('analysisruns.argoproj.io', NAMESPACE, 'trial-scan');
    change(w, { duration: '1h' });
    await untilPhase(w, 'Error');
    expect(statusOf(w).message).toBe('analysisruns.argoproj.io "trial-scan" not found');
  });

  test('takes another name when its own is taken', async () => {
    const w = new RolloutWorld();
    w.template('gate');
    w.api.create('analysisruns.argoproj.io', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name: 'trial-scan', namespace: NAMESPACE },
      spec: { metrics: [] },
    } as never);
    begin({ analyses: [SCAN] }, w);
    await until(w, () => statusOf(w).analysisRuns?.[0]?.analysisRun === 'trial-scan.1');
  });
});
