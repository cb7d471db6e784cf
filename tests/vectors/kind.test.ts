import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { VECTORS } from './all-vectors.ts';
import { KindCluster } from './kind-cluster.ts';
import { World } from './world.ts';

const only = process.env['VECTORS']?.split(',');
const out = process.env['VECTORS_OUT'] ?? '/tmp/vectors';

describe.concurrent('kind', () => {
  for (const vector of VECTORS.filter(({ id }) => !only || only.includes(id))) {
    it.concurrent(`${vector.id} ${vector.title}`, { timeout: 240_000 }, async () => {
      const cluster = await KindCluster.connect(process.env['LAB_VECTORS_KUBECONFIG'] ?? '/tmp/real-vectors/kubeconfig');
      const world = await World.open(cluster, `${vector.id.toLowerCase()}-${Math.random().toString(36).slice(2, 7)}`);
      await mkdir(out, { recursive: true });
      try {
        await vector.run(world);
      } finally {
        await writeFile(`${out}/${vector.id}.json`, JSON.stringify(world.history(), null, 1));
        await world.close();
      }
      expect(true).toBe(true);
    });
  }
});
