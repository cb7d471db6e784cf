import { describe, expect, test } from 'vitest';
import type { Namespace, Pod } from '../../../kube/types/core.ts';
import { WorkloadWorld } from '../../../../tests/support/workload-world.ts';
import { DefaultServiceAccount } from '../service-account/default-service-account.ts';
import { RootCaPublisher } from '../service-account/root-ca-publisher.ts';
import { NamespaceController } from './namespace-controller.ts';

function world(): WorkloadWorld {
  const w = new WorkloadWorld((plane) => [new DefaultServiceAccount(plane), new RootCaPublisher(plane, 'PEM')]);
  new NamespaceController(w.core, w.core.registry).start();
  w.api.create<Namespace>('namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'gone' },
    spec: { finalizers: ['kubernetes'] },
  });
  return w;
}

const namespace = (w: WorkloadWorld): Namespace | undefined => w.api.get('namespaces', undefined, 'gone');
const condition = (w: WorkloadWorld, type: string): string => {
  const found = namespace(w)?.status?.conditions?.find((candidate) => candidate.type === type);
  return `${found?.status} ${found?.reason}: ${found?.message}`;
};

describe('NamespaceController', () => {
  test('is Terminating at once, refuses new content, and goes when its content is gone', async () => {
    const w = world();
    await w.wait(100);
    w.api.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'gone' } });
    w.api.delete('namespaces', undefined, 'gone');
    expect(namespace(w)?.status?.phase).toBe('Terminating');
    expect(() => w.api.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b', namespace: 'gone' } })).toThrow(
      'because it is being terminated',
    );
    await w.wait(4_000);
    expect(w.api.list('configmaps', { namespace: 'gone' })).toHaveLength(2);
    await w.wait(2_000);
    expect(namespace(w)).toBeUndefined();
    for (const resource of ['configmaps', 'serviceaccounts']) expect(w.api.list(resource, { namespace: 'gone' })).toEqual([]);
    expect(w.api.list('configmaps', { namespace: 'lab' })).toHaveLength(1);
  });

  test('takes pods first, and says what is left and what holds it', async () => {
    const w = world();
    w.api.create<Pod>('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'gone' },
      spec: { nodeName: 'node-1', containers: [], terminationGracePeriodSeconds: 4 },
    });
    const held = { name: 'b', namespace: 'gone', finalizers: ['example.com/hold'] };
    w.api.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: held });
    w.api.delete('namespaces', undefined, 'gone');
    await w.wait(6_000);
    expect(w.api.get('configmaps', 'gone', 'b')?.metadata.deletionTimestamp).toBeUndefined();
    expect(condition(w, 'NamespaceContentRemaining')).toBe(
      'True SomeResourcesRemain: Some resources are remaining: pods. has 1 resource instances',
    );
    w.api.delete('pods', 'gone', 'a', { gracePeriodSeconds: 0 });
    await w.wait(10_000);
    expect(condition(w, 'NamespaceFinalizersRemaining')).toBe(
      'True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    );
    expect(condition(w, 'NamespaceDeletionContentFailure')).toBe(
      'False ContentDeleted: All content successfully deleted, may be waiting on finalization',
    );
    w.api.patch('configmaps', 'gone', 'b', { type: 'merge', body: { metadata: { finalizers: null } } });
    await w.wait(30_000);
    expect(namespace(w)).toBeUndefined();
  });

  test('goes on after a restart in the middle of it', async () => {
    const w = new WorkloadWorld();
    w.api.create<Namespace>('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'gone' },
      spec: { finalizers: ['kubernetes'] },
    });
    w.api.delete('namespaces', undefined, 'gone');
    new NamespaceController(w.core, w.core.registry).start();
    await w.wait(1_000);
    expect(namespace(w)).toBeUndefined();
  });
});

describe('what every namespace is given', () => {
  test('a default ServiceAccount and the root CA, which come back when they are deleted or changed', async () => {
    const w = world();
    await w.wait(100);
    expect(w.get('serviceaccounts', 'default')).toBeDefined();
    expect(w.get('configmaps', 'kube-root-ca.crt')).toMatchObject({ data: { 'ca.crt': 'PEM' } });
    w.api.delete('serviceaccounts', 'lab', 'default');
    w.api.patch('configmaps', 'lab', 'kube-root-ca.crt', { type: 'merge', body: { data: { 'ca.crt': 'forged', more: 'x' } } });
    await w.wait(100);
    expect(w.get('serviceaccounts', 'default')).toBeDefined();
    expect(w.get('configmaps', 'kube-root-ca.crt')).toMatchObject({ data: { 'ca.crt': 'PEM' } });
    w.api.delete('configmaps', 'lab', 'kube-root-ca.crt');
    await w.wait(100);
    expect(w.get('configmaps', 'kube-root-ca.crt')).toBeDefined();
  });
});
