import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OutsideController } from '../rollout-world/outside-controller.ts';
import { World } from '../rollout-world/world.ts';
import { hasProgram } from '../support/has-program.ts';
import { VECTORS } from '../vectors/all-vectors.ts';
import { comparable, readGolden } from '../vectors/golden.ts';

/**
 * The embedded API is real enough for the real controller when that does here what it did on a real cluster. Real time is slow, so only some
 * vectors are run unless VECTORS names others, or `all`. Histories of vectors that fail are left in VECTORS_OUT.
 */
const { VECTORS: asked, VECTORS_OUT: folderOfFailed } = process.env;
/** A gate that passes, one that waits for a person, one that fails, abort, undo, canaries that end well and badly, a web gate, deletion, experiments. */
const SHORT = 'B1,V8,V16,V57,V59,V73,B4,B2,V80,E1,E3';
const wanted = (asked ?? SHORT).split(',');
const vectors = VECTORS.filter(({ id }) => asked === 'all' || wanted.includes(id));

const hasController = hasProgram('rollouts-controller', '--version');
/** Why again: on a busy machine the controller's caches hear of what it wrote in another order, here and on a real cluster. */
const HOW = { concurrent: true, timeout: 400_000, retry: 2 };

describe.runIf(hasController)('Argo Rollouts itself on the embedded API', HOW, () => {
  let outside: OutsideController;

  beforeAll(async () => {
    outside = await OutsideController.start();
  });

  afterAll(async () => {
    await outside.stop();
    expect(outside.served.unexpected).toEqual([]);
    expect(outside.complaints()).toEqual([]);
  });

  for (const vector of vectors) {
    it(`${vector.id} ${vector.title}`, async () => {
      const world = await World.open(outside.cluster, `${vector.id.toLowerCase()}-${Date.now().toString(36)}`);
      let isGood = false;
      try {
        await vector.run(world);
        expect(comparable(vector, world.history())).toEqual(comparable(vector, (await readGolden(vector))!));
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
