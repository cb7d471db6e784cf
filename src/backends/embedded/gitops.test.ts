import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_HISTORY, filesOf, withCommit, type GitHistory } from '../../apps/gitops/git-history.ts';
import { applyManifests } from '../../kube/apply.ts';
import { KeptRepository } from '../../kube/kept-repository.ts';
import { parseManifests } from '../../kube/manifest.ts';
import type { ConfigMap } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { SteppedCluster } from './stepped-cluster.ts';

/** The agent as a program of the embedded cluster, on a clock that costs nothing. */

const BASE = new URL('../../../scenarios/scenario-14/base/', import.meta.url);
/** Long enough for the agent to look, and to look again. */
const LOOKS_MS = 25_000;
const AUTHOR = 'a <a@b.c>';

interface Application extends KubeObject {
  status?: {
    sync?: { status?: string; revision?: string; subject?: string; message?: string };
    healed?: { at: string; what: string };
    history?: { subject: string }[];
  };
}

let stepped: SteppedCluster;
let repository: KeptRepository;
/** What the machine shares with the cluster: nothing, unless a test says otherwise. */
let shared: GitHistory | undefined;
let fetched: string[];

const client = () => stepped.session.client;
const looks = (): Promise<void> => stepped.session.elapse(LOOKS_MS);
const config = (name: string) => client().get<ConfigMap>('configmaps', 'lab', name);
const application = async (): Promise<Application['status']> =>
  (await client().get<Application>('applications.gitops.lab', 'lab', 'shop'))!.status;

