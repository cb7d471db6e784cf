import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isStream, type AnswerSink, type ApiAnswer } from '../../embedded/http/api-call.ts';
import { KubeClient } from '../../kube/client.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { listAllObjects } from '../list-all-objects.ts';
import { daemonJournal } from './daemon-journal.ts';
import type { JournalPage } from './daemon-client.ts';
import { DaemonRoutes } from './daemon-routes.ts';
import { HostedCluster } from './hosted-cluster.ts';
import { InProcessTransport } from './in-process-transport.ts';

/** What the cluster process does, without the process. */
const identity = { adminToken: 'admin', signingKey: 'key', caPem: 'CA' };
const HOUR_MS = 3_600_000;

let stateFolder: string;
let hosted: HostedCluster;
let routes: DaemonRoutes;
let nowMs: number;
let hasStopped: boolean;
let errors: unknown[];

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'lab-cluster-'));
  errors = [];
  await open();
});

afterEach(async () => {
  await hosted.close();
  await rm(stateFolder, { recursive: true });
  expect(errors).toEqual([]);
});

async function open(): Promise<void> {
  nowMs = Date.now();
  hasStopped = false;
  const onError = (error: unknown): void => void errors.push(error);
  const now = (): number => nowMs;
  hosted = await HostedCluster.open({ stateFolder, identity, now, onError });
  const onStop = (): void => void (hasStopped = true);
  routes = new DaemonRoutes({ hosted, identity, scenario: 'tiny-1', pid: 1, now, memoryBytes: () => 5, onStop, onError });
}

const call = (method: string, path: string, body?: unknown, token = 'admin'): Promise<ApiAnswer> =>
  routes.answer({ method, path, headers: { authorization: `Bearer ${token}` }, ...(body !== undefined && { body: JSON.stringify(body) }) });

