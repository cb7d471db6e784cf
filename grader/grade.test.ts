import { expect, test } from 'vitest';
import { gradeScenario, type CheckSpec, type Drills, type GradeRequest } from './index.ts';
import { overallResult } from './report.ts';
import { fakeReader, journalOf, object } from './testing/fake-cluster.ts';

const noDrills: Drills = { run: () => Promise.reject(new Error('the copy could not be made')) };

function check(id: string, points: number, kind: Partial<CheckSpec>): CheckSpec {
  return { id, title: `Title of ${id}`, points, why: `Why ${id}`, expected: `Expected ${id}`, ...kind };
}

const there = check('there', 30, { resource: { resource: 'services', namespace: 'lab', name: 'shop-active', match: {} } });
const missing = check('missing', 20, { resource: { resource: 'services', namespace: 'lab', name: 'other', match: {} } });
const absent = check('absent', 10, { absent: { resource: 'secrets', given: there.resource! } });
const silent = check('silent', 15, {
  timeline: { events: { e: { says: 'it', write: { resource: 'secrets' } } }, expect: [{ happens: 'e' }] },
});
const broken = check('broken', 25, {
  drill: { production: { namespace: 'lab', service: 'shop-active' }, steps: [{ elapse: '1s' }], expect: [{ alwaysAnswered: true }] },
});

function grade(checks: CheckSpec[], change: Partial<GradeRequest> = {}) {
  return gradeScenario({
    scenario: 'scenario-1',
    backend: 'embedded',
    checks,
    reader: fakeReader({ services: [object('Service', 'shop-active')] }),
    journal: journalOf([]),
    drills: noDrills,
    now: () => 0,
    sleep: () => Promise.resolve(),
    ...change,
  });
}

test('points are earned by what passed, and each check tells its story', async () => {
  const report = await grade([there, missing, absent, silent, broken]);
  expect(report).toMatchObject({
    apiVersion: 'lab/v1',
    kind: 'Report',
    scenario: 'scenario-1',
    backend: 'embedded',
    startedAt: '1970-01-01T00:00:00.000Z',
    finishedAt: '1970-01-01T00:00:00.000Z',
    result: 'failed',
    score: { earned: 40, possible: 100 },
  });
  expect(report.checks.map(({ id, result, points }) => [id, result, points.earned, points.possible])).toEqual([
    ['there', 'passed', 30, 30],
    ['missing', 'failed', 0, 20],
    ['absent', 'passed', 10, 10],
    ['silent', 'failed', 0, 15],
    ['broken', 'error', 0, 25],
  ]);
  expect(report.checks[1]).toMatchObject({ title: 'Title of missing', expected: 'Expected missing', why: 'Why missing' });
  expect(report.checks[4]!.observed).toBe('This could not be judged: the copy could not be made');
});

test('a check without a kind, and an error that is no Error, are errors of the check', async () => {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- libraries reject with anything
  const report = await grade([check('empty', 1, {}), broken], { drills: { run: () => Promise.reject('plain text') } });
  expect(report.result).toBe('error');
  expect(report.checks.map(({ observed }) => observed)).toEqual([
    'This could not be judged: the check has no kind.',
    'This could not be judged: plain text',
  ]);
});

test('progress is told before and after each check', async () => {
  const told: string[] = [];
  await grade([there, missing], { onProgress: ({ id }, result) => told.push(`${id} ${result?.result ?? '…'}`) });
  expect(told).toEqual(['there …', 'there passed', 'missing …', 'missing failed']);
});

test('checks that look at the same drill share it', async () => {
  let runs = 0;
  const record = {
    startedAtMs: 0,
    endedAtMs: 1,
    answers: [{ atMs: 0, outcome: 200, pod: { name: 'p', image: 'i' } }],
    requests: [],
    journal: [],
    before: fakeReader({}),
    after: fakeReader({}),
    acts: [],
    notSimulated: [],
  };
  const drills = { run: () => Promise.resolve((runs++, record)) };
  const other = check('other', 5, { drill: { ...broken.drill!, expect: [{ neverServed: { images: ['x'] } }] } });
  const different = check('different', 5, { drill: { ...broken.drill!, steps: [{ elapse: '2s' }] } });
  const report = await grade([broken, other, different], { drills });
  expect(report.result).toBe('passed');
  expect(runs).toBe(2);
});

test.each([
  [['passed', 'passed'], 'passed'],
  [['passed', 'error'], 'error'],
  [['error', 'failed'], 'failed'],
  [[], 'passed'],
] as const)('%j is %s as a whole', (results, whole) => {
  expect(overallResult(results.map((result) => ({ result })))).toBe(whole);
});
