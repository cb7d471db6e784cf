import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DrillPlan } from '../../../../grader/index.ts';
import { PretendNode } from '../../../../tests/support/pretend-node.ts';
import { memoryIo } from '../../../../tests/support/memory-io.ts';
import { progressOn } from '../../../cli/steps.ts';
import { KubeClient } from '../../../kube/client.ts';
import { HttpsTransport } from '../../../kube/https-transport.ts';
import { accessFromKubeconfig } from '../../../kube/kubeconfig.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { readerOf, restoreFamilies, restoreObjects, takeState } from './lab-state.ts';
import { KindLiveDrills } from './live-drills.ts';

const HOUR_MS = 3_600_000;

let node: PretendNode;
let client: KubeClient;

beforeEach(async () => {
  node = await PretendNode.start();
  const access = await accessFromKubeconfig(node.kubeconfig, { readFile: () => Promise.reject(new Error('no files')) });
  client = new KubeClient(new HttpsTransport(access));
  await client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } });
});

afterEach(async () => {
  client.close();
  await node.stop();
});

const config = (name: string, data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'lab', labels: { of: name } },
  data,
});

describe('the state of a lab', () => {
  it('is put back: what was changed, what is gone, and what is new', async () => {
    await client.create('configmaps', config('changed', { a: '1' }));
    await client.create('configmaps', config('deleted', { a: '2' }));
    await client.create('configmaps', config('same', { a: '3' }));
    await client.create('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop', namespace: 'lab' },
      spec: { selector: { app: 'shop' }, ports: [{ port: 80 }] },
    });
    const state = await takeState(client, ['lab']);
    const same = await client.get('configmaps', 'lab', 'same');

    await client.patch('configmaps', 'lab', 'changed', { type: 'merge', body: { data: { a: 'x' }, metadata: { labels: { of: 'me' } } } });
    await client.delete('configmaps', 'lab', 'deleted');
    await client.create('configmaps', config('new', {}));
    await client.patch('services', 'lab', 'shop', { type: 'merge', body: { spec: { ports: [{ port: 81 }] } } });
    await restoreObjects(client, state);

    expect(await client.get('configmaps', 'lab', 'changed')).toMatchObject({ data: { a: '1' }, metadata: { labels: { of: 'changed' } } });
    expect(await client.get('configmaps', 'lab', 'deleted')).toMatchObject({ data: { a: '2' } });
    expect(await client.get('configmaps', 'lab', 'new')).toBeUndefined();
    expect(await client.get('services', 'lab', 'shop')).toMatchObject({ spec: { ports: [{ port: 80 }] } });
    expect(await client.get('configmaps', 'lab', 'same')).toEqual(same);
  });

  it('can be put back twice', async () => {
    await client.create('configmaps', config('kept', { a: '1' }));
    const state = await takeState(client, ['lab']);
    await client.delete('configmaps', 'lab', 'kept');
    await restoreObjects(client, state);
    const once = await client.get('configmaps', 'lab', 'kept');
    await restoreObjects(client, state);
    await restoreFamilies(client, state);
    expect(await client.get('configmaps', 'lab', 'kept')).toEqual(once);
  });

  it('takes away Jobs that came since', async () => {
    const state = await takeState(client, ['lab']);
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x' }] } };
    await client.create('jobs.batch', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'scan', namespace: 'lab' },
      spec: { suspend: true, template },
    });
    await restoreFamilies(client, state);
    await expect.poll(() => client.get('jobs.batch', 'lab', 'scan')).toBeUndefined();
  });

  it('can be read by the grader', async () => {
    await client.create('configmaps', config('a', { a: '1' }));
    const reader = await readerOf(client, (await takeState(client, ['lab'])).objects);
    await client.delete('configmaps', 'lab', 'a');
    expect(await reader.get('configmaps', 'lab', 'a')).toMatchObject({ data: { a: '1' } });
    expect((await reader.list('configmaps', 'lab')).map(({ metadata }) => metadata.name)).toContain('a');
    expect(await reader.list('configmaps', 'other')).toEqual([]);
    expect(await reader.get('secrets', 'lab', 'a')).toBeUndefined();
  });
});

describe('live drills', () => {
  const drills = (): KindLiveDrills =>
    new KindLiveDrills({
      client,
      progress: progressOn(memoryIo()),
      faultsFor: () => {
        throw new Error('nothing is broken here');
      },
      journalSince: () => Promise.resolve([]),
      now: () => Promise.resolve(0),
      keep: () => Promise.resolve(),
      namespaces: ['lab'],
    });

  const settle = { settle: { rollout: 'shop', within: '15m' } };
  const plan = (over: Partial<DrillPlan>): DrillPlan => ({
    production: { namespace: 'lab', name: 'shop-active' },
    faults: [],
    steps: [settle],
    ...over,
  });

  it('say beforehand how long they are likely to take', () => {
    const plainMs = drills().estimateMs(plan({}));
    expect(drills().estimateMs(plan({ steps: [settle, { elapse: '20s' }] }))).toBe(plainMs + 20_000);
    const time = new Date(Date.now() + 3 * HOUR_MS).toISOString().slice(11, 16);
    const twoNightsMs = drills().estimateMs(plan({ steps: [settle, ...[1, 2].map(() => ({ until: { time, timeZone: 'UTC' } }))] }));
    expect(twoNightsMs).toBeGreaterThan(plainMs + 26 * HOUR_MS);
    expect(twoNightsMs).toBeLessThan(plainMs + 27 * HOUR_MS);
    expect(drills().estimateMs(plan({ faults: [{ hang: { command: 'nuclei' } }] }))).toBeGreaterThan(plainMs + 60_000);
    expect(drills().estimateMs(plan({ faults: [{ crash: { command: 'nuclei', code: 2 } }], steps: [settle, settle] }))).toBeGreaterThan(
      plainMs,
    );
  });

  it('that were never run change nothing', async () => {
    await expect(drills().close()).resolves.toBeUndefined();
  });
});
