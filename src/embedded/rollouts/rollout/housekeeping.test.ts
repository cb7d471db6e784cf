import { describe, expect, test } from 'vitest';
import type { Service } from '../../../kube/types/core.ts';
import { PRE, settled } from './testing/gated-world.ts';
import { blueGreen, RolloutWorld, templateOf } from './testing/rollout-world.ts';

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
    const w = await settled(PRE);
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
  const w = await settled({ ...PRE, previewReplicaCount: 1 });
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
  const w = await settled({ ...PRE, autoPromotionSeconds: 10 });
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
