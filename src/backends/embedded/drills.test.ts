import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller, DrillPlan, DrillRecord } from '../../../grader/index.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import type { Pod } from '../../kube/types/core.ts';
import { objectsOf } from '../../embedded/store/store.ts';
import type { OpenDrills } from '../backend.ts';
import { createDrills } from './drills.ts';
import { SteppedCluster } from './stepped-cluster.ts';

const START_MS = Date.parse('2026-11-24T08:00:00Z');
const production = { namespace: 'lab', name: 'shop-active' };

/** A cluster with a shop in it that runs already, and Jobs that wait for being let go. */
let source: SteppedCluster;
let reads: number;
let drills: OpenDrills;

function deployment(image: string): KubeObject {
  const container = {
    name: 'shop',
    image,
    ports: [{ containerPort: 8080, name: 'http' }],
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 1 },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop', namespace: 'lab' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'shop' } },
      template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [container] } },
    },
  };
}

function suspendedJob(name: string, script: string): KubeObject {
  const container = { name: 'work', image: 'debian:bookworm-slim', command: ['sh', '-euc', script] };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'lab' },
    spec: { suspend: true, backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [container] } } },
  };
}

beforeAll(async () => {
  source = new SteppedCluster(START_MS);
  const { client } = source.session;
  await client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } });
  await client.create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'shop-active', namespace: 'lab' },
    spec: { selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  await client.create('deployments.apps', deployment('lab/shop:1.0'));
  await client.create('jobs.batch', suspendedJob('reads', 'cat /etc/passwd'));
  await client.create('jobs.batch', suspendedJob('is-strange', 'perl -e 1'));
  await source.session.elapse(3_600_000);
  reads = 0;
  drills = await createDrills({ objects, now: () => source.clock.now() });
});

afterAll(async () => {
  await drills.close();
  await source.close();
});

function objects(): Promise<KubeObject[]> {
  reads += 1;
  const all = [...source.cluster.snapshot().objects.values()];
  return Promise.resolve(all.flatMap((ofResource) => [...ofResource.values()]));
}

const run = (plan: Partial<DrillPlan>): Promise<DrillRecord> => drills.run({ production, faults: [], steps: [], ...plan });
const release = (image: string): DrillPlan['steps'][number] => ({
  patch: {
    target: { resource: 'deployments.apps', namespace: 'lab', name: 'shop' },
    merge: deployment(image),
  },
});
const letGo = (name: string): DrillPlan['steps'][number] => ({
  patch: { target: { resource: 'jobs.batch', namespace: 'lab', name }, merge: { spec: { suspend: false } } },
});

/** The images that answered customers, in the order in which they first did. */
function served({ answers }: DrillRecord): string[] {
  return [...new Set(answers.map(({ pod, outcome }) => (pod && outcome === 200 ? pod.image : String(outcome))))];
}

async function jobEnd(record: DrillRecord, name: string): Promise<unknown> {
  const job = await record.after.get('jobs.batch', 'lab', name);
  return (job?.['status'] as { conditions?: { type: string; status: string }[] }).conditions?.find(
    ({ type, status }) => status === 'True' && ['Complete', 'Failed'].includes(type),
  )?.type;
}

