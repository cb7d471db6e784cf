import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject, OwnerReference } from '../../../kube/types/meta.ts';
import { WorkloadWorld } from '../../../../tests/support/workload-world.ts';
import { GarbageCollector } from './garbage-collector.ts';

const world = (): WorkloadWorld => {
  const w = new WorkloadWorld();
  new GarbageCollector(w.core, w.core.registry).start();
  return w;
};

function add(w: WorkloadWorld, name: string, owners: OwnerReference[] = []): KubeObject {
  const metadata = { name, namespace: 'lab', ...(owners.length > 0 && { ownerReferences: owners }) };
  return w.api.create<KubeObject>('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
}

const ref = ({ metadata }: KubeObject, extra: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: metadata.name,
  uid: metadata.uid!,
  ...extra,
});
const names = (w: WorkloadWorld): string[] => w.api.list('configmaps', { namespace: 'lab' }).map(({ metadata }) => metadata.name);
const remove = (w: WorkloadWorld, name: string, propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'): void =>
  w.api.delete('configmaps', 'lab', name, propagationPolicy ? { propagationPolicy } : {});

describe('GarbageCollector', () => {
  test('background: the owner goes at once, its dependents after it, all the way down', async () => {
    const w = world();
    const a = add(w, 'a');
    const b = add(w, 'b', [ref(a)]);
    add(w, 'c', [ref(b)]);
    add(w, 'other');
    await w.wait(100);
    remove(w, 'a');
    expect(names(w)).toEqual(['b', 'c', 'other']);
    await w.wait(100);
    expect(names(w)).toEqual(['other']);
  });

  test('foreground: blocking dependents go first, the owner last', async () => {
    const w = world();
    const a = add(w, 'a');
    const b = add(w, 'b', [ref(a, { blockOwnerDeletion: true })]);
    add(w, 'c', [ref(b, { blockOwnerDeletion: true })]);
    const gone: string[] = [];
    w.core.watch(({ type, object }) => type === 'DELETED' && gone.push(object.metadata.name));
    remove(w, 'a', 'Foreground');
    expect(w.get('configmaps', 'a').metadata.finalizers).toEqual(['foregroundDeletion']);
    await w.wait(1_000);
    expect(gone).toEqual(['c', 'b', 'a']);
  });

  test('foreground does not wait for dependents that do not block', async () => {
    const w = world();
    const a = add(w, 'a');
    add(w, 'b', [ref(a)]);
    w.api.patch('configmaps', 'lab', 'b', { type: 'merge', body: { metadata: { finalizers: ['example.com/hold'] } } });
    remove(w, 'a', 'Foreground');
    await w.wait(1_000);
    expect(names(w)).toEqual(['b']);
    expect(w.get('configmaps', 'b').metadata.deletionTimestamp).toBeDefined();
  });

  test('foreground waits for a blocking dependent that is held by a finalizer', async () => {
    const w = world();
    const a = add(w, 'a');
    add(w, 'b', [ref(a, { blockOwnerDeletion: true })]);
    w.api.patch('configmaps', 'lab', 'b', { type: 'merge', body: { metadata: { finalizers: ['example.com/hold'] } } });
    remove(w, 'a', 'Foreground');
    await w.wait(60_000);
    expect(names(w)).toEqual(['a', 'b']);
    w.api.patch('configmaps', 'lab', 'b', { type: 'merge', body: { metadata: { finalizers: null } } });
    await w.wait(1_000);
    expect(names(w)).toEqual([]);
  });

  test('orphan: dependents stay, without their owner', async () => {
    const w = world();
    const a = add(w, 'a');
    const other = add(w, 'other');
    add(w, 'b', [ref(a), ref(other)]);
    add(w, 'c', [ref(a)]);
    remove(w, 'a', 'Orphan');
    await w.wait(1_000);
    expect(names(w)).toEqual(['b', 'c', 'other']);
    expect(w.get('configmaps', 'b').metadata.ownerReferences).toEqual([ref(other)]);
    expect(w.get('configmaps', 'c').metadata.ownerReferences).toBeUndefined();
  });

  test('collects what names an owner that was never there, or that has another uid by now', async () => {
    const w = world();
    const a = add(w, 'a');
    add(w, 'absent', [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'u' }]);
    add(w, 'mismatch', [ref(a, { uid: 'another' })]);
    await w.wait(100);
    expect(names(w)).toEqual(['a']);
  });

  test('keeps what still has one owner, and drops the reference to the one that is gone', async () => {
    const w = world();
    const a = add(w, 'a');
    const b = add(w, 'b');
    add(w, 'c', [ref(a), ref(b)]);
    remove(w, 'a');
    await w.wait(100);
    expect(names(w)).toEqual(['b', 'c']);
    expect(w.get('configmaps', 'c').metadata.ownerReferences).toEqual([ref(b)]);
  });

  test('keeps what is owned by a kind that nobody serves', async () => {
    const w = world();
    add(w, 'a', [{ apiVersion: 'example.com/v1', kind: 'Widget', name: 'x', uid: 'u' }]);
    await w.wait(60_000);
    expect(names(w)).toEqual(['a']);
  });

  test('a cycle of blocking owners deleted in the foreground comes to an end', async () => {
    const w = world();
    const a = add(w, 'a');
    const b = add(w, 'b', [ref(a, { blockOwnerDeletion: true })]);
    w.api.patch('configmaps', 'lab', 'a', {
      type: 'merge',
      body: { metadata: { ownerReferences: [ref(b, { blockOwnerDeletion: true })] } },
    });
    remove(w, 'a', 'Foreground');
    await w.wait(10_000);
    expect(names(w)).toEqual([]);
  });

  test('picks up after a restart what was deleted while nobody watched', async () => {
    const w = new WorkloadWorld();
    const a = add(w, 'a');
    add(w, 'b', [ref(a)]);
    remove(w, 'a');
    new GarbageCollector(w.core, w.core.registry).start();
    await w.wait(100);
    expect(names(w)).toEqual([]);
  });

  test('whatever the graph, background deletion leaves exactly what is still reachable from something unowned', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(7), { maxLength: 2 }), { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        async (ownersOf, victim) => {
          const w = world();
          const objects: KubeObject[] = [];
          const parents = ownersOf.map((owners, index) => [...new Set(owners.filter((owner) => owner < index))]);
          for (const [index, owners] of parents.entries())
            objects.push(
              add(
                w,
                `o${index}`,
                owners.map((owner) => ref(objects[owner]!)),
              ),
            );
          if (victim >= objects.length) return;
          remove(w, `o${victim}`);
          await w.wait(5_000);
          const alive = new Set<number>();
          for (const [index, owners] of parents.entries()) {
            if (index !== victim && (owners.length === 0 || owners.some((owner) => alive.has(owner)))) alive.add(index);
          }
          expect(names(w)).toEqual([...alive].map((index) => `o${index}`).sort());
        },
      ),
      { numRuns: 60 },
    );
  });
});
