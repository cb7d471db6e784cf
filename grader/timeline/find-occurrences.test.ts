import { describe, expect, test } from 'vitest';
import type { EventPattern } from '../check-spec.ts';
import type { ClusterObject, JournalEntry } from '../ports.ts';
import { fakeReader, object, replicaSet, write } from '../testing/fake-cluster.ts';
import { findOccurrences, findSimilar } from './find-occurrences.ts';
import { toEvidence } from './occurrence.ts';
import { ReplicaSets } from './replica-sets.ts';

const HASH = 'rollouts-pod-template-hash';
const SINCE_MS = 10_000;
const OLD = replicaSet('h1', 'lab/shop:1.1', 0);
const reader = fakeReader({ 'replicasets.apps': [OLD, object('ReplicaSet', 'bare')] });

async function find(pattern: Omit<EventPattern, 'says'>, ...entries: JournalEntry[]) {
  const replicaSets = await ReplicaSets.read(reader, entries);
  return findOccurrences({ says: 'it', ...pattern }, { sinceMs: SINCE_MS, entries, replicaSets });
}

const textsOf = async (pattern: Omit<EventPattern, 'says'>, ...entries: JournalEntry[]) =>
  (await find(pattern, ...entries)).map(({ text }) => text);

describe('switches', () => {
  const to = { switch: { service: 'shop-active', namespace: 'lab' } };
  const service = (selector: unknown) => object('Service', 'shop-active', { spec: { selector } });
  const change = (before: unknown, after: unknown) =>
    write(20_000, 'services', 'shop-active', { before: service(before), after: service(after) });

  test('say what is selected now, and what was', async () => {
    expect(await textsOf(to, change({ [HASH]: 'h0' }, { [HASH]: 'h1' }))).toEqual(['selects h1 (lab/shop:1.1) instead of h0']);
    expect(await textsOf(to, change(undefined, { [HASH]: 'h9' }))).toEqual(['selects h9 (no known ReplicaSet) instead of nothing']);
    expect(await textsOf(to, change(null, { [HASH]: 'h9' }))).toHaveLength(1);
    const sidecar = object(
      'ReplicaSet',
      'two',
      { spec: { template: { spec: { containers: [{ image: 'proxy:1' }, { image: 'lab/shop:1.1' }, {}] } } } },
      { labels: { [HASH]: 'h2' }, creationTimestamp: '1970-01-01T00:00:00Z' },
    );
    const made = write(15_000, 'replicasets.apps', 'two', { verb: 'create', after: sidecar });
    const image = { switch: { ...to.switch, toImage: ['lab/shop:1.1'] } };
    expect(await textsOf(image, made, change({}, { [HASH]: 'h2' }))).toEqual(['selects h2 (proxy:1, lab/shop:1.1, ) instead of nothing']);
    expect(await textsOf(image, change({}, { [HASH]: 'h9' }))).toEqual([]);
  });

  test('to a ReplicaSet that is as old as the lab are not to an earlier revision', async () => {
    const earlier = { switch: { ...to.switch, toEarlierRevision: true } };
    const known = (createdMs: number) =>
      write(15_000, 'replicasets.apps', 'x', { verb: 'update', after: replicaSet('h5', 'i', createdMs) });
    expect(await find(earlier, known(SINCE_MS), change({}, { [HASH]: 'h5' }))).toEqual([]);
    expect(await find(earlier, known(SINCE_MS - 1000), change({}, { [HASH]: 'h5' }))).toHaveLength(1);
    expect(await find(earlier, change({}, { [HASH]: 'h9' }))).toEqual([]);
  });

  test('are none where nothing is selected by hash, before or after', async () => {
    expect(await find(to, change('text', { app: 'shop' }), change({ [HASH]: 'h1' }, null), change({}, undefined))).toEqual([]);
  });
});

describe('gaps in the endpoints', () => {
  const gap = { noEndpoints: { service: 'shop-active', namespace: 'lab' } };
  const labels = { 'kubernetes.io/service-name': 'shop-active' };
  const slice = (count: number) => object('EndpointSlice', 's', { endpoints: Array.from({ length: count }, () => ({})) }, { labels });
  const change = (before: ClusterObject | undefined, after: ClusterObject | undefined, more: Partial<JournalEntry> = {}) =>
    write(20_000, 'endpointslices.discovery.k8s.io', 's', { ...(before && { before }), ...(after && { after }), ...more });

  test('are found each time, and say so', async () => {
    const texts = await textsOf(gap, change(slice(2), slice(0)), change(slice(0), slice(1)), change(slice(1), slice(0)));
    expect(texts).toEqual(['no ready endpoint is left', 'no ready endpoint is left']);
  });

  test('are none in another namespace, in something else than a slice, or in one without labels', async () => {
    expect(await find(gap, change(slice(1), slice(0), { namespace: 'other' }))).toEqual([]);
    expect(await find(gap, { ...change(slice(1), slice(0)), resource: 'endpoints' })).toEqual([]);
    expect(await find(gap, change(object('EndpointSlice', 's', { endpoints: [{}] }), object('EndpointSlice', 's')))).toEqual([]);
    expect(await find(gap, change(undefined, undefined))).toEqual([]);
  });

  test('go by what the slice was last seen to be', async () => {
    expect(await find(gap, change(slice(1), slice(0)), change(slice(1), slice(0)))).toHaveLength(1);
  });
});

