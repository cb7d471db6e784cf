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

  test('only what was created counts as made, and the last three that are left are shown', async () => {
    const others = ['b', 'c', 'd', 'e'].map((name) => note(name, { hash: 'h9' }));
    const foreign = note('there-before', { hash: 'h9' });
    const journal = [
      ...others.map((other) => created(10_000, other)),
      write(11_000, 'configmaps', 'there-before', { verb: 'update', after: foreign, uid: 'there-before' }),
      write(12_000, 'secrets', 'x', { verb: 'create', after: note('x', {}), uid: 'x' }),
    ];
    const verdict = await judge({ journal, left: [foreign, ...others] });
    expect(verdict.observed).toContain(': of 4 configmaps made in the drill 4 are left.');
    expect(verdict.evidence.map(({ object }) => object)).toEqual(['configmaps c', 'configmaps d', 'configmaps e']);
  });

  test('a record that was only changed in the drill, or of another kind, is none', async () => {
    const made = note('a', { result: 'passed' });
    const changed = write(10_000, 'configmaps', 'a', { verb: 'update', after: made, uid: 'a' });
    expect((await judge({ journal: [changed], left: [made] })).result).toBe('failed');
    expect((await judge({ journal: [{ ...created(10_000, made), resource: 'secrets' }], left: [made] })).result).toBe('failed');
    const { after: _, ...empty } = created(10_000, made);
    expect((await judge({ journal: [empty], left: [made] })).result).toBe('failed');
  });

  test('a record is known by the uid that the object has, where the journal names none', async () => {
    const made = note('a', { result: 'passed' });
    const { uid: _, ...entry } = created(10_000, made);
    expect((await judge({ journal: [entry], left: [made] })).result).toBe('passed');
  });

  test('what is wanted may be lists, numbers and nothing', async () => {
    const made = { ...note('a', {}), rules: ['for lab/shop:1.3', 'of h3'], count: 3 };
    const says = { rules: ['for {{image}}', 'of {{hash}}'], count: 3, gone: null };
    const wanted = { says: says as unknown as typeof WANTED.says };
    expect((await judge({ journal: [created(10_000, made)], left: [made] }, wanted)).result).toBe('passed');
    const other = { ...made, rules: ['for lab/shop:1.3'], count: 4, gone: true };
    expect((await judge({ journal: [created(10_000, other)], left: [other] }, wanted)).observed).toBe(
      'The record of lab/shop:1.3, a, says something else: rules is ["for lab/shop:1.3"], and should be a list with "of h3"; count is 4, and should be 3; gone is true, and should be null.',
    );
  });

  test('the pods of an image are those that run it beside others, the newest of them', async () => {
    const after = object(
      'Pod',
      'p',
      { spec: { containers: [{ image: 'proxy:1' }, { image: 'lab/shop:1.3' }] } },
      { labels: { [HASH]: 'h4' } },
    );
    const unlabelled = object('Pod', 'q', { spec: { containers: [{ image: 'lab/shop:1.3' }] } });
    const pods = [after, unlabelled, object('Pod', 'r', { spec: {} }, { labels: { [HASH]: 'h5' } })].map((pod) =>
      write(2_000, 'pods', pod.metadata.name, { verb: 'create', after: pod }),
    );
    const { labels: _, ...bare } = unlabelled.metadata;
    const deleted = write(3_000, 'pods', 'p', { verb: 'delete', before: after });
    expect((await judge({ journal: [...pods, deleted] })).observed).toContain('(pods h4)');
    expect((await judge({ journal: [write(4_000, 'pods', 'q', { after: { ...unlabelled, metadata: bare } })] })).observed).toContain(
      '(pods h3)',
    );
  });

  test('evidence is the record, and the customer who came before it', async () => {
    const made = note('a', { result: 'passed' });
    const shown = { kind: 'object', object: 'configmaps a', text: JSON.stringify(made['data']) };
    const good = await judge({ journal: [created(20_000, made)], left: [made] });
    expect(good).toMatchObject({ result: 'passed', evidence: [{ ...shown, at: '1970-01-01T00:00:20.000Z' }] });
    const late = await judge({ journal: [created(30_000, made)], left: [made] });
    expect(late.evidence).toEqual([
      expect.objectContaining({ kind: 'request', object: 'pods shop-h3-x' }),
      { ...shown, at: '1970-01-01T00:00:30.000Z' },
    ]);
    const custom = { ...object('Report', 'r', { spec: { image: 'lab/shop:1.3' } }), metadata: { name: 'r', uid: 'r' } };
    const wrong = await judge({ journal: [created(10_000, custom)], left: [custom] }, { about: {} as typeof WANTED.about });
    expect(wrong.evidence).toEqual([
      { kind: 'object', at: '1970-01-01T00:00:10.000Z', object: 'configmaps r', text: '{"image":"lab/shop:1.3"}' },
    ]);
  });

  test('pods that had the customers, lost them and are back have arrived', async () => {
    const made = note('a', { result: 'passed' });
    const answers = [
      answer(0, 'h3', 'lab/shop:1.3'),
      { atMs: 500, outcome: 503 },
      answer(1000, 'h1', 'x'),
      answer(20_000, 'h3', 'lab/shop:1.3'),
    ];
    expect((await judge({ journal: [created(10_000, made)], left: [made], answers })).result).toBe('passed');
    expect((await judge({ journal: [created(30_000, made)], left: [made], answers })).observed).toContain(
      'Customers met lab/shop:1.3 20 s',
    );
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
      'Customers met lab/shop:1.3 20 s into the drill; the first record of it that is left is of 30 s into the drill.',
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
