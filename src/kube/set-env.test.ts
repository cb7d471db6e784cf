import { describe, expect, test } from 'vitest';
import type { KubeClient } from './client.ts';
import { setEnv } from './set-env.ts';
import type { Container } from './types/core.ts';
import type { KubeObject } from './types/meta.ts';

const SHOP: Container = {
  name: 'shop',
  env: [
    { name: 'KEEP', value: 'x' },
    { name: 'SHOP_DEBUG', valueFrom: { configMapKeyRef: { name: 'shop-config', key: 'SHOP_DEBUG' } } },
  ],
};

/** A cluster with one Rollout that keeps what was written last. */
function clusterWith(...containers: Container[]) {
  let rollout = {
    metadata: { name: 'shop', namespace: 'lab' },
    kind: 'Rollout',
    spec: { template: { spec: { containers } } },
  } as unknown as KubeObject;
  const client = { get: () => Promise.resolve(rollout), update: (_: string, object: KubeObject) => Promise.resolve((rollout = object)) };
  const set = (container: string, env: Record<string, string>) =>
    setEnv(client as unknown as KubeClient, { namespace: 'lab', name: 'shop' }, container, env);
  const containersNow = () =>
    (rollout as unknown as { spec: { template: { spec: { containers: Container[] } } } }).spec.template.spec.containers;
  return { set, containersNow };
}

describe('setEnv', () => {
  test('takes the place of what a variable came from, and leaves the others', async () => {
    const { set, containersNow } = clusterWith(SHOP, { name: 'other' });
    await set('shop', { SHOP_DEBUG: 'true', NEW: '1' });
    expect(containersNow()).toEqual([
      {
        name: 'shop',
        env: [
          { name: 'KEEP', value: 'x' },
          { name: 'SHOP_DEBUG', value: 'true' },
          { name: 'NEW', value: '1' },
        ],
      },
      { name: 'other' },
    ]);
  });

  test('gives variables to a container that has none', async () => {
    const { set, containersNow } = clusterWith({ name: 'shop' });
    await set('shop', { A: '1' });
    expect(containersNow()).toEqual([{ name: 'shop', env: [{ name: 'A', value: '1' }] }]);
  });

  test('says so when there is no such container', async () => {
    await expect(clusterWith(SHOP).set('cart', { A: '1' })).rejects.toThrow('unable to find container named "cart"');
  });
});