describe('writes', () => {
  test('tell each changed field, or what was done', async () => {
    const entry = write(20_000, 'rollouts.argoproj.io', 'shop', {
      before: object('Rollout', 'shop', { spec: { a: 1, b: 1, c: 1 } }),
      after: object('Rollout', 'shop', { spec: { a: 2, b: 2, c: 1 } }),
    });
    const changes = { write: { resource: 'rollouts.argoproj.io', changes: ['spec.a', 'spec.b', 'spec.c'] } };
    expect(await textsOf(changes, entry)).toEqual(['spec.a became 2; spec.b became 2']);
    expect(await textsOf({ write: { resource: 'rollouts.argoproj.io' } }, entry)).toEqual(['patch']);
  });

  test('of cluster-wide objects name no namespace', async () => {
    const { namespace: _, ...entry } = write(20_000, 'clusterroles', 'wide', {});
    const [found] = await find({ write: { resource: 'clusterroles' } }, entry);
    expect(toEvidence(found!)).toEqual({
      kind: 'write',
      at: '1970-01-01T00:00:20.000Z',
      object: 'clusterroles wide',
      text: 'patch, written by kubectl (kubernetes-admin)',
    });
  });
});

describe('phases and ends of analyses', () => {
  const rollout = (status: object) => object('Rollout', 'shop', { status });
  const phase = { phase: { rollout: 'shop', namespace: 'lab', is: ['Degraded'] } };
  const enters = (status: object) => write(20_000, 'rollouts.argoproj.io', 'shop', { before: rollout({}), after: rollout(status) });

  test('a phase comes with its message, where it has one', async () => {
    expect(await textsOf(phase, enters({ phase: 'Degraded', message: 'aborted' }))).toEqual(['became Degraded: aborted']);
    expect(await textsOf(phase, enters({ phase: 'Degraded' }))).toEqual(['became Degraded: ']);
  });

  test('another Rollout, and a Rollout without a phase, enter none', async () => {
    expect(await find(phase, { ...enters({ phase: 'Degraded' }), name: 'cart' })).toEqual([]);
    expect(await find(phase, { ...enters({ phase: 'Degraded' }), resource: 'deployments.apps' })).toEqual([]);
    const left = write(20_000, 'rollouts.argoproj.io', 'shop', { before: rollout({ phase: 'Paused' }), after: rollout({}) });
    expect(await find(phase, left)).toEqual([]);
  });

  const owners = (...kinds: string[]) => ({
    ownerReferences: kinds.map((kind) => ({ kind, name: 'shop', uid: 'u', controller: kind === 'Rollout' })),
  });
  const run = (metadata: object, status: object = { phase: 'Failed' }) =>
    write(20_000, 'analysisruns.argoproj.io', 'run', {
      before: object('AnalysisRun', 'run', { status: { phase: 'Running' } }, metadata),
      after: object('AnalysisRun', 'run', { status }, metadata),
    });
  const ended = { analysis: { rollout: 'shop', namespace: 'lab', ended: ['Failed'] } };

  test('an analysis of the Rollout ends, whoever else owns it', async () => {
    expect(await textsOf(ended, run(owners('Experiment', 'Rollout')))).toEqual(['ended Failed']);
  });

  test('one elsewhere, of nobody, without a phase, deleted, or of another kind does not', async () => {
    const mine = run(owners('Rollout'));
    expect(await find(ended, { ...mine, namespace: 'other' })).toEqual([]);
    expect(await find(ended, { ...mine, resource: 'experiments.argoproj.io' })).toEqual([]);
    expect(await find(ended, run({}), run(owners('Rollout'), {}))).toEqual([]);
    expect(await find(ended, write(20_000, 'analysisruns.argoproj.io', 'run', { verb: 'delete', before: mine.after! }))).toEqual([]);
  });

  test('of the same kind is what differs only in what was asked for', async () => {
    const entries = [enters({ phase: 'Paused' }), run(owners('Rollout'), { phase: 'Error' }), write(20_000, 'secrets', 'a', {})];
    const replicaSets = await ReplicaSets.read(reader, entries);
    const similar = (pattern: Omit<EventPattern, 'says'>) =>
      findSimilar({ says: 'it', ...pattern }, { sinceMs: SINCE_MS, entries, replicaSets }).map(({ text }) => text);
    expect(similar(phase)).toEqual(['became Paused: ']);
    expect(similar(ended)).toEqual(['ended Error']);
    expect(similar({ write: { resource: 'secrets' } })).toEqual([]);
    expect(await find({})).toEqual([]);
  });
});

describe('by', () => {
  test('leaves out those with a !, and takes all others where nobody else is named', async () => {
    const by = async (program: string, ...names: string[]) =>
      (await find({ write: { resource: 'secrets' }, by: names }, write(20_000, 'secrets', 'a', { program }))).length;
    expect(await by('kubectl', '!lab')).toBe(1);
    expect(await by('lab', '!lab')).toBe(0);
    expect(await by('!lab', '!lab')).toBe(1);
    expect(await by('kubectl', 'lab')).toBe(0);
    expect(await by('kubectl', 'lab', 'kubectl')).toBe(1);
  });
});
