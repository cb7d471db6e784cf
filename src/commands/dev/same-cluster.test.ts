import { describe, expect, it } from 'vitest';
import type { ClusterObject } from '../../../grader/index.ts';
import { findClusterDeviations } from './same-cluster.ts';

const UIDS = ['7d0d0b3c-9d2e-4d5a-8a7c-6f1b0c3d2e1f', 'c2a6f3de-1111-4222-8333-944455556666'] as const;

/** A ReplicaSet's pod, and something that refers to it, as one cluster or another has them. */
function cluster(which: 0 | 1, image = 'lab/shop:1.0'): ClusterObject[] {
  const name = `shop-6c9-${['abcde', 'fghij'][which]}`;
  const uid = UIDS[which];
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, uid, namespace: 'lab', generateName: 'shop-6c9-', resourceVersion: String(which) } as ClusterObject['metadata'],
      spec: { containers: [{ name: 'shop', image }] },
      status: { podIP: `10.244.0.${which + 1}` },
    },
    { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'shop' }, subsets: [{ targetRef: { name, uid } }] },
  ];
}

describe('findClusterDeviations', () => {
  it('leaves out what the server makes up', () => {
    expect(findClusterDeviations(cluster(0), cluster(1))).toEqual([]);
  });

  it('does not mind the order of objects and fields', () => {
    const reordered = cluster(1)
      .reverse()
      .map((object) => Object.fromEntries(Object.entries(object).reverse()) as ClusterObject);
    expect(findClusterDeviations(cluster(0), reordered)).toEqual([]);
  });

  it('finds another value, shown where it begins to differ', () => {
    const [deviation, ...others] = findClusterDeviations(cluster(0), cluster(1, 'lab/shop:1.1'));
    expect(others).toEqual([]);
    expect(deviation!.found).toContain('lab/shop:1.1');
    expect(deviation!.found).toContain('lab/shop:1.0');
  });

  it('finds an object too many, and one too few', () => {
    const more = [...cluster(1), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'left' } }];
    expect(findClusterDeviations(cluster(0), more)[0]!.found).toContain('"left"');
    expect(findClusterDeviations(more, cluster(0))[0]!).toMatchObject({ found: 'no such object' });
  });
});
