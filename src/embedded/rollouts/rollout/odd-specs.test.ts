import { expect, test } from 'vitest';
import type { Rollout } from '../../../kube/types/rollouts.ts';
import { blueGreen, RolloutWorld, templateOf } from './testing/rollout-world.ts';

const container = (more: Record<string, unknown>): Rollout['spec'] => {
  const { metadata } = templateOf('shop:v1');
  const spec = { containers: [{ name: 'shop', image: 'shop:v1', ...more }] };
  return { ...blueGreen(), template: { metadata: metadata!, spec } };
};

test('a quantity that cannot be read counts as 0, as the real controller reads it', async () => {
  const w = new RolloutWorld();
  w.deploy(container({ resources: { limits: { memory: '64MB', cpu: '0.5' } } }));
  await w.untilHealthy();
  expect(w.replicaSet('shop:v1').spec.template.spec.containers[0]!.resources).toMatchObject({ limits: { memory: '0', cpu: '500m' } });
});

test('a volume that cannot be read is told about', async () => {
  const w = new RolloutWorld();
  const template = templateOf('shop:v1');
  template.spec.volumes = [{ name: 'config', configMap: 'shop' as never }];
  w.deploy({ ...blueGreen(), template });
  await w.wait(5000);
  expect(w.reasons).toContain('RolloutAddedToInformer');
});

test.each<[string, Record<string, unknown>]>([
  ['no template', { ...blueGreen(), template: undefined }],
  ['a template without metadata', { ...blueGreen(), template: { spec: { containers: [{ name: 'shop', image: 'x' }] } } }],
  ['a template without containers', { ...blueGreen(), template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [] } } }],
  ['no selector', { ...blueGreen(), selector: undefined }],
  ['an empty selector', { ...blueGreen(), selector: {} }],
  [
    'a selector that cannot be used',
    { ...blueGreen(), selector: { matchExpressions: [{ key: 'app', operator: 'Is', values: ['shop'] }] } },
  ],
  ['both strategies', { strategy: { ...blueGreen().strategy, canary: {} } }],
  ['an empty name of a Service', { strategy: { blueGreen: { activeService: '' } } }],
  ['an analysis that names nothing', blueGreen({ prePromotionAnalysis: { templates: [{}] } })],
  ['a weight of nothing', blueGreen({ antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 0 } } })],
  ['an empty step', { strategy: { canary: { steps: [{}] } } }],
  ['a step of two kinds', { strategy: { canary: { steps: [{ setWeight: 5, pause: {} }] } } }],
  ['a pause that cannot be read', { strategy: { canary: { steps: [{ pause: { duration: 'soon' } }] } } }],
])('with %s it is Degraded and says why', async (_, spec) => {
  const w = new RolloutWorld();
  w.deploy(spec);
  await w.wait(30_000);
  expect(w.status.phase).toBe('Degraded');
  expect(w.status.message).toMatch(/^InvalidSpec: The Rollout "shop" is invalid: spec\./);
});

test.each<[string, Record<string, unknown>]>([
  ['a stable hash that no ReplicaSet has', { stableRS: 'nobody' }],
  ['a current hash that no ReplicaSet has', { currentPodHash: 'nobody' }],
  ['an abort of a promoted version', { abort: true }],
  ['a full promotion of a promoted version', { promoteFull: true }],
  [
    'a pause that nobody asked for',
    { pauseConditions: [{ reason: 'BlueGreenPause', startTime: '2026-03-01T10:00:00Z' }], controllerPause: true },
  ],
  ['an AnalysisRun that is not there', { blueGreen: { prePromotionAnalysisRunStatus: { name: 'gone', status: 'Failed' } } }],
  ['no conditions', { conditions: null }],
])('a status that somebody wrote with %s heals', async (_, status) => {
  const w = new RolloutWorld();
  w.deploy(blueGreen());
  await w.untilHealthy();
  w.patch({ status }, 'status');
  await w.wait(120_000);
  expect(w.status).toMatchObject({ phase: 'Healthy', stableRS: w.hash('shop:v1') });
});

test('a Rollout without a status is taken up again', async () => {
  const w = new RolloutWorld();
  w.deploy(blueGreen());
  await w.untilHealthy();
  w.patch({ status: null }, 'status');
  await w.untilHealthy();
  expect(w.servedBy('active')).toBe('shop:v1');
});

test('no pods at all are a size, too', async () => {
  const w = new RolloutWorld();
  w.deploy({ ...blueGreen(), replicas: 0 });
  await w.untilHealthy();
  w.setImage('shop:v2');
  await w.wait(10);
  await w.untilHealthy();
  expect(w.servedBy('active')).toBe('shop:v2');
  w.patch({ spec: { replicas: 2 } });
  await w.wait(10_000);
  expect(w.counts).toEqual([2, 2, 2, 2, 2]);
});

test('Services that go away in the middle are waited for', async () => {
  const w = new RolloutWorld();
  w.deploy(blueGreen());
  await w.untilHealthy();
  w.api.delete('services', 'lab', 'active');
  w.setImage('shop:v2');
  await w.wait(10_000);
  expect(w.status.message).toMatch(/service "active" not found$/);
  w.service('active');
  await w.wait(12_000);
  await w.untilHealthy();
  expect(w.servedBy('active')).toBe('shop:v2');
});
