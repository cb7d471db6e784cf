import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedCluster } from '../rollout-world/embedded-cluster.ts';
import type { FollowedCluster } from '../rollout-world/followed-cluster.ts';
import { KindCluster } from '../rollout-world/kind-cluster.ts';
import { hasTektonMachine } from '../support/kind-machine.ts';
import { Learner } from '../support/lab-process.ts';
import { writeGolden } from '../tekton/golden.ts';
import { FOLLOWED_IN_PLAYS, perform, refusalOf } from '../tekton/play.ts';
import { ASKED, PLAYS } from '../tekton/plays.ts';

const MINUTE_MS = 60_000;
/**
 * With TEKTON_PLAYS=when,retries only these; with TEKTON_RECORD=1 what the real one does becomes the recording that the embedded one is held
 * to without a kind cluster; with TEKTON_KUBECONFIG the cluster that is there is taken, and left.
 */
const { TEKTON_PLAYS: wanted, TEKTON_RECORD: isRecording, TEKTON_KUBECONFIG: given } = process.env;
const plays = PLAYS.filter(({ id }) => !wanted || wanted.split(',').includes(id));

/** Real Tekton Pipelines on kind, and the embedded cluster's own, on the same runs. */
describe.skipIf(!hasTektonMachine())('Tekton on kind and on the embedded cluster', { concurrent: true }, () => {
  let learner: Learner | undefined;
  let real: KindCluster;

  beforeAll(async () => {
    if (given === undefined) {
      const { HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, LAB_TEKTON_MANIFEST, DOCKER_HOST } = process.env;
      learner = await Learner.arrive({ HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, LAB_TEKTON_MANIFEST, DOCKER_HOST });
      const { exitCode, stderr } = await learner.lab('start', 'scenario-15', '--backend', 'kind');
      expect(exitCode, stderr).toBe(0);
    }
    real = await KindCluster.connect(given ?? join(learner!.env['LAB_HOME']!, 'kubeconfig'), FOLLOWED_IN_PLAYS);
  }, 10 * MINUTE_MS);

  afterAll(async () => {
    real.client.close();
    await learner?.lab('stop', '--delete', '--keep-images');
    await learner?.leave();
  }, 3 * MINUTE_MS);

  it.each(plays.map((play) => [play.id, play] as const))('%s', { timeout: 8 * MINUTE_MS }, async (id, play) => {
    const onKind = await perform(play, real);
    if (isRecording) await writeGolden(id, onKind);
    const embedded = await onEmbedded((cluster) => perform(play, cluster));
    expect(embedded).toEqual(onKind);
  });

  it('refuses the same, in the same words', { timeout: 2 * MINUTE_MS }, async () => {
    const onKind = await refusals(real);
    if (isRecording) await writeGolden('refusals', onKind);
    expect(await onEmbedded(refusals)).toEqual(onKind);
  });
});

async function onEmbedded<T>(act: (cluster: FollowedCluster) => Promise<T>): Promise<T> {
  const cluster = new EmbeddedCluster({ needs: ['tekton'], followed: FOLLOWED_IN_PLAYS });
  try {
    return await act(cluster);
  } finally {
    await cluster.close();
  }
}

async function refusals(cluster: FollowedCluster): Promise<Record<string, string | null>> {
  const entries: [string, string | null][] = [];
  for (const [what, object] of Object.entries(ASKED)) entries.push([what, (await refusalOf(object, cluster)) ?? null]);
  return Object.fromEntries(entries);
}
