import { describe, expect, test } from 'vitest';
import type { Pod, PodDisruptionBudget } from '../../../kube/types/core.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { WorkloadWorld } from '../../../../tests/support/workload-world.ts';
import { ApiError } from '../../api/api-error.ts';
import { ReplicaSetController } from '../replica-set/replica-set-controller.ts';
import { DisruptionController } from './disruption-controller.ts';
import { evictPod } from './evict-pod.ts';

async function world(spec: PodDisruptionBudget['spec'], replicas = 3): Promise<WorkloadWorld> {
  const w = new WorkloadWorld((plane) => [new ReplicaSetController(plane), new DisruptionController(plane)]);
  w.api.create<ReplicaSet>('replicasets.apps', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web', namespace: 'lab' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { nodeName: 'node-1', containers: [{ name: 'web' }] } },
    },
  });
  addBudget(w, 'web', spec);
  await w.wait(100);
  for (const pod of w.pods()) w.setReady(pod.metadata.name);
  await w.wait(100);
  return w;
}

function addBudget(w: WorkloadWorld, name: string, spec: PodDisruptionBudget['spec']): void {
  w.api.create<PodDisruptionBudget>('poddisruptionbudgets.policy', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: 'lab' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });
}

const status = (w: WorkloadWorld): PodDisruptionBudget['status'] => w.get<PodDisruptionBudget>('poddisruptionbudgets.policy', 'web').status;
const evict = (w: WorkloadWorld, pod: Pod): unknown => {
  try {
    w.api.evict('lab', pod.metadata.name);
    return 'evicted';
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
};

describe('DisruptionController', () => {
  test.each([
    [{ minAvailable: 2 }, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
    [{ minAvailable: '50%' }, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
    [{ maxUnavailable: 1 }, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 }],
    [{ maxUnavailable: '100%' }, { expectedPods: 3, desiredHealthy: 0, disruptionsAllowed: 3 }],
    [{ maxUnavailable: 0 }, { expectedPods: 3, desiredHealthy: 3, disruptionsAllowed: 0 }],
    [{ minAvailable: 5 }, { expectedPods: 3, desiredHealthy: 5, disruptionsAllowed: 0 }],
  ])('%j of three ready pods', async (spec, expected) => {
    const w = await world(spec);
    expect(status(w)).toMatchObject({ currentHealthy: 3, observedGeneration: 1, ...expected });
    expect(status(w)?.conditions).toMatchObject([
      expected.disruptionsAllowed > 0
        ? { type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: '', observedGeneration: 1 }
        : { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' },
    ]);
  });

  test('allows nothing, and says why, when the pods have no controller with a size', async () => {
    const w = await world({ maxUnavailable: 1 }, 0);
    expect(w.told('PodDisruptionBudget')).toContain('NoPods: No matching pods found');
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true };
    w.api.create<Pod>('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'job-pod', namespace: 'lab', labels: { app: 'web' }, ownerReferences: [owner] },
      spec: { containers: [] },
    });
    await w.wait(100);
    expect(status(w)).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [{ status: 'False', reason: 'SyncFailed', message: 'found no controllers for pod "job-pod"' }],
    });
  });
});

describe('evictPod', () => {
  test('evicts as many as the budget allows, marks the pod, and refuses the next one before the first is gone', async () => {
    const w = await world({ minAvailable: 2 });
    const [first, second] = w.pods() as [Pod, Pod];
    expect(evict(w, first)).toBe('evicted');
    expect(w.get<Pod>('pods', first.metadata.name)).toMatchObject({ metadata: { deletionGracePeriodSeconds: 30 } });
    expect(w.get<Pod>('pods', first.metadata.name).status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'EvictionByEvictionAPI',
        message: 'Eviction API: evicting',
      }),
    );
    expect(evict(w, second)).toMatchObject({
      code: 429,
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget web needs 2 healthy pods and has 3 currently' }] },
    });
    await w.wait(100);
    expect(evict(w, second)).toMatchObject({
      details: { causes: [{ message: 'The disruption budget web needs 2 healthy pods and has 2 currently' }] },
    });
    expect((evict(w, second) as ApiError['status']).details).not.toHaveProperty('retryAfterSeconds');
  });

  test('asks to come back when the budget has not been looked at yet', async () => {
    const w = await world({ minAvailable: 2 });
    w.api.patch('poddisruptionbudgets.policy', 'lab', 'web', { type: 'merge', body: { spec: { minAvailable: 0 } } });
    expect(evict(w, w.pods()[0]!)).toMatchObject({
      code: 429,
      details: { retryAfterSeconds: 10, causes: [{ message: 'The disruption budget web is still being processed by the server.' }] },
    });
    await w.wait(100);
    expect(evict(w, w.pods()[0]!)).toBe('evicted');
  });

  test('lets go of pods that serve nobody: pending, ended, already going', async () => {
    const w = await world({ maxUnavailable: 0 });
    const [pending, failed, leaving] = w.pods() as [Pod, Pod, Pod];
    w.setPodStatus(pending.metadata.name, (podStatus) => (podStatus.phase = 'Pending'));
    w.setPodStatus(failed.metadata.name, (podStatus) => (podStatus.phase = 'Failed'));
    w.api.delete('pods', 'lab', leaving.metadata.name);
    for (const pod of [pending, failed, leaving]) expect(evict(w, pod)).toBe('evicted');
  });

  test('an unready pod goes when enough others are healthy, or when the policy says always', async () => {
    const w = await world({ minAvailable: 2 });
    const [unready, other] = w.pods() as [Pod, Pod];
    w.setReady(unready.metadata.name, false);
    await w.wait(100);
    expect(status(w)?.disruptionsAllowed).toBe(0);
    expect(evict(w, other)).toMatchObject({ code: 429 });
    expect(evict(w, unready)).toBe('evicted');
    const strict = await world({ minAvailable: 3 });
    const [pod] = strict.pods() as [Pod];
    strict.setReady(pod.metadata.name, false);
    await strict.wait(100);
    expect(evict(strict, pod)).toMatchObject({ code: 429 });
    strict.api.patch('poddisruptionbudgets.policy', 'lab', 'web', {
      type: 'merge',
      body: { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } },
    });
    await strict.wait(100);
    expect(evict(strict, pod)).toBe('evicted');
  });

  test('refuses to choose between two budgets, and does not know pods that are not there', async () => {
    const w = await world({ minAvailable: 1 });
    const [pod] = w.pods() as [Pod];
    addBudget(w, 'second', { minAvailable: 1 });
    expect(evict(w, pod)).toMatchObject({
      code: 500,
      message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    });
    expect(evict(w, { ...pod, metadata: { ...pod.metadata, name: 'nobody' } })).toMatchObject({
      code: 404,
      message: 'pods "nobody" not found',
    });
  });

  test('a dry run asks the budget and changes nothing', async () => {
    const w = await world({ minAvailable: 2 });
    const before = w.core.store.revision;
    evictPod(w.api, w.clock, { namespace: 'lab', pod: w.pods()[0]!.metadata.name, isDryRun: true });
    expect(w.core.store.revision).toBe(before);
  });
});
