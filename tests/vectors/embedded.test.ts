import { describe, expect, it } from 'vitest';
import { VECTORS } from './all-vectors.ts';
import { EmbeddedCluster } from '../rollout-world/embedded-cluster.ts';
import { comparable, readGolden } from './golden.ts';
import { World } from '../rollout-world/world.ts';

describe('vectors on the embedded cluster', () => {
  for (const vector of VECTORS) {
    it(`${vector.id} ${vector.title}`, async () => {
      const cluster = new EmbeddedCluster();
      try {
        const world = await World.open(cluster, 'vector-1');
        await vector.run(world);
        const golden = await readGolden(vector);
        expect(golden, `no recording of ${vector.id}`).toBeDefined();
        expect(comparable(vector, world.history())).toEqual(comparable(vector, golden!));
      } finally {
        await cluster.close();
      }
    });
  }
});
