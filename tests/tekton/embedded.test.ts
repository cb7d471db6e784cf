import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EmbeddedCluster } from '../rollout-world/embedded-cluster.ts';
import { readGolden } from './golden.ts';
import { FOLLOWED_IN_PLAYS, perform, refusalOf } from './play.ts';
import { ASKED, PLAYS } from './plays.ts';

/** With TEKTON_OUT=folder what the embedded one did is kept there. */
const { TEKTON_OUT: out } = process.env;

/** What the embedded cluster's own Tekton does, held to what the real one did. */
describe('Tekton on the embedded cluster', () => {
  const onCluster = async <T>(act: (cluster: EmbeddedCluster) => Promise<T>): Promise<T> => {
    const cluster = new EmbeddedCluster({ needs: ['tekton'], followed: FOLLOWED_IN_PLAYS });
    try {
      return await act(cluster);
    } finally {
      await cluster.close();
    }
  };

  it.each(PLAYS.map((play) => [play.id, play] as const))('%s', async (id, play) => {
    const golden = await readGolden(id);
    expect(golden, `no recording of ${id}`).toBeDefined();
    const history = await onCluster((cluster) => perform(play, cluster));
    if (out) await writeFile(join(out, `${id}.json`), `${JSON.stringify(history, null, 2)}\n`);
    expect(history).toEqual(golden);
  });

  it('refuses what the real webhooks refuse, in their words', async () => {
    const golden = await readGolden<Record<string, string | null>>('refusals');
    const said = await onCluster(async (cluster) => {
      const entries: [string, string | null][] = [];
      for (const [what, object] of Object.entries(ASKED)) entries.push([what, (await refusalOf(object, cluster)) ?? null]);
      return Object.fromEntries(entries);
    });
    if (out) await writeFile(join(out, 'refusals.json'), `${JSON.stringify(said, null, 2)}\n`);
    expect(said).toEqual(golden);
  });
});
