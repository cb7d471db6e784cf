import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { open as openLmdb } from 'lmdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../grader/index.ts';
import { KubeClient } from '../../src/kube/client.ts';
import { HttpsTransport } from '../../src/kube/https-transport.ts';
import { accessFromKubeconfig } from '../../src/kube/kubeconfig.ts';
import type { KubeObject } from '../../src/kube/types/meta.ts';
import type { ReplicaSet } from '../../src/kube/types/workloads.ts';
import type { AuditEvent } from '../../src/embedded/store/journal.ts';
import { Learner } from '../support/lab-process.ts';

const repository = new URL('../../', import.meta.url).pathname;
const SLOW_MS = 240_000;
const HASH = 'rollouts-pod-template-hash';
const CONTROLLER = 'system:serviceaccount:argo-rollouts:argo-rollouts';

type Results = Record<string, string>;

/**
 * A learner of scenario 1 whose production runs a rebuilt release behind a sound gate: everything is right but the way back. What
 * follows tries to get the points for that, too, without going back. Each attempt leaves its traces for the next ones.
 */
describe('a learner who tampers', () => {
  let learner: Learner;
  let client: (userAgent?: string) => KubeClient;

  beforeAll(async () => {
    learner = await Learner.arrive();
    await symlink(join(repository, 'solutions'), join(learner.folder, 'solutions'));
    expect(await learner.lab('start', 'scenario-1', '--backend', 'embedded')).toMatchObject({ exitCode: 0 });
    expect(await learner.lab('dev', 'solve', 'scenario-1', '--wrong', 'new-build')).toMatchObject({ exitCode: 0 });
    const access = await accessFromKubeconfig(await readFile(home('kubeconfig'), 'utf8'), { readFile: (path) => readFile(path, 'utf8') });
    const transport = new HttpsTransport(access);
    client = (userAgent = 'kubectl/v1.34.4') => new KubeClient(transport, { userAgent });
  }, SLOW_MS);

  afterAll(() => learner.leave());

  const home = (...path: string[]): string => join(learner.env['LAB_HOME']!, ...path);

  function check(...only: string[]): Promise<Report> {
    return learner.json<Report>('check', ...only.flatMap((id) => ['--only', id]), '--json');
  }

  async function results(...only: string[]): Promise<Results> {
    const { checks } = await check(...only);
    return Object.fromEntries(checks.map(({ id, result }) => [id, result]));
  }

  async function expectNoMorePoints(): Promise<void> {
    const { 'back-by-revision': back, ...others } = await results();
    expect(back).not.toBe('passed');
    expect(new Set(Object.values(others))).toEqual(new Set(['passed']));
  }

  async function replicaSetOf(image: string): Promise<ReplicaSet> {
    const { items } = await client().list<ReplicaSet>('replicasets.apps', { namespace: 'lab' });
    return items.find(({ spec }) => spec.template?.spec?.containers[0]?.image === image)!;
  }

  const selectedHash = async (): Promise<string | undefined> => {
    const service = await client().get<KubeObject & { spec: { selector: Record<string, string> } }>('services', 'lab', 'shop-active');
    return service!.spec.selector[HASH];
  };

  /** Switches production to the pods of 1.1 by hand; the controller puts it back. */
  async function switchAs(kube: KubeClient): Promise<void> {
    const own = await selectedHash();
    const earlier = (await replicaSetOf('lab/shop:1.1')).metadata.labels![HASH]!;
    await kube.patch('services', 'lab', 'shop-active', { type: 'merge', body: { spec: { selector: { [HASH]: earlier } } } });
    await expect.poll(selectedHash, { timeout: 30_000 }).toBe(own);
  }

  it('has everything but the way back', { timeout: SLOW_MS }, async () => {
    await expectNoMorePoints();
  });

  it('gets nothing for a switch in the name of the controller', { timeout: SLOW_MS }, async () => {
    await switchAs(client('rollouts-controller/v1.10.1'));
    expect(await results('back-by-revision')).toEqual({ 'back-by-revision': 'failed' });
  });

  it('gets nothing for a switch as the controller', { timeout: SLOW_MS }, async () => {
    await switchAs(client('rollouts-controller/v1.10.1').actingAs(CONTROLLER));
    expect(await results('back-by-revision')).toEqual({ 'back-by-revision': 'failed' });
  });

  it('gets nothing for Events, verdicts and annotations that are made up', { timeout: SLOW_MS }, async () => {
    const kube = client();
    const rollout = (await kube.get('rollouts.argoproj.io', 'lab', 'shop'))!;
    await kube.create('events', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'shop.rolled-back', namespace: 'lab' },
      involvedObject: { apiVersion: rollout.apiVersion, kind: 'Rollout', namespace: 'lab', name: 'shop', uid: rollout.metadata.uid },
      reason: 'RolloutCompleted',
      message: 'Rollout went back to revision 2',
      type: 'Normal',
      source: { component: 'rollouts-controller' },
    });
    const { items: runs } = await kube.list('analysisruns.argoproj.io', { namespace: 'lab' });
    for (const { metadata } of runs) {
      const body = { status: { phase: 'Successful', message: 'went back' } };
      await kube.patch('analysisruns.argoproj.io', 'lab', metadata.name, { type: 'merge', body }, { subresource: 'status' });
    }
    const replicaSet = await replicaSetOf('lab/shop:1.3');
    const annotations = { 'rollout.argoproj.io/revision': '1', 'scale-down-deadline': '2036-01-01T00:00:00Z' };
    const metadata = { annotations, creationTimestamp: '2020-01-01T00:00:00Z' };
    await kube.patch('replicasets.apps', 'lab', replicaSet.metadata.name, { type: 'merge', body: { metadata: { annotations } } });
    await kube
      .patch('replicasets.apps', 'lab', replicaSet.metadata.name, { type: 'merge', body: { metadata } })
      .catch(() => 'a server may refuse this');
    expect((await check()).checks.find(({ id }) => id === 'back-by-revision')).toMatchObject({ result: 'failed', points: { earned: 0 } });
  });

  it('gets nothing for a status that is made up', { timeout: SLOW_MS }, async () => {
    const hash = (await replicaSetOf('lab/shop:1.1')).metadata.labels![HASH]!;
    const status = { stableRS: hash, currentPodHash: hash, blueGreen: { activeSelector: hash, previewSelector: hash } };
    await client().patch('rollouts.argoproj.io', 'lab', 'shop', { type: 'merge', body: { status } }, { subresource: 'status' });
    await expect
      .poll(() => learner.lab('rollout', 'status', 'shop', '--timeout', '60s'), { timeout: 90_000 })
      .toMatchObject({ exitCode: 0 });
    expect((await results('back-by-revision'))['back-by-revision']).toBe('failed');
  });

  it('gets nothing for what the progress file says', { timeout: SLOW_MS }, async () => {
    const progress = JSON.parse(await readFile(home('progress.json'), 'utf8')) as { scenarios: Record<string, object> };
    const at = new Date().toISOString();
    progress.scenarios['scenario-1'] = { ...progress.scenarios['scenario-1'], best: { earned: 100, possible: 100, at }, passedAt: at };
    await writeFile(home('progress.json'), JSON.stringify(progress));
    const { exitCode, stdout } = await learner.lab('check');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^(?!100 )\d+ of 100 points/m);
  });

  it('gets nothing for another scenario in the session file', { timeout: SLOW_MS }, async () => {
    const original = await readFile(home('session.json'), 'utf8');
    const connection = await readFile(home('embedded', 'connection.json'), 'utf8');
    for (const files of [['session.json'], ['session.json', 'embedded/connection.json']]) {
      for (const file of files)
        await writeFile(home(file), (await readFile(home(file), 'utf8')).replaceAll('"scenario-1"', '"scenario-2"'));
      const { exitCode, stdout } = await learner.lab('check', '--json');
      expect(exitCode, stdout).not.toBe(0);
      expect(stdout).not.toContain('"result": "passed"');
      await writeFile(home('session.json'), original);
      await writeFile(home('embedded', 'connection.json'), connection);
    }
  });

  it('gets nothing for another start of the session', { timeout: SLOW_MS }, async () => {
    const session = JSON.parse(await readFile(home('session.json'), 'utf8')) as Record<string, unknown>;
    await writeFile(home('session.json'), JSON.stringify({ ...session, startedAt: '2036-01-01T00:00:00Z' }));
    expect((await results('back-by-revision'))['back-by-revision']).toBe('failed');
    await writeFile(home('session.json'), JSON.stringify(session));
  });

  it('gets nothing for a journal that was edited, and hears that it was', { timeout: SLOW_MS }, async () => {
    expect(await learner.lab('stop')).toMatchObject({ exitCode: 0 });
    await editJournal(home('embedded', 'state', 'scenario-1'));
    expect(await learner.lab('start', 'scenario-1', '--backend', 'embedded')).toMatchObject({ exitCode: 0 });
    const { checks } = await check('back-by-revision');
    expect(checks).toMatchObject([{ result: 'error', points: { earned: 0 } }]);
    expect(checks[0]!.observed).toContain('changed or taken out');
  });

  it('gets nothing when the journal is gone', { timeout: SLOW_MS }, async () => {
    expect(await learner.lab('stop')).toMatchObject({ exitCode: 0 });
    const state = home('embedded', 'state', 'scenario-1');
    expect(await readdir(state)).not.toEqual([]);
    const root = openLmdb({ path: state, encoding: 'json', maxDbs: 5 });
    root.openDB({ name: 'journal', encoding: 'json' }).clearSync();
    await root.close();
    expect(await learner.lab('start', 'scenario-1', '--backend', 'embedded')).toMatchObject({ exitCode: 0 });
    expect(Object.values(await results('back-by-revision', 'no-gap-in-service'))).not.toContain('passed');
  });

  it('begins anew with a reset, whatever there was before', { timeout: SLOW_MS }, async () => {
    expect(await learner.lab('reset')).toMatchObject({ exitCode: 0 });
    const report = await check();
    expect(report.score).toEqual({ earned: 0, possible: 100 });
  });
});

/** Says of every write to the Service that it was the controller's, the switches by hand included. */
async function editJournal(folder: string): Promise<void> {
  const root = openLmdb({ path: folder, encoding: 'json', maxDbs: 5 });
  const journal = root.openDB<AuditEvent, number>({ name: 'journal', encoding: 'json' });
  const writes = [...journal.getRange()].filter(({ value }) => value.objectRef.resource === 'services');
  expect(writes.length).toBeGreaterThan(0);
  for (const { key, value } of writes) {
    const { impersonatedUser: _nobody, ...own } = value;
    journal.putSync(key, { ...own, user: { username: CONTROLLER, groups: [] }, userAgent: 'rollouts-controller' });
  }
  await root.close();
}