async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await call(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status}`);
  return JSON.parse(answer.body as string) as T;
}

/** A client of the cluster that is served, or of the one below the path. */
const kube = (below = ''): KubeClient =>
  new KubeClient(new InProcessTransport({ handle: (request) => routes.answer({ ...request, path: below + request.path }) }, 'admin'));

const config = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});

async function plant(...names: string[]): Promise<void> {
  await json('POST', '/lab/v1/staging', { startMs: nowMs - HOUR_MS });
  const staged = kube('/lab/v1/staging/cluster');
  for (const name of names) await staged.create('configmaps', config(name));
  expect(await json('POST', '/lab/v1/staging/commit')).toEqual({ leadMs: 0 });
}

describe('before anything is planted', () => {
  it('says that there is no cluster yet, in the form of the API', async () => {
    const answer = await call('GET', '/api/v1/namespaces');
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body as string)).toMatchObject({ kind: 'Status', reason: 'ServiceUnavailable' });
    expect(await json('GET', '/lab/v1/info')).toEqual({
      pid: 1,
      scenario: 'tiny-1',
      hasCluster: false,
      now: new Date(nowMs).toISOString(),
      memoryBytes: 5,
    });
  });

  it.each([
    ['POST', '/lab/v1/staging/commit', 409],
    ['POST', '/lab/v1/staging/advance', 409],
    ['GET', '/lab/v1/staging/cluster/api/v1/namespaces', 409],
    ['POST', '/lab/v1/staging', 400],
    ['GET', '/lab/v1/nothing', 404],
    ['POST', '/lab/v1/info', 404],
    ['GET', '/lab/v1/constructor', 404],
  ])('%s %s is answered with %i', async (method, path, code) => {
    expect((await call(method, path)).status).toBe(code);
  });

  it('is for the administrator only', async () => {
    for (const path of ['/lab/v1/info', '/lab/v1/stop', '/lab/v1/staging/cluster/api']) {
      expect((await call('POST', path, undefined, 'guess')).status, path).toBe(401);
    }
    expect(hasStopped).toBe(false);
  });
});

describe('staging', () => {
  it('prepares a cluster beside the one that is served, and then serves that', async () => {
    await plant('first');
    await json('POST', '/lab/v1/staging', { startMs: nowMs - HOUR_MS });
    const staged = kube('/lab/v1/staging/cluster');
    await staged.create('configmaps', config('second'));
    expect(await kube().get('configmaps', 'default', 'second')).toBeUndefined();
    expect(await staged.get('configmaps', 'default', 'first')).toBeUndefined();
    await json('POST', '/lab/v1/staging/commit');
    expect(await kube().get('configmaps', 'default', 'first')).toBeUndefined();
    expect(await kube().get('configmaps', 'default', 'second')).toMatchObject({ metadata: { name: 'second' } });
    expect((await call('GET', '/lab/v1/staging/cluster/api/v1/namespaces')).status).toBe(409);
  });

  it('lets time pass in it, up to a write that somebody waits for', async () => {
    await json('POST', '/lab/v1/staging', { startMs: nowMs - HOUR_MS });
    const staged = kube('/lab/v1/staging/cluster');
    await staged.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } });
    const waitFor = '/api/v1/namespaces/lab/serviceaccounts/default';
    const { nowMs: stoppedMs } = await json<{ nowMs: number }>('POST', '/lab/v1/staging/advance', { deadlineMs: nowMs, until: [waitFor] });
    expect(stoppedMs).toBeLessThan(nowMs - HOUR_MS + 60_000);
    expect(await staged.get('serviceaccounts', 'lab', 'default')).toBeDefined();
    const { nowMs: endMs } = await json<{ nowMs: number }>('POST', '/lab/v1/staging/advance', {
      deadlineMs: stoppedMs + 60_000,
      until: ['/api/v1/namespaces/lab/pods/x'],
    });
    expect(endMs).toBe(stoppedMs + 60_000);
  });

  it('is not taken over when its time is ahead of the machine’s', async () => {
    await json('POST', '/lab/v1/staging', { startMs: nowMs + HOUR_MS });
    expect(await json('POST', '/lab/v1/staging/commit')).toEqual({ leadMs: HOUR_MS });
    expect(hosted.hasCluster).toBe(false);
  });

  it('begins anew when somebody else begins', async () => {
    await json('POST', '/lab/v1/staging', { startMs: nowMs - HOUR_MS });
    await kube('/lab/v1/staging/cluster').create('configmaps', config('abandoned'));
    await plant('wanted');
    expect(await kube().get('configmaps', 'default', 'abandoned')).toBeUndefined();
  });

  it('gives out no revision twice, so that old watches hear that they are too late', async () => {
    await plant('first');
    const { metadata } = await kube().list('configmaps');
    await plant('second');
    const watch = kube().watch('configmaps', { resourceVersion: metadata.resourceVersion! });
    await expect(watch.next()).rejects.toMatchObject({ reason: 'Expired' });
  });

  it('ends the watches of the cluster that it replaces', async () => {
    await plant('first');
    const answer = await call('GET', '/api/v1/configmaps?watch=true');
    let hasEnded = false;
    const sink: AnswerSink = { write: () => undefined, end: () => (hasEnded = true), backlogBytes: () => 0 };
    if (!isStream(answer.body)) throw new Error('not a stream');
    answer.body.open(sink);
    await plant('second');
    expect(hasEnded).toBe(true);
  });

  it('serves the cluster with the certificate authority it will be reached by', async () => {
    await plant();
    await expect.poll(() => kube().get('configmaps', 'default', 'kube-root-ca.crt')).toMatchObject({ data: { 'ca.crt': 'CA' } });
  });
});

describe('the journal', () => {
  const read = () => daemonJournal({ journal: () => json<JournalPage>('GET', '/lab/v1/journal') }).read();

  it('begins when the scenario had been planted, and knows what was there before', async () => {
    await plant('given');
    const { sinceMs, entries, gaps } = await read();
    expect(gaps).toEqual([]);
    expect(Math.abs(sinceMs - nowMs)).toBeLessThan(1_000);
    expect(entries).toEqual([]);

    await kube().patch('configmaps', 'default', 'given', { type: 'merge', body: { data: { a: '1' } } });
    await kube().create('configmaps', config('mine'));
    await kube().delete('configmaps', 'default', 'mine');
    const after = await read();
    expect(after.sinceMs).toBe(sinceMs);
    expect(after.entries.map(({ verb, name, program }) => `${verb} ${name} by ${program}`)).toEqual([
      'patch given by lab',
      'create mine by lab',
      'delete mine by lab',
    ]);
    expect(after.entries[0]).toMatchObject({ before: { metadata: { name: 'given' } }, after: { data: { a: '1' } } });
    expect(after.entries[1]).not.toHaveProperty('before');
  });

  it('begins anew with each planting', async () => {
    await plant('first');
    await kube().create('configmaps', config('mine'));
    await plant('second');
    expect((await read()).entries).toEqual([]);
  });

  it('says so when it does not reach back to the beginning', async () => {
    const page: JournalPage = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, firstNumber: 8, items: [] };
    const { gaps } = await daemonJournal({ journal: () => Promise.resolve(page) }).read();
    expect(gaps).toMatchObject([{ reason: 'the journal keeps the newest writes only; 7 older ones are gone' }]);
  });

  it('says so when somebody edited it', async () => {
    const page: JournalPage = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, firstNumber: 1, damaged: 2, items: [] };
    const { gaps } = await daemonJournal({ journal: () => Promise.resolve(page) }).read();
    expect(gaps).toMatchObject([{ reason: '2 entries were changed or taken out from outside; `lab reset` begins anew' }]);
  });
});

describe('a cluster that was served before', () => {
  it('comes back with everything that was acknowledged', async () => {
    await plant('given');
    await kube().create('configmaps', config('mine', { a: '1' }));
    const { metadata } = (await kube().get('configmaps', 'default', 'mine'))!;
    await hosted.close();
    await open();
    expect(hosted.hasCluster).toBe(true);
    expect(await kube().get('configmaps', 'default', 'mine')).toMatchObject({ metadata: { uid: metadata.uid }, data: { a: '1' } });
    expect(await kube().get('configmaps', 'default', 'given')).toBeDefined();
  });
});

describe('listAllObjects', () => {
  it('finds objects of every kind, with apiVersion and kind', async () => {
    await plant('mine');
    const objects = await listAllObjects(kube());
    const kinds = new Set(objects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
    for (const kind of [
      'v1 ConfigMap',
      'v1 Namespace',
      'v1 Node',
      'rbac.authorization.k8s.io/v1 ClusterRole',
      'apiextensions.k8s.io/v1 CustomResourceDefinition',
    ]) {
      expect(kinds).toContain(kind);
    }
    expect(objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'mine')).toHaveLength(1);
    expect([...kinds].some((kind) => kind.startsWith('events.k8s.io'))).toBe(false);
  });
});

describe('the log of a container', () => {
  it('still has what was written while the cluster was being prepared', async () => {
    await json('POST', '/lab/v1/staging', { startMs: nowMs - HOUR_MS });
    const container = { name: 'main', image: 'debian:bookworm-slim', command: ['sh', '-c', 'echo before; sleep 86400'] };
    const staged = kube('/lab/v1/staging/cluster');
    await staged.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'box', namespace: 'default' },
      spec: { containers: [container] },
    });
    await json('POST', '/lab/v1/staging/advance', { deadlineMs: nowMs });
    await json('POST', '/lab/v1/staging/commit');
    const { body } = await call('GET', '/api/v1/namespaces/default/pods/box/log');
    if (!isStream(body)) throw new Error('not a stream');
    const lines: string[] = [];
    await new Promise<void>((resolve) => {
      body.open({ write: (text) => void lines.push(text), end: resolve, backlogBytes: () => 0 });
    });
    expect(lines.join('')).toBe('before\n');
  });
});

describe('the objects that drills copy', () => {
  it('are those that the API lists', async () => {
    await plant('mine');
    const { items } = await json<{ items: KubeObject[] }>('GET', '/lab/v1/objects');
    const byUid = (objects: readonly KubeObject[]) => new Map(objects.map((object) => [object.metadata.uid, object]));
    expect(byUid(items)).toEqual(byUid(await listAllObjects(kube())));
  });

  it('are refused while there is no cluster', async () => {
    expect((await call('GET', '/lab/v1/objects')).status).toBe(503);
  });
});

it('is asked to stop, and answers before it does', async () => {
  expect((await call('POST', '/lab/v1/stop')).status).toBe(202);
  expect(hasStopped).toBe(true);
});
