import { describe, test } from 'vitest';
import { KubeletWorld } from './testing/kubelet-world.ts';

const SHOP = { name: 'main', image: 'lab/shop:1.0', readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 } };

describe('a pod', () => {
  test('of the shop is scheduled, started and ready as on a real node', async () => {
    const w = new KubeletWorld();
    w.createPod('web', { containers: [SHOP] });
    const seconds = await w.until(() => w.isReady('web'), 60);
    console.log(seconds, w.told('web'), JSON.stringify(w.pod('web').status, null, 1), w.log('web'));
  });
});
