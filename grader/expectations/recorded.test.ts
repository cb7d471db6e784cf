import { describe, expect, test } from 'vitest';
import type { ClusterObject, CustomerAnswer, DrillRecord, JournalEntry } from '../ports.ts';
import { fakeReader, object, write } from '../testing/fake-cluster.ts';
import { judgeRecorded } from './recorded.ts';

const HASH = 'rollouts-pod-template-hash';
const WANTED = {
  images: ['lab/shop:1.3'],
  resource: 'configmaps',
  about: { data: { image: '{{image}}', hash: '{{hash}}' } },
  says: { data: { result: 'passed' } },
};

function pod(hash: string, image: string): JournalEntry {
  const after = object('Pod', `shop-${hash}-x`, { spec: { containers: [{ name: 'shop', image }] } }, { labels: { [HASH]: hash } });
  return write(1_000, 'pods', after.metadata.name, { verb: 'create', after });
}

function note(name: string, data: Record<string, string>): ClusterObject {
  return object('ConfigMap', name, { data: { image: 'lab/shop:1.3', hash: 'h3', ...data } }, { uid: name });
}

const created = (atMs: number, after: ClusterObject): JournalEntry =>
  write(atMs, 'configmaps', after.metadata.name, { verb: 'create', after, uid: after.metadata.uid! });

const answer = (atMs: number, hash: string, image: string): CustomerAnswer => ({
  atMs,
  outcome: 200,
  pod: { name: `shop-${hash}-x`, image, podTemplateHash: hash },
});

const ARRIVES = [answer(0, 'h1', 'lab/shop:1.1'), answer(20_000, 'h3', 'lab/shop:1.3')];

function judge(
  parts: { journal?: JournalEntry[]; left?: ClusterObject[]; answers?: CustomerAnswer[] },
  wanted: Partial<typeof WANTED & { ifServed: true }> = {},
) {
  const record: DrillRecord = {
    startedAtMs: 0,
    endedAtMs: 60_000,
    answers: parts.answers ?? ARRIVES,
    requests: [],
    journal: [pod('h3', 'lab/shop:1.3'), ...(parts.journal ?? [])],
    before: fakeReader({}),
    after: fakeReader({ configmaps: parts.left ?? [] }),
    acts: [],
    notSimulated: [],
  };
  return judgeRecorded({ ...WANTED, ...wanted }, record);
}

describe('recorded', () => {
  test('a record that was made in the drill before customers came passes', async () => {
    const made = note('a', { result: 'passed' });
    expect(await judge({ journal: [created(10_000, made)], left: [made] })).toMatchObject({
      result: 'passed',
      observed: 'a says what became of lab/shop:1.3.',
    });
  });

  test('no record, one that was deleted, and one of other pods fail', async () => {
    const made = note('a', { result: 'passed' });
    const other = note('b', { result: 'passed', hash: 'h9' });
    const nothing = (how: string) => ({
      result: 'failed',
      observed: `Nothing is left that says what became of lab/shop:1.3 (pods h3): ${how}.`,
    });
    expect(await judge({})).toMatchObject(nothing('no configmaps were made in the drill'));
    expect(await judge({ journal: [created(10_000, made)] })).toMatchObject(nothing('of 1 configmaps made in the drill 0 are left'));
    const unrelated = await judge({ journal: [created(10_000, made), created(10_000, other)], left: [other] });
    expect(unrelated).toMatchObject(nothing('of 2 configmaps made in the drill 1 are left'));
    expect(unrelated.evidence).toEqual([
      { kind: 'object', object: 'configmaps b', text: JSON.stringify({ labels: {}, data: other['data'] }) },
    ]);
  });

  test('one that was there before the drill proves nothing about it', async () => {
    expect((await judge({ left: [note('a', { result: 'passed' })] })).result).toBe('failed');
  });

  test('the newest decides, as it is at the end', async () => {
    const old = note('a', { result: 'passed' });
    const copy = note('a-copy', { result: 'overridden' });
    const journal = [created(10_000, old), created(30_000, copy)];
    expect((await judge({ journal, left: [old, copy] })).observed).toBe(
      'The record of lab/shop:1.3, a-copy, says something else: data.result is "overridden", and should be "passed".',
    );
    const changed = note('a', { result: 'findings' });
    expect((await judge({ journal: [created(10_000, old)], left: [changed] })).result).toBe('failed');
  });

  test('one that came after the customers fails, unless the pods had them when the drill began', async () => {
    const made = note('a', { result: 'passed' });
    const late = { journal: [created(30_000, made)], left: [made] };
    expect((await judge(late)).observed).toBe(
      'Customers met lab/shop:1.3 20 s into the drill; its first record is of 30 s into the drill.',
    );
    expect((await judge({ ...late, answers: [answer(0, 'h3', 'lab/shop:1.3')] })).result).toBe('passed');
  });

  test('a release that customers never met may be excused', async () => {
    const answers = [answer(0, 'h1', 'lab/shop:1.1')];
    expect((await judge({ answers }, { ifServed: true })).result).toBe('passed');
    expect((await judge({ answers })).result).toBe('failed');
    expect((await judge({}, { ifServed: true })).result).toBe('failed');
  });

  test('an image that never came up is none to have a record of', async () => {
    expect((await judge({}, { images: ['lab/shop:1.8'] })).observed).toContain('never came up');
  });
});
