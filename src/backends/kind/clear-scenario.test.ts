import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedCluster } from '../../embedded/cluster.ts';
import { KubeClient } from '../../kube/client.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { ClusterClock } from '../../system/clock.ts';
import { InProcessTransport } from '../embedded/in-process-transport.ts';
import { clearScenario, takeBaseline } from './clear-scenario.ts';

const TOKEN = 'secret-of-the-test';
const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'lamps.home.test' },
  spec: {
    group: 'home.test',
    scope: 'Namespaced',
    names: { plural: 'lamps', singular: 'lamp', kind: 'Lamp', listKind: 'LampList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

let clock: ClusterClock;
let cluster: EmbeddedCluster;
let client: KubeClient;

beforeEach(() => {
  clock = new ClusterClock(Date.now(), (error) => {
    throw error;
  });
  cluster = EmbeddedCluster.create({ clock, adminToken: TOKEN });
  client = new KubeClient(new InProcessTransport(cluster.handler, TOKEN));
  cluster.start();
  clock.goLive();
});

afterEach(async () => {
  cluster.stop();
  clock.stop();
  await cluster.close();
});

const clear = (baseline: readonly string[]): Promise<void> =>
  clearScenario(
    client,
    baseline,
    () => undefined,
    () => new Promise((resolve) => setImmediate(resolve)),
  );
const object = (apiVersion: string, kind: string, name: string, namespace?: string): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
});

describe('clearScenario', () => {
  it('takes away what was added, in namespaces that were there and in others, and nothing else', async () => {
    await client.create('configmaps', object('v1', 'ConfigMap', 'old', 'default'));
    const baseline = await takeBaseline(client);
    await client.create('configmaps', object('v1', 'ConfigMap', 'new', 'default'));
    await client.create('namespaces', object('v1', 'Namespace', 'lab'));
    await client.create('configmaps', object('v1', 'ConfigMap', 'inside', 'lab'));
    await clear(baseline);
    expect(await takeBaseline(client)).toEqual(baseline);
    expect(await client.get('configmaps', 'default', 'old')).toBeDefined();
  });

  it('takes away a kind that was added together with its objects', async () => {
    const baseline = await takeBaseline(client);
    await client.create('namespaces', object('v1', 'Namespace', 'lab'));
    await client.create('customresourcedefinitions.apiextensions.k8s.io', DEFINITION);
    await client.create('lamps.home.test', object('home.test/v1', 'Lamp', 'red', 'default'));
    await client.create('lamps.home.test', object('home.test/v1', 'Lamp', 'green', 'lab'));
    await clear(baseline);
    expect(await takeBaseline(client)).toEqual(baseline);
  });
});
