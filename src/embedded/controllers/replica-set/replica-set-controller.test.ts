import { describe, expect, test } from 'vitest';
import type { Pod } from '../../../kube/types/core.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { cloneJson } from '../../../system/json.ts';
import { ApiError } from '../../api/api-error.ts';
import { WorkloadWorld } from '../../../../tests/support/workload-world.ts';
import { ReplicaSetController } from './replica-set-controller.ts';

const world = (): WorkloadWorld => new WorkloadWorld((plane) => [new ReplicaSetController(plane)]);

function replicaSet(overrides: Partial<ReplicaSet['spec']> = {}, name = 'web'): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'lab', uid: '' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name }, annotations: { a: 'b' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      ...overrides,
    },
  };
}

const status = (w: WorkloadWorld): ReplicaSet['status'] => w.get<ReplicaSet>('replicasets.apps', 'web').status;

describe('ReplicaSetController', () => {
  test('creates pods of the template that name it as their controller, and tells so', async () => {
    const w = world();
    const owner = w.api.create('replicasets.apps', replicaSet());
    await w.wait(100);
    expect(w.pods()).toHaveLength(3);
    for (const pod of w.pods()) {
      expect(pod.metadata).toMatchObject({
        generateName: 'web-',
        labels: { app: 'web' },
        annotations: { a: 'b' },
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: owner.metadata.uid, controller: true, blockOwnerDeletion: true },
        ],
      });
      expect(pod.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    }
    expect(w.told('ReplicaSet').sort()).toEqual(w.pods().map(({ metadata }) => `SuccessfulCreate: Created pod: ${metadata.name}`));
  });

  test('writes the same statuses as the real one: first what it found, then what came of it', async () => {
    const w = world();
    w.api.create('replicasets.apps', replicaSet());
    await w.wait(100);
    const statuses = w.writes
      .filter(({ resource, type }) => resource === 'replicasets.apps' && type === 'MODIFIED')
      .map(({ object }) => object['status']);
    expect(statuses).toEqual([
      { replicas: 0, observedGeneration: 1 },
      { replicas: 3, fullyLabeledReplicas: 3, observedGeneration: 1 },
    ]);
  });

  test('counts ready pods at once and available ones after minReadySeconds', async () => {
    const w = world();
    w.api.create('replicasets.apps', replicaSet({ minReadySeconds: 10, replicas: 2 }));
    await w.wait(100);
    for (const pod of w.pods()) w.setReady(pod.metadata.name);
    await w.wait(100);
    expect(status(w)).toMatchObject({ readyReplicas: 2 });
    expect(status(w)?.availableReplicas).toBeUndefined();
    await w.wait(9_700);
    expect(status(w)?.availableReplicas).toBeUndefined();
    await w.wait(300);
    expect(status(w)?.availableReplicas).toBe(2);
  });

  test('replaces a pod that is deleted, that fails, and that loses its label', async () => {
    const w = world();
    w.api.create('replicasets.apps', replicaSet());
    await w.wait(100);
    const [deleted, failed, relabeled] = w.pods() as [Pod, Pod, Pod];
    w.api.delete('pods', 'lab', deleted.metadata.name);
    w.setPodStatus(failed.metadata.name, (podStatus) => (podStatus.phase = 'Failed'));
    w.api.patch('pods', 'lab', relabeled.metadata.name, { type: 'merge', body: { metadata: { labels: { app: 'debug' } } } });
    await w.wait(100);
    expect(status(w)?.replicas).toBe(3);
    expect(w.pods()).toHaveLength(5);
    expect(w.get<Pod>('pods', relabeled.metadata.name).metadata.ownerReferences).toBeUndefined();
    expect(w.get<Pod>('pods', failed.metadata.name).metadata.ownerReferences).toHaveLength(1);
  });

  test('adopts a matching orphan, and leaves alone what belongs to another', async () => {
    const w = world();
    const pod = (name: string, ownerReferences?: Pod['metadata']['ownerReferences']): Pod => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'lab', labels: { app: 'web' }, ...(ownerReferences && { ownerReferences }) },
      spec: { containers: [] },
    });
    w.api.create('pods', pod('orphan'));
    w.api.create('pods', pod('owned', [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'other', uid: 'u', controller: true }]));
    const owner = w.api.create('replicasets.apps', replicaSet({ replicas: 2 }));
    await w.wait(100);
    expect(w.get<Pod>('pods', 'orphan').metadata.ownerReferences?.[0]?.uid).toBe(owner.metadata.uid);
    expect(w.get<Pod>('pods', 'owned').metadata.ownerReferences?.[0]?.uid).toBe('u');
    expect(w.pods()).toHaveLength(3);
  });

  test('deletes the least useful pods first when it shrinks, and none when it has just enough', async () => {
    const w = world();
    w.api.create('replicasets.apps', replicaSet());
    await w.wait(100);
    const [a, b, c] = w.pods().map(({ metadata }) => metadata.name) as [string, string, string];
    w.setReady(a);
    w.setReady(c);
    w.api.patch('pods', 'lab', c, {
      type: 'merge',
      body: { metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-5' } } },
    });
    await w.wait(100);
    w.api.patch('replicasets.apps', 'lab', 'web', { type: 'merge', body: { spec: { replicas: 2 } } });
    await w.wait(100);
    expect(w.pods().map(({ metadata }) => metadata.name)).toEqual([a, c].sort());
    w.api.patch('replicasets.apps', 'lab', 'web', { type: 'merge', body: { spec: { replicas: 1 } } });
    await w.wait(100);
    expect(w.pods().map(({ metadata }) => metadata.name)).toEqual([a]);
    expect(w.told('ReplicaSet').slice(-2)).toEqual([`SuccessfulDelete: Deleted pod: ${b}`, `SuccessfulDelete: Deleted pod: ${c}`]);
  });

  test('reports that pods are refused, tries again, and withdraws the report when it works', async () => {
    const w = world();
    const template = cloneJson(replicaSet().spec.template);
    template.metadata!['labels'] = { app: 'web' };
    const isRefused = { value: true };
    const rules = w.core.writes as unknown as { create: (...parameters: unknown[]) => unknown };
    const create = rules.create.bind(rules);
    rules.create = (request, body) => {
      const { definition } = request as { definition: { plural: string } };
      if (isRefused.value && definition.plural === 'pods') throw forbiddenByQuota();
      return create(request, body);
    };
    w.api.create('replicasets.apps', replicaSet());
    await w.wait(100);
    expect(status(w)).toMatchObject({
      replicas: 0,
      conditions: [
        { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'pods "web-x" is forbidden: exceeded quota' },
      ],
    });
    expect(w.told('ReplicaSet')[0]).toBe('FailedCreate: Error creating: pods "web-x" is forbidden: exceeded quota');
    isRefused.value = false;
    await w.until(() => w.pods().length === 3);
    await w.wait(100);
    expect(status(w)?.conditions).toBeUndefined();
  });

  test('does nothing more for a replica set that is being deleted', async () => {
    const w = world();
    const owner = replicaSet();
    owner.metadata.finalizers = ['example.com/hold'];
    w.api.create('replicasets.apps', owner);
    await w.wait(100);
    w.api.delete('replicasets.apps', 'lab', 'web');
    w.api.delete('pods', 'lab', w.pods()[0]!.metadata.name);
    await w.wait(1_000);
    expect(w.pods()).toHaveLength(2);
    expect(status(w)?.replicas).toBe(2);
  });

  test('goes on where it was after a restart, without creating anything twice', async () => {
    const w = world();
    w.api.create('replicasets.apps', replicaSet());
    await w.wait(100);
    const before = w.core.store.revision;
    new ReplicaSetController(w.core).start();
    await w.wait(60_000);
    expect(w.core.store.revision).toBe(before);
  });
});

function forbiddenByQuota(): Error {
  return new ApiError(403, 'Forbidden', 'pods "web-x" is forbidden: exceeded quota');
}
