import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../kube/types/meta.ts';
import { ClusterClock } from '../../system/clock.ts';
import { EmbeddedCluster } from '../cluster.ts';

const cluster = EmbeddedCluster.create({ clock: new ClusterClock(0), adminToken: 'admin' });
const PREFIX = 'autoscaling.alpha.kubernetes.io/';

async function ask(method: string, path: string, body?: object, contentType = 'application/json'): Promise<KubeObject> {
  const headers = { authorization: 'Bearer admin', 'content-type': contentType };
  const answer = await cluster.handler.handle({ method, path, headers, ...(body && { body: Buffer.from(JSON.stringify(body)) }) });
  expect(answer.status, answer.body as string).toBeLessThan(300);
  return JSON.parse(answer.body as string) as KubeObject;
}

const collection = (version: string): string => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;
const TARGET = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'shop' };

function autoscaler(version: string, name: string, spec: object): object {
  return {
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, annotations: { own: 'yes' } },
    spec: { scaleTargetRef: TARGET, maxReplicas: 5, ...spec },
  };
}

describe('a HorizontalPodAutoscaler in autoscaling/v1', () => {
  it('is written in v1 and read in v2', async () => {
    const written = await ask('POST', collection('v1'), autoscaler('v1', 'written', { targetCPUUtilizationPercentage: 60 }));
    expect(written).toMatchObject({
      apiVersion: 'autoscaling/v1',
      metadata: { annotations: { own: 'yes' } },
      spec: { scaleTargetRef: TARGET, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 60 },
    });
    const read = await ask('GET', `${collection('v2')}/written`);
    expect(read['spec']).toEqual({
      scaleTargetRef: TARGET,
      minReplicas: 1,
      maxReplicas: 5,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }],
    });
  });

  it('asks for 80 per cent of the CPU when it does not say anything', async () => {
    const { spec } = (await ask('POST', collection('v1'), autoscaler('v1', 'bare', {}))) as KubeObject & { spec: object };
    expect(spec).toEqual({ scaleTargetRef: TARGET, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 80 });
  });

  it('keeps in annotations what it has no fields for, and gives it back', async () => {
    const metrics = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
      { type: 'Pods', pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '10' } } },
      {
        type: 'Object',
        object: { describedObject: TARGET, metric: { name: 'queue' }, target: { type: 'Value', value: '3' } },
      },
      {
        type: 'External',
        external: { metric: { name: 'sales', selector: { matchLabels: { a: 'b' } } }, target: { type: 'Value', value: '7' } },
      },
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'shop', target: { type: 'Utilization', averageUtilization: 70 } },
      },
    ];
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60, policies: [{ type: 'Pods', value: 1, periodSeconds: 30 }] } };
    await ask('POST', collection('v2'), autoscaler('v2', 'rich', { metrics, behavior }));
    const before = await ask('GET', `${collection('v2')}/rich`);
    const inV1 = await ask('GET', `${collection('v1')}/rich`);
    const { annotations = {} } = inV1.metadata;
    expect((inV1['spec'] as { targetCPUUtilizationPercentage: number }).targetCPUUtilizationPercentage).toBe(50);
    expect(Object.keys(annotations).sort()).toEqual([`${PREFIX}behavior`, `${PREFIX}metrics`, 'own']);
    expect(JSON.parse(annotations[`${PREFIX}metrics`]!)).toEqual([
      { type: 'Resource', resource: { name: 'memory', targetAverageValue: '1Gi' } },
      { type: 'Pods', pods: { metricName: 'requests', targetAverageValue: '10' } },
      { type: 'Object', object: { target: TARGET, metricName: 'queue', targetValue: '3' } },
      { type: 'External', external: { metricName: 'sales', metricSelector: { matchLabels: { a: 'b' } }, targetValue: '7' } },
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'shop', targetAverageUtilization: 70 } },
    ]);
    expect(JSON.parse(annotations[`${PREFIX}behavior`]!)).toMatchObject({
      ScaleDown: { StabilizationWindowSeconds: 60, Policies: [{ Type: 'Pods', Value: 1, PeriodSeconds: 30 }] },
    });
    await ask('PUT', `${collection('v1')}/rich`, inV1);
    const after = await ask('GET', `${collection('v2')}/rich`);
    const [{ metrics: old, ...oldRest }, { metrics: now, ...rest }] = [before, after].map(({ spec }) => spec as { metrics: object[] }) as [
      { metrics: object[] },
      { metrics: object[] },
    ];
    expect(rest).toEqual(oldRest);
    // The CPU comes last when it is read back from its own field, on a real server as well.
    expect(now).toEqual([...old.slice(1), old[0]]);
    expect(after.metadata.annotations).toEqual({ own: 'yes' });
  });

  it('is patched in v1, and takes no notice of an annotation that is no JSON', async () => {
    await ask('POST', collection('v2'), autoscaler('v2', 'patched', {}));
    const body = { metadata: { annotations: { [`${PREFIX}metrics`]: '{' } }, spec: { targetCPUUtilizationPercentage: 33 } };
    await ask('PATCH', `${collection('v1')}/patched`, body, 'application/merge-patch+json');
    const { spec, metadata } = (await ask('GET', `${collection('v2')}/patched`)) as KubeObject & { spec: { metrics: object[] } };
    expect(spec.metrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 33 } } },
    ]);
    expect(metadata.annotations).toEqual({ own: 'yes' });
  });

  it('is listed with its status, as it was measured', async () => {
    const status = {
      currentReplicas: 2,
      desiredReplicas: 3,
      currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 90, averageValue: '90m' } } }],
      conditions: [{ type: 'AbleToScale', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'Ready', message: 'fine' }],
    };
    const stored = await ask('POST', collection('v2'), autoscaler('v2', 'measured', {}));
    await ask('PUT', `${collection('v2')}/measured/status`, { ...stored, status });
    const { items } = (await ask('GET', collection('v1'))) as unknown as { items: (KubeObject & { status: object })[] };
    const found = items.find(({ metadata }) => metadata.name === 'measured')!;
    expect(found.status).toEqual({ currentReplicas: 2, desiredReplicas: 3, currentCPUUtilizationPercentage: 90 });
    expect(JSON.parse(found.metadata.annotations![`${PREFIX}current-metrics`]!)).toEqual([
      { type: 'Resource', resource: { name: 'cpu', currentAverageUtilization: 90, currentAverageValue: '90m' } },
    ]);
    expect(JSON.parse(found.metadata.annotations![`${PREFIX}conditions`]!)).toEqual(status.conditions);
  });

  it('says what it does not know, in its own version', async () => {
    const headers = { authorization: 'Bearer admin', 'content-type': 'application/json' };
    const body = Buffer.from(JSON.stringify(autoscaler('v1', 'strange', { metrics: [] })));
    const answer = await cluster.handler.handle({ method: 'POST', path: `${collection('v1')}?fieldValidation=Strict`, headers, body });
    expect(answer.status).toBe(400);
    expect(answer.body as string).toContain('strict decoding error: unknown field \\"spec.metrics\\"');
  });
});
