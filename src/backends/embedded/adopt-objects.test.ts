import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../kube/types/meta.ts';
import { adoptObjects } from './adopt-objects.ts';

const slice = (name: string, namespace: string): KubeObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, namespace },
  endpoints: [{ addresses: ['172.23.0.2'], nodeName: 'kind-control-plane' }],
});

describe('objects of a cluster of another kind', () => {
  it('come without its nodes, and run on the one that there is', () => {
    const objects: KubeObject[] = [
      { apiVersion: 'v1', kind: 'Node', metadata: { name: 'kind-control-plane' } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop', namespace: 'lab' }, spec: { nodeName: 'kind-control-plane' } },
      slice('shop', 'lab'),
    ];
    expect(adoptObjects(objects)).toEqual([
      { ...objects[1], spec: { nodeName: 'lab-control-plane' } },
      { ...objects[2], endpoints: [{ addresses: ['172.23.0.2'], nodeName: 'lab-control-plane' }] },
    ]);
  });

  it('do not lead pods to the API that they came from', () => {
    const kept = [slice('kubernetes', 'lab'), slice('other', 'default')];
    const endpoints: KubeObject = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'kubernetes', namespace: 'default' } };
    const names = adoptObjects([slice('kubernetes', 'default'), endpoints, ...kept]).map(
      ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
    );
    expect(names).toEqual(['lab/kubernetes', 'default/other']);
  });
});
