import { describe, expect, test } from 'vitest';
import type { Service } from '../../../kube/types/core.ts';
import type { Rollout } from '../../../kube/types/rollouts.ts';
import type { Deployment } from '../../../kube/types/workloads.ts';
import { cloneJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { blueGreen, RolloutWorld, templateOf } from './testing/rollout-world.ts';

const GATE = { prePromotionAnalysis: { templates: [{ templateName: 'gate' }] } };

async function settled(more: Record<string, unknown> = {}, spec: Partial<Rollout['spec']> = {}): Promise<RolloutWorld> {
  const w = new RolloutWorld();
  w.template('gate');
  w.deploy({ ...blueGreen(more), ...spec });
  await w.untilHealthy();
  w.forget();
  return w;
}

describe('AnalysisRuns', () => {
  test('V77 five of each outcome are kept beside the current one', async () => {
    const w = await settled(GATE);
    for (let version = 2; version <= 8; version += 1) {
      w.setImage(`shop:v${version}`);
      await w.until(() => w.runs.some(({ status }) => !status?.phase));
      w.finishRun('Successful', { name: w.runs.find(({ status }) => !status?.phase)!.metadata.name });
      await w.wait(1000);
      await w.untilHealthy();
      await w.wait(40_000);
    }
    expect(w.runs).toHaveLength(6);
  });

  test('V77 the same for failures', async () => {
    const w = await settled(GATE);
    for (let version = 2; version <= 8; version += 1) {
      w.setImage(`shop:v${version}`);
      await w.until(() => w.runs.some(({ status }) => !status?.phase));
      w.finishRun('Failed', { name: w.runs.find(({ status }) => !status?.phase)!.metadata.name });
      await w.wait(40_000);
    }
    expect(w.runs).toHaveLength(6);
  });

  test('limits of history are followed', async () => {
    const w = await settled(GATE, { analysis: { successfulRunHistoryLimit: 0, unsuccessfulRunHistoryLimit: 0 } });
    for (const [image, phase] of [
      ['shop:v2', 'Failed'],
      ['shop:v3', 'Successful'],
      ['shop:v4', 'Failed'],
    ] as const) {
      w.setImage(image);
      await w.until(() => w.runs.some(({ status }) => !status?.phase));
      w.finishRun(phase, { name: w.runs.find(({ status }) => !status?.phase)!.metadata.name });
      await w.wait(5000);
    }
    expect(w.runs.map(({ metadata }) => metadata.name)).toEqual([`shop-${w.hash('shop:v4')}-4-pre`]);
  });

  test('carry labels, annotations, arguments and owner', async () => {
    const w = new RolloutWorld();
    w.template('gate', { args: [{ name: 'image' }, { name: 'hash' }, { name: 'stable' }, { name: 'name' }] });
    const analysis = {
      templates: [{ templateName: 'gate' }],
      args: [
        { name: 'image', valueFrom: { fieldRef: { fieldPath: 'spec.template.spec.containers[0].image' } } },
        { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } },
        { name: 'stable', valueFrom: { podTemplateHashValue: 'Stable' } },
        { name: 'name', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
      analysisRunMetadata: { labels: { team: 'security' }, annotations: { why: 'gate' } },
    };
    w.deploy(blueGreen({ prePromotionAnalysis: analysis }));
    await w.untilHealthy();
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    const [run] = w.runs;
    const hash = w.hash('shop:v2');
    expect(run!.metadata).toMatchObject({
      name: `shop-${hash}-2-pre`,
      labels: { app: 'shop', team: 'security', 'rollout-type': 'PrePromotion', 'rollouts-pod-template-hash': hash },
      annotations: { 'rollout.argoproj.io/revision': '2', why: 'gate' },
      ownerReferences: [{ kind: 'Rollout', name: 'shop', controller: true }],
    });
    expect(run!.spec.args).toEqual([
      { name: 'image', value: 'shop:v2' },
      { name: 'hash', value: hash },
      { name: 'stable', value: w.hash('shop:v1') },
      { name: 'name', value: 'shop' },
    ]);
  });
});

describe('a restart', () => {
  test('replaces the pods one after the other', async () => {
    const w = await settled();
    await w.wait(5000);
    const before = w.pods.map(({ metadata }) => metadata.name);
    w.patch({ spec: { restartAt: toSecondsTimestamp(w.clock.now()) } });
    await w.wait(10);
    expect(w.status).toMatchObject({ phase: 'Progressing', message: 'rollout is restarting' });
    let least = 2;
    await w.until(() => {
      least = Math.min(least, w.pods.filter(({ status }) => status?.phase === 'Running').length);
      return w.status.restartedAt === w.rollout.spec.restartAt;
    });
    expect(least).toBe(1);
    await w.untilHealthy();
    expect(w.pods.filter(({ metadata }) => before.includes(metadata.name))).toEqual([]);
  });

  test('V78 waits as long as a PodDisruptionBudget forbids it', async () => {
    const w = await settled();
    w.api.create('poddisruptionbudgets.policy', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'shop', namespace: 'lab' },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'shop' } } },
    });
    await w.wait(5000);
    const before = w.pods.map(({ metadata }) => metadata.name);
    w.patch({ spec: { restartAt: toSecondsTimestamp(w.clock.now()) } });
    await w.wait(300_000);
    expect(w.pods.map(({ metadata }) => metadata.name)).toEqual(before);
    expect(w.status.message).toBe('rollout is restarting');
    w.api.delete('poddisruptionbudgets.policy', 'lab', 'shop');
    await w.untilHealthy();
  });

  test('of the future comes when its time has come', async () => {
    const w = await settled();
    await w.wait(5000);
    const before = w.pods.map(({ metadata }) => metadata.name);
    w.patch({ spec: { restartAt: toSecondsTimestamp(w.clock.now() + 60_000) } });
    await w.wait(55_000);
    expect(w.pods.map(({ metadata }) => metadata.name)).toEqual(before);
    await w.untilHealthy();
    expect(w.pods.map(({ metadata }) => metadata.name)).not.toEqual(before);
  });
});