const manifest = (name: string, data: Record<string, string>): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata: ${JSON.stringify(data)}\n`;

async function commit(message: string, files: Record<string, string>): Promise<void> {
  await repository.commit({ message, author: AUTHOR, files });
  await looks();
}

async function policy(automated: object | null): Promise<void> {
  const body = { spec: { syncPolicy: { automated } } };
  await client().patch('applications.gitops.lab', 'lab', 'shop', { type: 'merge', body });
  await looks();
}

/** As `kubectl patch` does it. */
async function byHand(name: string, body: Record<string, unknown>): Promise<void> {
  await client().patch('configmaps', 'lab', name, { type: 'merge', body }, { fieldManager: 'kubectl-patch' });
}

beforeEach(async () => {
  shared = undefined;
  fetched = [];
  const repositories = {
    read: (name: string, branch: string) => {
      fetched.push(`${name} ${branch}`);
      return Promise.resolve(shared);
    },
  };
  stepped = new SteppedCluster(Date.parse('2026-01-01T00:00:00Z'), { repositories });
  repository = new KeptRepository(client(), { namespace: 'lab', application: 'shop' });
  for (const name of ['namespace', 'gitops-kind', 'application', 'gitops-agent']) {
    const { problems } = await applyManifests(client(), parseManifests(await readFile(new URL(`${name}.yaml`, BASE), 'utf8'), name), 'lab');
    expect(problems).toEqual([]);
    await stepped.session.elapse(1_000);
  }
});

afterEach(() => stepped.close());

describe('the GitOps agent', () => {
  it('says that there is no repository, and goes on once there is', async () => {
    await looks();
    expect((await application())?.sync).toMatchObject({ status: 'Unknown', message: 'the repository shop.git has no branch main' });
    await commit('first', { 'a.yaml': manifest('greeting', { text: 'hello' }) });
    expect((await config('greeting'))?.data).toEqual({ text: 'hello' });
    expect(await application()).toMatchObject({ sync: { status: 'Synced', subject: 'first' }, history: [{ subject: 'first' }] });
    expect((await application())?.sync).not.toHaveProperty('message');
  });

  it('applies what is new, changes what differs, prunes what is gone, and one commit takes it back', async () => {
    await commit('first', { 'a.yaml': manifest('one', { a: '1' }), 'b.yaml': manifest('two', { b: '1' }) });
    await commit('second', { 'a.yaml': manifest('one', { a: '2' }), 'c.yaml': manifest('three', {}) });
    expect((await config('one'))?.data).toEqual({ a: '2' });
    expect(await config('two')).toBeUndefined();
    expect(await config('three')).toBeDefined();
    const history = await repository.read();
    await commit('back', filesOf(history, history.commits[1]));
    expect((await config('one'))?.data).toEqual({ a: '1' });
    expect(await config('two')).toBeDefined();
    expect(await config('three')).toBeUndefined();
  });

  it('puts back what was changed, added, or deleted by hand, and nothing that is its own', async () => {
    await commit('first', { 'a.yaml': manifest('one', { a: '1' }) });
    expect((await application())?.healed).toBeUndefined();
    await byHand('one', { data: { a: '2', b: 'added' }, metadata: { labels: { mine: 'yes' } } });
    await looks();
    expect(await config('one')).toMatchObject({ data: { a: '1' } });
    expect((await config('one'))?.data).not.toHaveProperty('b');
    expect((await config('one'))?.metadata.labels ?? {}).not.toHaveProperty('mine');
    expect((await application())?.healed?.what).toBe('ConfigMap one');
    await client().delete('configmaps', 'lab', 'one');
    await looks();
    expect((await config('one'))?.data).toEqual({ a: '1' });
    const { resourceVersion } = (await config('one'))!.metadata;
    await looks();
    expect((await config('one'))!.metadata.resourceVersion).toBe(resourceVersion);
  });

  it('without selfHeal leaves a change by hand until the next commit', async () => {
    await commit('first', { 'a.yaml': manifest('one', { a: '1' }) });
    await policy({ selfHeal: false });
    await byHand('one', { data: { a: '2' } });
    await looks();
    expect((await config('one'))?.data).toEqual({ a: '2' });
    expect((await application())?.sync?.status).toBe('OutOfSync');
    await commit('second', { 'a.yaml': manifest('one', { a: '1' }), 'b.yaml': manifest('two', {}) });
    expect((await config('one'))?.data).toEqual({ a: '1' });
    expect((await application())?.sync).toMatchObject({ status: 'Synced', subject: 'second' });
  });

  it('held, it compares only; let go, it catches up', async () => {
    await commit('first', { 'a.yaml': manifest('one', { a: '1' }) });
    await policy(null);
    await commit('second', { 'a.yaml': manifest('one', { a: '2' }) });
    expect((await config('one'))?.data).toEqual({ a: '1' });
    expect((await application())?.sync).toMatchObject({ status: 'OutOfSync', subject: 'first' });
    await policy({ selfHeal: true });
    expect((await config('one'))?.data).toEqual({ a: '2' });
    expect((await application())?.sync).toMatchObject({ status: 'Synced', subject: 'second' });
  });

  it('without prune leaves what the repository no longer has, and says so', async () => {
    await policy({ selfHeal: true, prune: false });
    await commit('first', { 'a.yaml': manifest('one', {}), 'b.yaml': manifest('two', {}) });
    await commit('second', { 'b.yaml': manifest('two', {}) });
    expect(await config('one')).toBeDefined();
    expect((await application())?.sync?.status).toBe('OutOfSync');
    await client().delete('configmaps', 'lab', 'one');
    await looks();
    expect((await application())?.sync?.status).toBe('Synced');
  });

  it.each([
    ['a file that is no YAML', 'a: [', 'x.yaml: '],
    ['a kind that is not there', 'apiVersion: v9\nkind: Nothing\nmetadata: { name: x }\n', 'no matches for kind "Nothing"'],
    ['what the cluster refuses', 'apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { ports: [{ port: 0 }] }\n', 'Service x: '],
  ])('tells of %s, and recovers', async (_, text, message) => {
    await commit('bad', { 'x.yaml': text, 'a.yaml': manifest('one', {}) });
    expect((await application())?.sync).toMatchObject({ status: 'OutOfSync', message: expect.stringContaining(message) as string });
    await commit('good', { 'a.yaml': manifest('one', {}) });
    expect((await application())?.sync).toMatchObject({ status: 'Synced', subject: 'good' });
  });

  it('may do no more than its account', async () => {
    await commit('first', { 'a.yaml': manifest('one', {}).replace('name: one', 'name: one\n  namespace: kube-system') });
    expect((await application())?.sync?.message).toContain('cannot get resource "configmaps"');
    await client().delete('rolebindings.rbac.authorization.k8s.io', 'lab', 'gitops');
    await commit('second', { 'a.yaml': manifest('one', {}) });
    expect(await config('one')).toBeUndefined();
  });

  it('goes on where another left off', async () => {
    await commit('first', { 'a.yaml': manifest('one', {}), 'b.yaml': manifest('two', {}) });
    for (const { metadata } of (await client().list('pods', { namespace: 'lab' })).items)
      await client().delete('pods', 'lab', metadata.name, { gracePeriodSeconds: 0 });
    await commit('second', { 'a.yaml': manifest('one', { a: '1' }) });
    expect((await config('one'))?.data).toEqual({ a: '1' });
    expect(await config('two')).toBeUndefined();
  });

  it('keeps what it fetches, whatever somebody makes of it, and does without the repository when that is gone', async () => {
    shared = withCommit(EMPTY_HISTORY, {
      message: 'shared',
      author: AUTHOR,
      atSeconds: 1,
      files: { 'a.yaml': manifest('one', { a: '1' }) },
    });
    await looks();
    expect(new Set(fetched)).toEqual(new Set(['shop.git main']));
    expect(await repository.read()).toEqual(shared);
    await commit('forged', { 'a.yaml': manifest('one', { a: 'forged' }) });
    expect((await config('one'))?.data).toEqual({ a: '1' });
    expect(await repository.read()).toEqual(shared);
    shared = undefined;
    await commit('in a copy', { 'a.yaml': manifest('one', { a: '2' }) });
    expect((await config('one'))?.data).toEqual({ a: '2' });
  });
});