describe('a drill', () => {
  it('sees who answers customers while a release goes out, without a customer going away empty', async () => {
    const record = await run({ steps: [release('lab/shop:1.1'), { elapse: '1m' }] });
    expect(served(record)).toEqual(['lab/shop:1.0', 'lab/shop:1.1']);
    expect(record.answers.length).toBeGreaterThanOrEqual(60);
    expect(record.endedAtMs - record.startedAtMs).toBe(60_000);
    expect(record.journal.some(({ resource, verb }) => resource === 'replicasets.apps' && verb === 'create')).toBe(true);
    expect(record.journal.every(({ atMs }) => atMs >= record.startedAtMs)).toBe(true);
  });

  it('has customers ask less often where nothing happens, and every second from when something does', async () => {
    const { answers, startedAtMs, endedAtMs } = await run({ steps: [{ elapse: '10m' }, release('lab/shop:1.1'), { elapse: '1m' }] });
    const between = (fromMs: number, toMs: number): number[] =>
      answers.map(({ atMs }) => atMs).filter((atMs) => atMs > fromMs && atMs <= toMs);
    const minute = (count: number): number => startedAtMs + count * 60_000;
    expect(between(startedAtMs, minute(1)).length).toBeGreaterThanOrEqual(59);
    expect(between(minute(2), minute(10)).length).toBeLessThanOrEqual(121);
    // The last five seconds of a drill are what counts as its end.
    for (let fromMs = startedAtMs; fromMs + 5000 <= endedAtMs; fromMs += 1000) expect(between(fromMs, fromMs + 5000)).not.toEqual([]);
    expect(between(minute(10), endedAtMs).length).toBeGreaterThanOrEqual(60);
  });

  it('lets a visitor ask for pages, apart from what customers and others ask for', async () => {
    const { visits = [], answers, requests } = await run({ visits: ['/debug/vars', '/version?x=1'], steps: [{ elapse: '5s' }] });
    const outcomes = (path: string) => new Set(visits.filter((visit) => visit.path === path).map(({ outcome }) => outcome));
    expect([outcomes('/debug/vars'), outcomes('/version?x=1')]).toEqual([new Set([404]), new Set([200])]);
    expect(visits.every(({ pod }) => pod?.image === 'lab/shop:1.0')).toBe(true);
    expect(visits).toHaveLength(2 * answers.length);
    expect(requests.filter(({ userAgent }) => userAgent === 'visitor')).toEqual([]);
  });

  it('sends callers by the ways that are open to them, and tells whom they reached and who was idle', async () => {
    const service: KubeObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'idle', namespace: 'lab' },
      spec: { type: 'NodePort', selector: { app: 'idle' }, ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] },
    };
    const policy: KubeObject = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'idle', namespace: 'lab' },
      spec: { podSelector: { matchLabels: { app: 'idle' } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'friend' } } }] }] },
    };
    const { template } = deployment('lab/shop:1.3')['spec'] as { template: { spec: object } };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'idle', namespace: 'lab', labels: { app: 'idle' } },
      spec: template.spec,
    };
    const withIdle = new SteppedCluster(source.clock.now(), { snapshot: source.cluster.snapshot() });
    await withIdle.session.client.create('services', service);
    await withIdle.session.client.create('networkpolicies.networking.k8s.io', policy);
    await withIdle.session.client.create('pods', pod);
    await withIdle.session.elapse(10_000);
    const own = await createDrills({
      objects: () => Promise.resolve(objectsOf(withIdle.cluster.snapshot())),
      now: () => withIdle.clock.now(),
    });
    const friend: Caller = { namespace: 'lab', labels: { app: 'friend' } };
    const stranger: Caller = { namespace: 'elsewhere', labels: {} };
    const { calls, requests, answers } = await own.run({
      production,
      faults: [],
      steps: [{ elapse: '10s' }],
      callers: ['outside', friend, stranger],
    });
    await own.close();
    await withIdle.close();
    const waysOf = (caller: Caller): Set<string> =>
      new Set(
        calls!.reached
          .filter((call) => call.caller === caller && call.pod.name === 'idle')
          .map(({ url }) => url.replace(/10\.\d+\.\d+\.\d+/, 'IP')),
      );
    expect(calls!.idlePods).toEqual([{ name: 'idle', image: 'lab/shop:1.3' }]);
    expect(waysOf('outside')).toEqual(new Set(['http://172.18.0.2:30080/healthz']));
    expect(waysOf(friend)).toEqual(new Set(['http://idle.lab.svc.cluster.local:80/healthz', 'http://IP:8080/healthz']));
    expect(waysOf(stranger)).toEqual(new Set());
    expect(calls!.reached.filter(({ caller }) => caller === stranger).every(({ servedCustomers }) => servedCustomers)).toBe(true);
    expect(requests).toEqual([]);
    expect(answers.every(({ outcome }) => outcome === 200)).toBe(true);
  });

  it('goes on from where the cluster is: at its time, with the same pods, which nobody restarts or writes to', async () => {
    const record = await run({ steps: [{ elapse: '5m' }] });
    expect(record.startedAtMs - source.clock.now()).toBeLessThan(10_000);
    const pods = (await record.after.list('pods', 'lab')) as unknown as Pod[];
    expect(pods).toEqual(source.cluster.core.store.list('pods', 'lab'));
    expect(record.journal.filter(({ namespace }) => namespace === 'lab')).toEqual([]);
    expect(served(record)).toEqual(['lab/shop:1.0']);
  });

  it('changes nothing of the cluster, and reads it once for all drills', async () => {
    const { revision } = source.cluster.core.store;
    await run({ steps: [{ deletePods: { behind: 'shop-active' } }, { elapse: '1m' }] });
    await run({ steps: [release('lab/shop:1.3'), { elapse: '1m' }] });
    expect(source.cluster.core.store.revision).toBe(revision);
    expect(reads).toBe(1);
  });

  it('happens on a copy of its own, also beside others', async () => {
    const records = await Promise.all(['lab/shop:1.1', 'lab/shop:1.3'].map((image) => run({ steps: [release(image), { elapse: '1m' }] })));
    expect(records.map(served)).toEqual([
      ['lab/shop:1.0', 'lab/shop:1.1'],
      ['lab/shop:1.0', 'lab/shop:1.3'],
    ]);
  });

  it('replaces the pods it deletes', async () => {
    const record = await run({ steps: [{ deletePods: { behind: 'shop-active' } }, { elapse: '1m' }] });
    const names = async (reader: DrillRecord['before']): Promise<string[]> =>
      (await reader.list('pods', 'lab')).map(({ metadata }) => metadata.name);
    const [before, after] = [await names(record.before), await names(record.after)];
    expect(after).toHaveLength(2);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    expect(record.acts).toMatchObject([{ what: 'deleted the pods behind shop-active' }]);
  });

  it('breaks what it is told to, from the beginning or on the way, and mends it', async () => {
    const faults = [{ unpullable: 'shop:1\\.1$' }];
    expect(served(await run({ faults, steps: [release('lab/shop:1.1'), { elapse: '5m' }] }))).toEqual(['lab/shop:1.0']);
    const mended = await run({ faults, steps: [release('lab/shop:1.1'), { elapse: '1m' }, { mend: true }, { elapse: '10m' }] });
    expect(served(mended)).toEqual(['lab/shop:1.0', 'lab/shop:1.1']);
  });

  it('runs what containers run, and breaks the programs in them', async () => {
    expect(await jobEnd(await run({ steps: [letGo('reads'), { elapse: '1m' }] }), 'reads')).toBe('Complete');
    const crash = [{ crash: { command: 'cat', code: 3 } }];
    expect(await jobEnd(await run({ faults: crash, steps: [letGo('reads'), { elapse: '1m' }] }), 'reads')).toBe('Failed');
    const hang = [{ hang: { command: 'cat' } }];
    expect(await jobEnd(await run({ faults: hang, steps: [letGo('reads'), { elapse: '1h' }] }), 'reads')).toBeUndefined();
  });

  it('says when a container needed something that cannot be simulated', async () => {
    const record = await run({ steps: [letGo('is-strange'), { elapse: '1m' }] });
    expect(record.notSimulated).toMatchObject([{ container: 'work', message: expect.stringContaining('perl') as string }]);
    expect((await run({ steps: [{ elapse: '1m' }] })).notSimulated).toEqual([]);
  });

  it('acts on behalf of somebody, as far as their rights go', async () => {
    const as = 'system:serviceaccount:lab:default';
    const record = await run({ steps: [{ as, ...release('lab/shop:1.1') }, { elapse: '1m' }] });
    expect(served(record)).toEqual(['lab/shop:1.0']);
    const [did, refused] = record.acts.map(({ what }) => what);
    expect(did).toMatch(/^as system:serviceaccount:lab:default: patched deployments.apps shop with /);
    expect(refused).toContain('User "system:serviceaccount:lab:default" cannot patch resource "deployments" in API group "apps"');
  });

  it('patches whatever is like something, and goes on after what is refused', async () => {
    const target = { resource: 'jobs.batch', namespace: 'lab', match: { spec: { suspend: true } } };
    const record = await run({ steps: [{ patch: { target, merge: { spec: { suspend: 'perhaps' } } } }, { elapse: '5s' }] });
    expect(record.acts.map(({ what }) => what.split(':')[0])).toEqual([
      expect.stringContaining('patched jobs.batch is-strange with') as string,
      'the cluster refused that',
      expect.stringContaining('patched jobs.batch reads with') as string,
      'the cluster refused that',
    ]);
    const letGoAll = await run({ steps: [{ patch: { target, merge: { spec: { suspend: false } } } }, { elapse: '1m' }] });
    expect(await jobEnd(letGoAll, 'reads')).toBe('Complete');
  });

  it('goes on after what the cluster refuses, and notes it', async () => {
    const target = { resource: 'configmaps', namespace: 'lab', name: 'none' };
    const record = await run({ steps: [{ delete: { target } }, { elapse: '5s' }] });
    expect(record.acts.map(({ what }) => what)).toEqual([
      'deleted configmaps none',
      'the cluster refused that: configmaps "none" not found',
    ]);
    expect(record.endedAtMs - record.startedAtMs).toBe(5_000);
  });
});