describe('labels of a role', () => {
  test('V79 move from preview to active', async () => {
    const w = await settled({
      autoPromotionEnabled: false,
      previewMetadata: { labels: { role: 'preview' } },
      activeMetadata: { labels: { role: 'active' }, annotations: { served: 'yes' } },
    });
    const roles = (image: string): (string | undefined)[] =>
      w.pods.filter(({ spec }) => spec.containers[0]!.image === image).map(({ metadata }) => metadata.labels!['role']);
    expect(roles('shop:v1')).toEqual(['active', 'active']);
    w.setImage('shop:v2');
    await w.untilPhase('Paused');
    expect(roles('shop:v2')).toEqual(['preview', 'preview']);
    expect(roles('shop:v1')).toEqual(['active', 'active']);
    w.promote();
    await w.untilHealthy();
    await w.wait(1000);
    expect(roles('shop:v2')).toEqual(['active', 'active']);
    expect(roles('shop:v1')).toEqual([undefined, undefined]);
    expect(w.replicaSet('shop:v2').metadata.annotations!['rollout.argoproj.io/ephemeral-metadata']).toBe(
      '{"labels":{"role":"active"},"annotations":{"served":"yes"}}',
    );
  });

  test('do not make another template of the same one', async () => {
    const w = await settled({ activeMetadata: { labels: { role: 'active' } } });
    w.setImage('shop:v2');
    await w.untilHealthy();
    await w.wait(5000);
    w.undo();
    await w.untilHealthy();
    expect(w.replicaSets).toHaveLength(2);
  });
});

describe('anti-affinity', () => {
  test('keeps new pods away from stable ones during an update only', async () => {
    const w = await settled({ antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } });
    expect(w.replicaSet('shop:v1').spec.template.spec).not.toHaveProperty('affinity');
    w.setImage('shop:v2');
    await w.untilHealthy();
    expect(w.replicaSet('shop:v2').spec.template.spec['affinity']).toMatchObject({
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            labelSelector: { matchExpressions: [{ key: 'rollouts-pod-template-hash', operator: 'In', values: [w.hash('shop:v1')] }] },
            topologyKey: 'kubernetes.io/hostname',
          },
        ],
      },
    });
    await w.wait(60_000);
    expect(w.replicaSets).toHaveLength(2);
  });
});

describe('a Rollout that goes', () => {
  test('V80 takes its ReplicaSets, pods and runs along, and frees its Services', async () => {
    const w = await settled(GATE);
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    w.api.delete('rollouts.argoproj.io', 'lab', 'shop');
    await w.wait(30_000);
    expect([w.replicaSets, w.pods, w.runs]).toEqual([[], [], []]);
    for (const name of ['active', 'preview']) {
      const { metadata, spec } = w.get<Service>('services', name);
      expect(spec.selector).toEqual({ app: 'shop' });
      expect(metadata.annotations ?? {}).toEqual({});
    }
    expect(w.told).toContain('RolloutDeleted: Rollout shop/lab is deleted.');
  });

  test('a Service that a Rollout does not name any more is freed', async () => {
    const w = await settled();
    w.service('other');
    w.patch({ spec: { strategy: { blueGreen: { previewService: 'other' } } } });
    await w.until(() => w.servedBy('other') === 'shop:v1');
    await w.wait(1000);
    expect(w.get<Service>('services', 'preview').spec.selector).toEqual({ app: 'shop' });
  });
});

