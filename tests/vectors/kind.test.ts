import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VECTORS } from './all-vectors.ts';
import { comparable, readGolden, writeGolden } from './golden.ts';
import { findKindKit, RealCluster } from '../rollout-world/kind-kit.ts';
import { World } from '../rollout-world/world.ts';

/**
 * The vectors on a real cluster, several at a time. With VECTORS=V1,V2 only these; with VECTORS_RECORD=1 what they do becomes the
 * recording that both clusters are held to. Histories of vectors that fail are left in VECTORS_OUT.
 */
const { VECTORS: wanted, VECTORS_RECORD: record, VECTORS_OUT: folderOfFailed } = process.env;
const vectors = VECTORS.filter(({ id }) => !wanted || wanted.split(',').includes(id));
const kit = findKindKit(process.env);

let real: RealCluster;

beforeAll(async () => {
  if (kit) real = await RealCluster.provide('real', kit);
}, 600_000);

afterAll(async () => {
  if (kit) await real.release();
}, 120_000);

describe.runIf(kit)('vectors on a real cluster', { concurrent: true, timeout: 400_000 }, () => {
  for (const vector of vectors) {
    it(`${vector.id} ${vector.title}`, async () => {
      const world = await World.open(real.cluster, `${vector.id.toLowerCase()}-${Date.now().toString(36)}`);
      let isGood = false;
      try {
        await vector.run(world);
        if (record) await writeGolden(vector, world.history());
        const golden = await readGolden(vector);
        expect(golden, `no recording of ${vector.id}`).toBeDefined();
        expect(comparable(vector, world.history())).toEqual(comparable(vector, golden!));
        isGood = true;
      } finally {
        if (!isGood && folderOfFailed) {
          await mkdir(folderOfFailed, { recursive: true });
          await writeFile(join(folderOfFailed, `${vector.id}.json`), JSON.stringify(world.history(), null, 2));
        }
        await world.close();
      }
    });
  }
});
