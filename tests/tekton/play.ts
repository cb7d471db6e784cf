import type { FollowedCluster } from '../rollout-world/followed-cluster.ts';
import { ClusterError } from '../../src/errors.ts';
import { groupResource } from '../../src/kube/resources.ts';
import type { KubeObject } from '../../src/kube/types/meta.ts';
import { TektonRecorder, type TektonHistory } from './tekton-history.ts';

/** A run, what it is made of, and what a person does meanwhile. */
export interface Play {
  /** Also the name of the namespace that it is played in. */
  id: string;
  /** What is there before. */
  objects?: KubeObject[];
  /** The run; it is over when it says so, and all that it has begun too. */
  run: KubeObject;
  /** Changes the run's spec as soon as the run, or what it has begun, is as told. */
  meanwhile?: { when: (seen: TektonRecorder) => boolean; spec: Record<string, unknown> };
}

/** What is followed while a play is on. */
export const FOLLOWED_IN_PLAYS = ['pipelineruns.tekton.dev', 'taskruns.tekton.dev', 'pods', 'events'];
const OVER_MS = 240_000;
/** Events are told some time after what they are about. */
const LAST_WORDS_MS = 4_000;

/** Plays it in a namespace of its own, which is gone afterwards. */
export async function perform({ id, objects = [], run, meanwhile }: Play, cluster: FollowedCluster): Promise<TektonHistory> {
  const { client } = cluster;
  await openStage(cluster, id);
  const seen = new TektonRecorder();
  const stop = await cluster.follow(id, (change) => seen.observe(change));
  try {
    for (const object of objects) await create(cluster, id, object);
    await create(cluster, id, run);
    if (meanwhile) {
      await waitUntil(cluster, `${id}: the moment to act`, () => meanwhile.when(seen));
      await client.patch(resourceOf(run), id, run.metadata.name, { type: 'merge', body: { spec: meanwhile.spec } });
    }
    await waitUntil(cluster, `${id}: the end`, () => seen.isOver(run));
    await cluster.pass(LAST_WORDS_MS);
    return seen.history();
  } finally {
    stop();
    await client.delete('namespaces', undefined, id);
  }
}

/** What the webhooks say of an object: their words, or nothing when they take it. */
export async function refusalOf(object: KubeObject, { client }: FollowedCluster): Promise<string | undefined> {
  try {
    await client.create(resourceOf(object), { ...object, metadata: { ...object.metadata, namespace: 'default' } }, { isDryRun: true });
    return undefined;
  } catch (error) {
    if (error instanceof ClusterError) return error.message;
    throw error;
  }
}

/** Waits also for the account that pods run under, which a namespace gets only after a while. */
async function openStage(cluster: FollowedCluster, namespace: string): Promise<void> {
  const { client } = cluster;
  await client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (let tries = 0; !(await client.get('serviceaccounts', namespace, 'default')); tries += 1) {
    if (tries === 100) throw new Error(`the namespace ${namespace} gets no service account`);
    await cluster.pass(100);
  }
}

async function create({ client }: FollowedCluster, namespace: string, object: KubeObject): Promise<void> {
  await client.create(resourceOf(object), { ...object, metadata: { ...object.metadata, namespace } });
}

async function waitUntil(cluster: FollowedCluster, what: string, holds: () => boolean): Promise<void> {
  if (!(await cluster.waitUntil(holds, OVER_MS))) throw new Error(`waited in vain for ${what}`);
}

function resourceOf({ apiVersion, kind }: KubeObject): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
  return groupResource({ group: group ?? '', plural: `${kind.toLowerCase()}s` });
}