test('V81 a check point that was passed before another template came lets that one grow at once, without a gate', async () => {
  const w = await settled({ ...GATE, previewReplicaCount: 1 });
  w.readyAfterMs = 20_000;
  w.setImage('shop:v2');
  await w.until(() => w.runs.length === 1);
  w.finishRun('Successful');
  await w.until(() => w.status.blueGreen?.scaleUpPreviewCheckPoint === true);
  w.setImage('shop:v3');
  await w.until(() => w.replicaSets.length === 3);
  await w.until(() => w.replicaSet('shop:v3').status?.availableReplicas === 2);
  await w.wait(60_000);
  expect(w.runs.filter(({ metadata }) => metadata.labels!['rollouts-pod-template-hash'] === w.hash('shop:v3'))).toEqual([]);
  expect(w.servedBy('active')).toBe('shop:v1');
});

describe('a Rollout that refers to a Deployment', () => {
  const reference = (scaleDown: 'never' | 'onsuccess' | 'progressively'): Partial<Rollout['spec']> => ({
    ...blueGreen(),
    workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', scaleDown },
    selector: undefined,
    template: undefined,
  });
  const deployment = (image: string): Deployment => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'lab' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'shop' } }, template: templateOf(image) },
  });
  const size = (w: RolloutWorld): number | undefined => w.get<Deployment>('deployments.apps', 'web').spec.replicas;
  const ownSets = (w: RolloutWorld): number => w.replicaSets.filter(({ metadata }) => metadata.name.startsWith('shop-')).length;

  test.each([
    ['never', 2],
    ['onsuccess', 0],
    ['progressively', 0],
  ] as const)('takes its template and, with scaleDown %s, leaves it %i pods', async (scaleDown, left) => {
    const w = new RolloutWorld();
    w.api.create('deployments.apps', deployment('shop:v1'));
    await w.wait(3000);
    w.deploy(reference(scaleDown));
    await w.untilHealthy();
    await w.wait(5000);
    expect(w.rollout.spec.template).toBeUndefined();
    expect(w.rollout.metadata.annotations).toMatchObject({ 'rollout.argoproj.io/revision': '1' });
    expect(w.status.workloadObservedGeneration).toBe(w.rollout.metadata.annotations!['rollout.argoproj.io/workload-generation']);
    expect(size(w)).toBe(left);
  });

  test('follows a change of its template', async () => {
    const w = new RolloutWorld();
    w.api.create('deployments.apps', deployment('shop:v1'));
    await w.wait(3000);
    w.deploy(reference('never'));
    await w.untilHealthy();
    const draft = cloneJson(w.get<Deployment>('deployments.apps', 'web'));
    draft.spec.template = templateOf('shop:v2');
    w.api.update('deployments.apps', draft);
    await w.until(() => ownSets(w) === 2);
    await w.untilHealthy();
    expect(w.rollout.metadata.annotations).toMatchObject({ 'rollout.argoproj.io/revision': '2' });
  });

  test('is not valid without it, and recovers within 20 seconds', async () => {
    const w = new RolloutWorld();
    w.deploy(reference('never'));
    await w.untilPhase('Degraded');
    expect(w.status.message).toMatch(/^InvalidSpec: The Rollout "shop" is invalid: deployments.apps "lab\/web" not found/);
    w.api.create('deployments.apps', deployment('shop:v1'));
    await w.wait(25_000);
    await w.untilHealthy();
  });
});

test('a name that is taken by somebody else is avoided', async () => {
  const first = new RolloutWorld();
  first.deploy(blueGreen());
  await first.untilHealthy();
  const name = `shop-${first.hash('shop:v1')}`;
  const w = new RolloutWorld();
  w.api.create('replicasets.apps', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'lab' },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'other' } },
      template: { ...templateOf('x'), metadata: { labels: { app: 'other' } } },
    },
  });
  w.deploy(blueGreen());
  await w.untilHealthy();
  expect(w.status.collisionCount).toBe(1);
  expect(w.hash('shop:v1')).not.toBe(first.hash('shop:v1'));
});

test('a cluster that is taken over goes on where it was', async () => {
  const w = await settled({ ...GATE, autoPromotionSeconds: 10 });
  w.setImage('shop:v2');
  await w.until(() => w.runs.length === 1);
  w.cluster.stop();
  w.finishRun('Successful');
  await w.wait(5000);
  w.cluster.start();
  await w.untilPhase('Paused');
  w.cluster.stop();
  await w.wait(20_000);
  w.cluster.start();
  await w.untilHealthy();
  expect(w.servedBy('active')).toBe('shop:v2');
});
