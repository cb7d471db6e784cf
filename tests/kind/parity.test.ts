import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubeClient } from '../../src/kube/client.ts';
import type { KubeObject } from '../../src/kube/types/meta.ts';
import type { Container } from '../../src/kube/types/core.ts';
import type { AnalysisTemplate, Rollout } from '../../src/kube/types/rollouts.ts';
import type { History } from '../rollout-world/history.ts';
import { KindCluster } from '../rollout-world/kind-cluster.ts';
import { rest } from '../rollout-world/rest.ts';
import { World } from '../rollout-world/world.ts';
import { hasKindMachine } from '../support/kind-machine.ts';
import { Learner } from '../support/lab-process.ts';

const MINUTE_MS = 60_000;
const repository = new URL('../..', import.meta.url).pathname;

/**
 * What may differ between the two, all of it taken out by `Names` and `HistoryRecorder`:
 * - the random ends of pods' names, uids, times and durations, which are drawn or measured anew in each run;
 * - hashes of pod templates, called h1, h2 in the order in which their ReplicaSets came;
 * - counts of ready and available pods on the way, since pods come up in any order;
 * - what a registry says that cannot be reached, which is the registry's affair.
 */
interface Seen {
  /** How things are after each act. */
  rests: string[];
  /** The releases that customers were led to, in order. */
  served: string[];
  history: History;
}

interface Chapter {
  title: string;
  strategy?: Record<string, unknown>;
  acts: ((stage: Stage) => Promise<void>)[];
}

const untilPhase =
  (phase: string) =>
  ({ world }: Stage): Promise<void> =>
    world.untilPhase(phase, 240);
const release =
  (version: string) =>
  async ({ learner }: Stage): Promise<void> => {
    const { exitCode, stderr } = await learner.lab('release', version);
    expect(exitCode, stderr).toBe(0);
  };
const act =
  (action: 'abort' | 'retry' | 'undo' | 'promote') =>
  async ({ world }: Stage): Promise<void> => {
    await world.act(action);
  };
const untilScanRuns = ({ world }: Stage): Promise<void> =>
  world.until('a scan that runs', () => [...world.runs.values()].some(({ status }) => status?.phase === 'Running'), 60);

/** Without a rest in between: what a person does while a scan runs is done while it runs. */
const atOnce =
  (...acts: Chapter['acts']) =>
  async (stage: Stage): Promise<void> => {
    for (const each of acts) await each(stage);
  };

/** One Rollout each, from its creation: the controller tells only the first 25 events of an object. */
const CHAPTERS: Chapter[] = [
  { title: 'a sound release passes its gate', acts: [release('1.3'), untilPhase('Healthy')] },
  {
    title: 'a vulnerable release is stopped, tried again, and undone',
    acts: [release('1.4'), untilPhase('Degraded'), act('retry'), untilPhase('Degraded'), act('undo'), untilPhase('Healthy')],
  },
  {
    title: 'a person promotes',
    strategy: { autoPromotionEnabled: false },
    acts: [release('1.8'), untilPhase('Paused'), act('promote'), untilPhase('Healthy')],
  },
  {
    title: 'a person aborts while the scan runs, and changes their mind',
    acts: [slowScanner, atOnce(release('1.3'), untilScanRuns, act('abort')), untilPhase('Degraded'), act('retry'), untilPhase('Healthy')],
  },
  { title: 'the scanner is gone', acts: [breakScanner, release('1.8'), untilPhase('Paused')] },
];

describe.skipIf(!hasKindMachine())('the same acts on kind and on the embedded cluster', () => {
  const stages = new Map<string, Learner>();

  beforeAll(async () => {
    for (const backend of ['embedded', 'kind']) {
      const { HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, DOCKER_HOST } = process.env;
      const learner = await Learner.arrive({ HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, DOCKER_HOST });
      stages.set(backend, learner);
      const { exitCode, stderr } = await learner.lab('start', 'scenario-1', '--backend', backend);
      expect(exitCode, stderr).toBe(0);
    }
  }, 10 * MINUTE_MS);

  afterAll(async () => {
    for (const learner of stages.values()) {
      await learner.lab('stop', '--delete', '--keep-images');
      await learner.leave();
    }
  }, 3 * MINUTE_MS);

  it.each(CHAPTERS.map((chapter) => [chapter.title, chapter] as const))(
    '%s',
    async (_title, chapter) => {
      const plays = ['embedded', 'kind'].map((backend) => play(stages.get(backend)!, chapter));
      // Why: a play that goes on would be in the way of the next chapter.
      await Promise.allSettled(plays);
      const [embedded, real] = await Promise.all(plays);
      expect(embedded).toEqual(real);
    },
    8 * MINUTE_MS,
  );
});

