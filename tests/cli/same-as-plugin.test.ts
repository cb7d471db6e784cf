import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderRollout } from '../../src/kube/rollout-view/render-rollout.ts';
import { readRolloutFamily } from '../../src/kube/rollout-view/read-family.ts';
import { viewRollout } from '../../src/kube/rollout-view/view-rollout.ts';
import { actOnRollout, type ActionOptions, type RolloutAction } from '../../src/kube/rollout-actions.ts';
import { setImage } from '../../src/kube/set-image.ts';
import type { Rollout } from '../../src/kube/types/rollouts.ts';
import { hasProgram } from '../support/has-program.ts';
import { ServedCluster } from '../support/served-cluster.ts';

const PLUGIN = 'kubectl-argo-rollouts';
const target = { namespace: 'default', name: 'shop' };

/** States of a Rollout in which the same verb writes different things. */
const STATES: Record<string, { spec?: object; status?: object }> = {
  'at rest': { status: { currentPodHash: 'b', stableRS: 'b', phase: 'Healthy' } },
  'under way': { status: { currentPodHash: 'b', stableRS: 'a', phase: 'Progressing', message: 'm' } },
  'waiting for a person': {
    status: {
      currentPodHash: 'b',
      stableRS: 'a',
      controllerPause: true,
      pauseConditions: [{ reason: 'BlueGreenPause', startTime: '2026-01-01T00:00:00Z' }],
    },
  },
  'paused by hand': { spec: { paused: true }, status: { currentPodHash: 'b', stableRS: 'a' } },
  'canary under way': {
    spec: { strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } } },
    status: { currentPodHash: 'b', stableRS: 'a', currentStepIndex: 0 },
  },
  'canary without steps': { spec: { strategy: { canary: {} } }, status: { currentPodHash: 'b', stableRS: 'a' } },
  'canary that found nothing out': {
    spec: { strategy: { canary: { steps: [{ analysis: { templates: [] } }, { pause: {} }] } } },
    status: {
      currentPodHash: 'b',
      stableRS: 'a',
      currentStepIndex: 0,
      controllerPause: true,
      pauseConditions: [{ reason: 'InconclusiveAnalysisRun', startTime: '2026-01-01T00:00:00Z' }],
      canary: { currentStepAnalysisRunStatus: { name: 'r', status: 'Inconclusive' } },
    },
  },
};

const VERBS: { words: string[]; action: RolloutAction; options?: ActionOptions }[] = [
  { words: ['promote', 'shop'], action: 'promote' },
  { words: ['promote', 'shop', '--full'], action: 'promote-full' },
  { words: ['abort', 'shop'], action: 'abort' },
  { words: ['retry', 'rollout', 'shop'], action: 'retry' },
  { words: ['pause', 'shop'], action: 'pause' },
  { words: ['undo', 'shop'], action: 'undo' },
  { words: ['undo', 'shop', '--to-revision=1'], action: 'undo', options: { toRevision: 1 } },
  { words: ['undo', 'shop', '--to-revision=3'], action: 'undo', options: { toRevision: 3 } },
  { words: ['undo', 'shop', '--to-revision=9'], action: 'undo', options: { toRevision: 9 } },
];

describe.runIf(hasProgram(PLUGIN, 'version', '--short'))('lab rollout and the plugin', () => {
  let cluster: ServedCluster;

  beforeAll(async () => {
    cluster = await ServedCluster.start();
  });

  afterAll(() => cluster.stop());

  const template = (image: string, labels: object = {}) => ({
    metadata: { labels: { app: 'shop', ...labels } },
    spec: { containers: [{ name: 'shop', image }] },
  });

  beforeEach(() => bringInto(STATES['at rest']!));

  /** Three revisions, of which the third is declared, in a certain state. */
  async function bringInto({ spec, status }: { spec?: object; status?: object }): Promise<void> {
    const { client } = cluster;
    for (const resource of ['rollouts.argoproj.io', 'replicasets.apps']) {
      for (const { metadata } of (await client.list(resource, { namespace: 'default' })).items)
        await client.delete(resource, 'default', metadata.name);
    }
    const rollout = await client.create<Rollout>('rollouts.argoproj.io', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'shop', namespace: 'default' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'shop' } },
        template: template('shop:3'),
        strategy: { blueGreen: { activeService: 'a' } },
        ...spec,
      },
    });
    for (const revision of ['1', '2', '3']) {
      const labels = { app: 'shop', 'rollouts-pod-template-hash': `h${revision}` };
      await client.create('replicasets.apps', {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: {
          name: `shop-h${revision}`,
          namespace: 'default',
          labels,
          annotations: { 'rollout.argoproj.io/revision': revision },
          ownerReferences: [
            { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'shop', uid: rollout.metadata.uid!, controller: true },
          ],
        },
        spec: { replicas: 0, selector: { matchLabels: labels }, template: template(`shop:${revision}`, labels) },
      });
    }
    await client.patch('rollouts.argoproj.io', 'default', 'shop', { type: 'merge', body: { status } }, { subresource: 'status' });
    cluster.takeWrites();
  }

  for (const [state, parts] of Object.entries(STATES)) {
    it.each(VERBS)(`$words, ${state}: the same writes, the same words`, async ({ words, action, options }) => {
      await bringInto(parts);
      const plugin = await cluster.run(PLUGIN, ...words);
      const theirs = { writes: cluster.takeWrites(), words: (plugin.stdout + plugin.stderr).trimEnd() };
      await bringInto(parts);
      const said = await actOnRollout(cluster.client, target, action, options).catch(
        (error: unknown) => `Error: ${(error as Error).message}`,
      );
      const ours = { writes: cluster.takeWrites(), words: said };
      expect(ours).toEqual(theirs);
    });
  }

  it('set the image in the same way', async () => {
    await cluster.run(PLUGIN, 'set', 'image', 'shop', 'shop=shop:4');
    const theirs = cluster.takeWrites().map(withoutIdentity);
    await bringInto(STATES['at rest']!);
    expect(await setImage(cluster.client, target, 'shop', 'shop:4')).toBe('rollout "shop" image updated');
    expect(cluster.takeWrites().map(withoutIdentity)).toEqual(theirs);
  });

  it.each(Object.entries(STATES))('show a rollout that is %s in the same way', async (_state, parts) => {
    await bringInto(parts);
    const { stdout } = await cluster.run(PLUGIN, 'get', 'rollout', 'shop', '--no-color');
    const nowMs = Date.now();
    const view = viewRollout(await readRolloutFamily(cluster.client, 'default', 'shop'), nowMs);
    // The second may have changed in between, and with it the width of nothing.
    const withoutAges = (text: string): string => text.replaceAll(/ \d+s /g, ' 0s ');
    expect(withoutAges(renderRollout(view, nowMs, (text) => text))).toBe(withoutAges(stdout));
  });
});

function withoutIdentity(line: string): string {
  return line.replaceAll(/"(uid|creationTimestamp|time)":"[^"]*",?/g, '');
}
