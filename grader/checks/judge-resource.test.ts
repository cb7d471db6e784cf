import { expect, test } from 'vitest';
import type { ClusterObject, ClusterReader } from '../ports.ts';
import { fakeReader, object } from '../testing/fake-cluster.ts';
import { judgeAbsent, judgeResource } from './judge-resource.ts';

const impatient = { now: () => 0, sleep: () => Promise.reject(new Error('nobody should wait')) };
const spec = { resource: 'rollouts.argoproj.io', namespace: 'lab', name: 'shop', match: { status: { phase: 'Healthy' } } };

/** Time that moves only by sleeping. */
function patience() {
  let nowMs = 0;
  return { now: () => nowMs, sleep: (delayMs: number) => Promise.resolve(void (nowMs += delayMs)) };
}

/** A cluster that changes while it is looked at. */
function changingReader(states: (ClusterObject | undefined)[]): ClusterReader & { looks: number } {
  const reader = {
    looks: 0,
    get: () => Promise.resolve(states[Math.min(reader.looks++, states.length - 1)]),
    list: () => Promise.resolve([]),
  };
  return reader;
}

test('an object with the wanted fields passes', async () => {
  const reader = fakeReader({ 'rollouts.argoproj.io': [object('Rollout', 'shop', { status: { phase: 'Healthy' } })] });
  expect(await judgeResource(spec, reader, impatient)).toMatchObject({ result: 'passed' });
});

test('a missing object fails and is named', async () => {
  const verdict = await judgeResource(spec, fakeReader({}), impatient);
  expect(verdict).toMatchObject({ result: 'failed', observed: 'There is no rollouts.argoproj.io lab/shop.' });
});

test('an object in another namespace does not count', async () => {
  const elsewhere = object('Rollout', 'shop', { status: { phase: 'Healthy' } }, { namespace: 'other' });
  expect((await judgeResource(spec, fakeReader({ 'rollouts.argoproj.io': [elsewhere] }), impatient)).result).toBe('failed');
});

test('a wrong field fails with path, expectation and finding, in the text and as evidence', async () => {
  const reader = fakeReader({ 'rollouts.argoproj.io': [object('Rollout', 'shop', { status: { phase: 'Degraded' } })] });
  const verdict = await judgeResource(spec, reader, impatient);
  const text = 'status.phase should be "Healthy", found "Degraded"';
  expect(verdict.observed).toBe(`rollouts.argoproj.io lab/shop differs: ${text}.`);
  expect(verdict.evidence).toEqual([{ kind: 'object', object: 'rollouts.argoproj.io lab/shop', text }]);
});

test('within looks again until the object is as wanted', async () => {
  const reader = changingReader([undefined, object('Rollout', 'shop', {}), object('Rollout', 'shop', { status: { phase: 'Healthy' } })]);
  expect((await judgeResource({ ...spec, within: '5s' }, reader, patience())).result).toBe('passed');
  expect(reader.looks).toBe(3);
});

test('within gives up when the time is over', async () => {
  const reader = changingReader([undefined]);
  const clock = patience();
  expect((await judgeResource({ ...spec, within: '5s' }, reader, clock)).result).toBe('failed');
  expect(clock.now()).toBe(5000);
});

const given = { resource: 'services', namespace: 'lab', name: 'shop-active', match: {} };
const active = object('Service', 'shop-active');

test('absence counts only where the lab is at work', async () => {
  const nothing = await judgeAbsent({ resource: 'ingresses.networking.k8s.io', given }, fakeReader({}), impatient);
  expect(nothing).toMatchObject({ result: 'failed', observed: 'There is no services lab/shop-active.' });
  const alive = await judgeAbsent({ resource: 'ingresses.networking.k8s.io', given }, fakeReader({ services: [active] }), impatient);
  expect(alive.result).toBe('passed');
});

test('what should be gone is listed', async () => {
  const reader = fakeReader({
    services: [active],
    'ingresses.networking.k8s.io': [object('Ingress', 'preview'), object('Ingress', 'docs')],
  });
  const verdict = await judgeAbsent({ resource: 'ingresses.networking.k8s.io', namespace: 'lab', given }, reader, impatient);
  expect(verdict.observed).toBe('Still there: ingresses.networking.k8s.io lab/preview, ingresses.networking.k8s.io lab/docs.');
  expect(verdict.evidence).toHaveLength(2);
});

test('absence of one name, or of what matches, leaves others alone', async () => {
  const reader = fakeReader({ services: [active, object('Service', 'shop-preview', { spec: { type: 'NodePort' } })] });
  const judge = (extra: object) => judgeAbsent({ resource: 'services', namespace: 'lab', given, ...extra }, reader, impatient);
  expect((await judge({ name: 'shop-old' })).result).toBe('passed');
  expect((await judge({ name: 'shop-preview' })).result).toBe('failed');
  expect((await judge({ match: { spec: { type: 'NodePort' } } })).observed).toBe('Still there: services lab/shop-preview.');
  expect((await judge({ match: { spec: { type: 'LoadBalancer' } } })).result).toBe('passed');
});

test('cluster-wide objects are named without a namespace', async () => {
  const role = { ...object('ClusterRole', 'wide'), metadata: { name: 'wide' } };
  const reader = fakeReader({ services: [active], 'clusterroles.rbac.authorization.k8s.io': [role] });
  const verdict = await judgeAbsent({ resource: 'clusterroles.rbac.authorization.k8s.io', given }, reader, impatient);
  expect(verdict.observed).toBe('Still there: clusterroles.rbac.authorization.k8s.io wide.');
});