interface Stage {
  learner: Learner;
  world: World;
}

async function play(learner: Learner, { acts, strategy = {} }: Chapter): Promise<Seen> {
  const cluster = await KindCluster.connect(join(learner.env['LAB_HOME']!, 'kubeconfig'));
  await clear(cluster);
  const world = await World.enter(cluster, 'lab');
  try {
    for (const object of objectsIn('solutions/scenario-1/fix/security-scan.yaml')) await replace(cluster, object);
    for (const object of objectsIn('scenarios/scenario-1/base/services.yaml')) await world.create(object);
    for (const object of objectsIn('solutions/scenario-1/fix/rollout.yaml')) await world.create(quick(object as Rollout, strategy));
    await world.untilPhase('Healthy', 120);
    await rest(world);
    const rests = [describeStage(world)];
    for (const step of acts) {
      await step({ learner, world });
      await rest(world);
      rests.push(describeStage(world));
    }
    const history = world.history();
    return { rests, served: servedReleases(world, history), history };
  } finally {
    await world.close();
    cluster.client.close();
  }
}

/** Delays that are over within the rest after an act. */
function quick(rollout: Rollout, strategy: Record<string, unknown>): Rollout {
  const blueGreen = { ...rollout.spec.strategy!.blueGreen!, scaleDownDelaySeconds: 3, abortScaleDownDelaySeconds: 3, ...strategy };
  return { ...rollout, spec: { ...rollout.spec, strategy: { blueGreen } } };
}

function objectsIn(file: string): KubeObject[] {
  return parseAllDocuments(readFileSync(join(repository, file), 'utf8')).map((document) => document.toJS() as KubeObject);
}

/** Takes the Rollout and the Services away, with all that was made for them. */
async function clear(cluster: KindCluster): Promise<void> {
  const { client } = cluster;
  await deleteIfThere(client, 'rollouts.argoproj.io', 'shop');
  for (const name of ['shop-active', 'shop-preview']) await deleteIfThere(client, 'services', name);
  for (const resource of ['rollouts.argoproj.io', 'replicasets.apps', 'analysisruns.argoproj.io', 'pods'])
    while ((await client.list(resource, { namespace: 'lab' })).items.length > 0) await cluster.pass(200);
}

async function replace({ client }: KindCluster, object: KubeObject): Promise<void> {
  await deleteIfThere(client, 'analysistemplates.argoproj.io', object.metadata.name);
  await client.create('analysistemplates.argoproj.io', object);
}

async function deleteIfThere(client: KubeClient, resource: string, name: string): Promise<void> {
  if (await client.get(resource, 'lab', name)) await client.delete(resource, 'lab', name);
}

async function breakScanner(stage: Stage): Promise<void> {
  await changeScanner(stage, (container) => (container.image = 'nowhere.invalid/nuclei:gone'));
}

/** Long enough for a person to do something while it runs. */
async function slowScanner(stage: Stage): Promise<void> {
  await changeScanner(stage, ({ args }) => (args![0] = `sleep 30\n${args![0]}`));
}

async function changeScanner({ world }: Stage, change: (container: Container) => void): Promise<void> {
  const template = await world.client.get<AnalysisTemplate>('analysistemplates.argoproj.io', 'lab', 'security-scan');
  const metrics = structuredClone(template!.spec.metrics!);
  change(metrics[0]!.provider.job!.spec.template.spec.containers[0]!);
  await world.patch('analysistemplates.argoproj.io', 'security-scan', { type: 'merge', body: { spec: { metrics } } });
}

function describeStage(world: World): string {
  return `${world.describe()}; customers at ${releaseOf(world, world.selected('shop-active'))}`;
}

function releaseOf(world: World, hash: string): string {
  return world.replicaSet(hash)?.spec.template?.spec.containers[0]?.image ?? 'nothing';
}

function servedReleases(world: World, { writes }: History): string[] {
  return writes.flatMap((line) => {
    const hash = /^Service shop-active from '.*' to '(.+)'$/.exec(line)?.[1];
    return hash === undefined ? [] : [releaseOf(world, hash)];
  });
}
