import { describe, expect, test } from 'vitest';
import type { Rollout } from '../../../../kube/types/rollouts.ts';
import type { Deployment } from '../../../../kube/types/workloads.ts';
import { cloneJson } from '../../../../system/json.ts';
import { blueGreen, RolloutWorld, templateOf } from '../testing/rollout-world.ts';

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
