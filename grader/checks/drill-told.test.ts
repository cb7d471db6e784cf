import { describe, expect, test } from 'vitest';
import type { DrillExpectation } from '../check-spec.ts';
import type { AnsweringPod, CustomerAnswer, DrillRecord, PageVisit, PodRequest } from '../ports.ts';
import { fakeReader, object } from '../testing/fake-cluster.ts';
import { judgeDrill } from './judge-drill.ts';

const BEGAN_MS = 100_000;
const OLD: AnsweringPod = { name: 'shop-h1-a', image: 'lab/shop:1.1', podTemplateHash: 'h1' };
const NEW: AnsweringPod = { name: 'shop-h2-b', image: 'lab/shop:1.4', podTemplateHash: 'h2' };
const OUTSIDE = 'outside' as const;
const NOBODY = { namespace: 'lab', labels: {} };

const answer = (afterMs: number, pod?: AnsweringPod, outcome: number | string = 200): CustomerAnswer => ({
  atMs: BEGAN_MS + afterMs,
  outcome,
  ...(pod && { pod }),
});
const visit = (afterMs: number, outcome: number | string, pod?: AnsweringPod): PageVisit => ({
  ...answer(afterMs, pod, outcome),
  path: '/admin',
});
const request = (change: Partial<PodRequest> = {}): PodRequest => ({
  atMs: BEGAN_MS + 7000,
  from: 'scan-x',
  method: 'GET',
  target: '/debug/vars',
  userAgent: 'nuclei',
  outcome: 404,
  pod: NEW,
  servedCustomers: false,
  ...change,
});
const call = (caller: typeof OUTSIDE | typeof NOBODY, pod = NEW) => ({
  ...answer(2000, pod),
  pod,
  caller,
  url: 'http://10.0.0.1/',
  servedCustomers: false,
});

/** A drill without variants, in which 1.1 serves all the time. */
async function judge(expectation: DrillExpectation, record: Partial<DrillRecord> = {}) {
  const spec = { production: { namespace: 'lab', service: 'shop-active' }, steps: [{ elapse: '1m' }], expect: [expectation] };
  const nothing = { requests: [], journal: [], before: fakeReader({}), after: fakeReader({}), acts: [], notSimulated: [] };
  const answers = [answer(0, OLD), answer(60_000, OLD)];
  return judgeDrill(spec, {
    run: () => Promise.resolve({ startedAtMs: BEGAN_MS, endedAtMs: BEGAN_MS + 60_000, answers, ...nothing, ...record }),
  });
}

const podsLeft = (...phases: string[]) => ({
  after: fakeReader({
    pods: phases.map((phase, index) =>
      object('Pod', `p${index}`, {
        status: { phase },
        spec: {
          containers: [
            { name: 'proxy', image: 'proxy:1' },
            { name: 'shop', image: 'lab/shop:1.4' },
          ],
        },
      }),
    ),
  }),
});
const rollout = (name: string, image: string) =>
  object('Rollout', name, { spec: { template: { spec: { containers: [{ name: 'shop', image }] } } } });
const BOTH = ['lab/shop:1.4', 'lab/shop:1.5'];

describe('what is told of a drill that went well', () => {
  test.each<[DrillExpectation, Partial<DrillRecord>, string]>([
    [{ neverServed: { images: BOTH } }, {}, 'lab/shop:1.4, lab/shop:1.5 never answered a customer.'],
    [{ servesAtEnd: { images: ['lab/shop:1.0', 'lab/shop:1.1'] } }, {}, 'lab/shop:1.0 or lab/shop:1.1 serves customers at the end.'],
    [
      { serveInTurn: { images: ['lab/shop:1.1', 'lab/shop:1.4'] } },
      { answers: [answer(0, OLD), answer(500), answer(1000, NEW)] },
      'Customers met lab/shop:1.1, lab/shop:1.4, in this order.',
    ],
    [
      { neverFound: { paths: ['/admin', '/debug'] } },
      { visits: [visit(0, 404, OLD), visit(1, 400, OLD), visit(2, 'ECONNRESET', OLD)] },
      '/admin, /debug were not there for any of 3 visitors.',
    ],
    [
      { keptOut: { callers: [OUTSIDE, NOBODY], images: BOTH } },
      { calls: { reached: [], idlePods: [OLD, NEW] } },
      'Somebody outside the cluster and a pod of namespace lab with no labels did not get through to idle pods of lab/shop:1.4, lab/shop:1.5.',
    ],
    [
      { letIn: { callers: [OUTSIDE, NOBODY], images: BOTH } },
      { calls: { reached: [call(OUTSIDE), call(NOBODY)], idlePods: [NEW] } },
      'Idle pods of lab/shop:1.4, lab/shop:1.5 answered somebody outside the cluster and a pod of namespace lab with no labels.',
    ],
    [
      { onlyActive: { from: BOTH, to: ['lab/orders:1', 'lab/orders:2'] } },
      { requests: [request({ pod: { name: 'orders', image: 'lab/orders:1' }, sender: { ...NEW, servedCustomers: true } })] },
      'Pods of lab/shop:1.4, lab/shop:1.5 reached lab/orders:1, lab/orders:2 only while they served customers.',
    ],
    [
      { declares: { rollout: 'shop', container: 'shop', images: ['lab/shop:1.1'] } },
      { after: fakeReader({ 'rollouts.argoproj.io': [rollout('cart', 'lab/cart:1'), rollout('shop', 'lab/shop:1.1')] }) },
      'Rollout shop declares lab/shop:1.1.',
    ],
    [
      { endsAs: { resource: 'configmaps', name: 'a', match: { data: { x: '1' } } } },
      { after: fakeReader({ configmaps: [object('ConfigMap', 'a', { data: { x: '1' } })] }) },
      'configmaps a ended as expected.',
    ],
    [{ notRunning: { images: BOTH } }, podsLeft('Succeeded', 'Failed'), 'No pod of lab/shop:1.4, lab/shop:1.5 was left.'],
    [{ sparesProduction: { matching: 'debug' } }, {}, 'No such request reached a pod that was serving customers.'],
    [
      { scansProduction: { matching: 'debug', atMost: { requests: 1, within: '5s' } } },
      { requests: [request({ servedCustomers: true })] },
      '1 requests of a scan reached production. At most 1 requests of scans reached production within 5 s.',
    ],
    [
      { scansProduction: { matching: 'debug', between: { from: '00:00', to: '23:59', timeZone: 'UTC' } } },
      { requests: [request({ servedCustomers: true })] },
      '1 requests of a scan reached production. All of them came between 00:00 and 23:59 (UTC).',
    ],
  ])('%j', async (expectation, record, told) => {
    expect(await judge(expectation, record)).toMatchObject({ result: 'passed', observed: told });
  });
});

describe('what is told of a drill that did not', () => {
  test.each<[DrillExpectation, Partial<DrillRecord>, string]>([
    [
      { neverServed: { images: ['lab/shop:1.1'] } },
      { answers: [answer(3000, OLD), answer(4000, NEW), answer(9000, OLD), answer(10_000, NEW)] },
      'lab/shop:1.1 answered customers, first 3 s into the drill, for 6 s.',
    ],
    [
      { gated: { rollout: 'shop', images: BOTH } },
      { answers: [answer(0)] },
      'lab/shop:1.4, lab/shop:1.5 never reached customers, who met nobody.',
    ],
    [
      { gated: { rollout: 'shop', images: ['lab/shop:1.5'] } },
      { answers: [answer(0, OLD), answer(1, NEW), answer(2, OLD)] },
      'lab/shop:1.5 never reached customers, who met lab/shop:1.1, lab/shop:1.4, lab/shop:1.1.',
    ],
    [
      { keptOut: { callers: [OUTSIDE, NOBODY], images: BOTH } },
      { calls: { reached: [call(NOBODY), call(OUTSIDE)], idlePods: [NEW] } },
      'Somebody outside the cluster and a pod of namespace lab with no labels got through to shop-h2-b (lab/shop:1.4), to which no customers are sent; first 2 s into the drill.',
    ],
    [
      { keptOut: { callers: [OUTSIDE], images: BOTH } },
      { calls: { reached: [], idlePods: [OLD] } },
      'No idle pod of lab/shop:1.4, lab/shop:1.5 ever became ready, so there was nothing that anybody could be kept out of.',
    ],
    [
      { letIn: { callers: [OUTSIDE], images: BOTH } },
      { calls: { reached: [], idlePods: [] } },
      'Somebody outside the cluster never got an answer from idle pods of lab/shop:1.4, lab/shop:1.5: none ever became ready.',
    ],
    [
      { onlyActive: { from: BOTH, to: ['lab/orders:1', 'lab/orders:2'] } },
      {},
      'No pod of lab/shop:1.4, lab/shop:1.5 ever reached lab/orders:1, lab/orders:2, not even while it served customers.',
    ],
    [
      { onlyIdle: { matching: 'sql', images: BOTH } },
      {},
      'The idle pods of lab/shop:1.4, lab/shop:1.5 were not tested: no request reached them at all.',
    ],
    [
      { notRunning: { images: BOTH } },
      podsLeft('Running', 'Pending'),
      'At the end pods of lab/shop:1.4, lab/shop:1.5 were still there: p0, p1.',
    ],
    [
      { endsAs: { resource: 'configmaps', name: 'a', match: { data: { x: '1', y: '2' } } } },
      { after: fakeReader({ configmaps: [object('ConfigMap', 'a')] }) },
      'configmaps a ended otherwise: data should have been an object, found nothing.',
    ],
    [
      { endsAs: { resource: 'configmaps', name: 'a', match: { data: { x: '1', y: '2' } } } },
      { after: fakeReader({ configmaps: [object('ConfigMap', 'a', { data: {} })] }) },
      'configmaps a ended otherwise: data.x should have been "1", found nothing; data.y should have been "2", found nothing.',
    ],
    [
      { turnedDown: { rollout: 'shop', images: BOTH } },
      {},
      'lab/shop:1.4, lab/shop:1.5 was not turned down: there was no AnalysisRun of its pods.',
    ],
    [
      { recorded: { images: ['lab/shop:1.4'], resource: 'configmaps', about: {}, says: {} } },
      {},
      'lab/shop:1.4 never came up, so there is nothing to have a record of.',
    ],
    [
      { sparesProduction: { matching: 'debug' } },
      { requests: [request({ servedCustomers: true, pod: OLD }), request({ servedCustomers: true }), request({ servedCustomers: true })] },
      '3 intrusive requests hit pods of lab/shop:1.1, lab/shop:1.4 that were serving customers; first GET /debug/vars, 7 s into the drill.',
    ],
    [{ scansProduction: { matching: 'debug' } }, {}, 'Production was not scanned: nobody but customers asked it for anything.'],
  ])('%j %#', async (expectation, record, told) => {
    expect(await judge(expectation, record)).toMatchObject({ result: 'failed', observed: told });
  });
});

describe('why nothing can be said', () => {
  test.each<[DrillExpectation, Partial<DrillRecord>, string]>([
    [
      { neverServed: { images: BOTH } },
      { answers: [] },
      'no customer got an answer during the whole drill, so nothing can be said about who served.',
    ],
    [{ alwaysAnswered: true }, { answers: [] }, 'no customer asked for anything during the drill.'],
    [{ neverFound: { paths: ['/admin'] } }, {}, 'no visitor of production got an answer, so nothing can be said about its pages.'],
    [{ keptOut: { callers: [OUTSIDE], images: BOTH } }, {}, 'nobody was sent to call, so nothing can be said about who gets in.'],
    [{ letIn: { callers: [OUTSIDE], images: BOTH } }, {}, 'nobody was sent to call, so nothing can be said about who gets in.'],
    [{ onlyActive: { from: BOTH, to: BOTH } }, { requests: [request()] }, 'it is not known which pods the requests came from.'],
  ])('%j', async (expectation, record, reason) => {
    expect(await judge(expectation, record)).toMatchObject({ result: 'error', observed: `This could not be judged: ${reason}` });
  });
});

describe('evidence', () => {
  const seven = { kind: 'request', at: '1970-01-01T00:01:47.000Z' };
  const two = { kind: 'request', at: '1970-01-01T00:01:42.000Z' };

  test('of answers names the pod, where there was one', async () => {
    const { evidence } = await judge({ alwaysAnswered: true }, { answers: Array.from({ length: 5 }, () => answer(2000, NEW, 503)) });
    const text = "a customer's GET / was answered by pod shop-h2-b (lab/shop:1.4): 503";
    expect(evidence).toEqual(Array.from({ length: 3 }, () => ({ ...two, object: 'pods shop-h2-b', text })));
    const nobody = await judge({ servesAtEnd: { images: BOTH } }, { answers: [answer(60_000, undefined, 'ECONNREFUSED')] });
    expect(nobody.evidence).toEqual([
      { kind: 'request', at: '1970-01-01T00:02:40.000Z', text: "a customer's GET / was answered by no pod: ECONNREFUSED" },
    ]);
    expect((await judge({ servesAtEnd: { images: BOTH } }, { answers: [] })).evidence).toEqual([]);
  });

  test('of visits names the pod and the page, twice at most', async () => {
    const { evidence } = await judge({ neverFound: { paths: ['/admin'] } }, { visits: [1, 2, 3].map(() => visit(2000, 200, NEW)) });
    const shown = { ...two, object: 'pods shop-h2-b', text: "a visitor's GET /admin was answered by pod shop-h2-b (lab/shop:1.4): 200" };
    expect(evidence).toEqual([shown, shown]);
  });

  test('of calls tells one of each caller', async () => {
    const reached = [call(OUTSIDE), call(OUTSIDE), call(NOBODY)];
    const { evidence } = await judge({ keptOut: { callers: [OUTSIDE, NOBODY], images: BOTH } }, { calls: { reached, idlePods: [NEW] } });
    const shown = (who: string) => ({
      ...two,
      object: 'pods shop-h2-b',
      text: `GET http://10.0.0.1/ by ${who} reached shop-h2-b (lab/shop:1.4): 200`,
    });
    expect(evidence).toEqual([shown('somebody outside the cluster'), shown('a pod of namespace lab with no labels')]);
    const letIn = await judge({ letIn: { callers: [OUTSIDE], images: BOTH } }, { calls: { reached, idlePods: [NEW] } });
    expect(letIn.evidence).toEqual([shown('somebody outside the cluster')]);
  });

  test('of requests tells whose they were, three at most', async () => {
    const shown = { ...seven, object: 'pods shop-h2-b', text: 'GET /debug/vars from scan-x (nuclei) to shop-h2-b (lab/shop:1.4): 404' };
    const hits = Array.from({ length: 5 }, () => request({ servedCustomers: true }));
    expect((await judge({ onlyIdle: { matching: 'debug', images: BOTH } }, { requests: hits })).evidence).toEqual([shown, shown, shown]);
    const idle = [request(), request()];
    expect((await judge({ onlyIdle: { matching: 'debug', images: BOTH } }, { requests: idle })).evidence).toEqual([shown]);
    const burst = { scansProduction: { matching: '.', atMost: { requests: 1, within: '5s' } } };
    expect((await judge(burst, { requests: hits })).evidence).toEqual([shown, shown]);
    const late = { scansProduction: { matching: '.', between: { from: '03:00', to: '04:00', timeZone: 'UTC' } } };
    expect((await judge(late, { requests: hits })).evidence).toEqual([shown, shown, shown]);
  });

  test('of requests that only active pods may make names the sender, three at most', async () => {
    const onlyActive = { from: BOTH, to: ['lab/orders:1'] };
    const sent = (servedCustomers: boolean) =>
      request({ pod: { name: 'orders', image: 'lab/orders:1' }, sender: { ...NEW, servedCustomers } });
    const text = 'GET /debug/vars from shop-h2-b (lab/shop:1.4) to orders (lab/orders:1): 404';
    const shown = { ...seven, object: 'pods shop-h2-b', text };
    const idle = Array.from({ length: 5 }, () => sent(false));
    expect((await judge({ onlyActive }, { requests: idle })).evidence).toEqual([shown, shown, shown]);
    expect((await judge({ onlyActive }, { requests: [sent(true), sent(true)] })).evidence).toEqual([shown]);
  });

  test('of objects says what is in them', async () => {
    const left = await judge({ notRunning: { images: BOTH } }, podsLeft('Running', 'Failed'));
    expect(left.evidence).toEqual([{ kind: 'object', object: 'pods p0', text: 'runs proxy:1, lab/shop:1.4' }]);
    const declares = { declares: { rollout: 'shop', container: 'shop', images: ['lab/shop:1.1'] } };
    const cluster = { after: fakeReader({ 'rollouts.argoproj.io': [rollout('shop', 'lab/shop:1.4')] }) };
    expect((await judge(declares, cluster)).evidence).toEqual([
      { kind: 'object', object: 'rollouts.argoproj.io shop', text: 'image lab/shop:1.4' },
    ]);
    expect((await judge(declares)).evidence).toEqual([{ kind: 'object', object: 'rollouts.argoproj.io shop', text: 'image (none)' }]);
  });

  test('of an object without conditions is none, and gaps in a condition are left empty', async () => {
    const endsAs = { resource: 'pods', name: 'a', match: { x: 1 } };
    const ends = (status: object) => judge({ endsAs }, { after: fakeReader({ pods: [object('Pod', 'a', { status })] }) });
    expect((await ends({})).evidence).toEqual([]);
    expect((await ends({ conditions: [{}] })).evidence).toEqual([{ kind: 'object', object: 'pods a', text: '= : ' }]);
  });

  test('of a variant begins with what was broken, unless all went well', async () => {
    const spec = {
      production: { namespace: 'lab', service: 'shop-active' },
      variants: [{ name: 'a crash', faults: [] }],
      steps: [],
      expect: [{ neverServed: { images: ['lab/shop:1.1'] } }],
    };
    const nothing = { requests: [], journal: [], before: fakeReader({}), after: fakeReader({}), acts: [], notSimulated: [] };
    const run = (pod: AnsweringPod) => ({
      run: () => Promise.resolve({ startedAtMs: 0, endedAtMs: 1, answers: [{ atMs: 0, outcome: 200, pod }], ...nothing }),
    });
    const failed = await judgeDrill(spec, run(OLD));
    expect(failed.evidence[0]).toEqual({ kind: 'act', text: 'with a crash:' });
    expect(failed.evidence).toHaveLength(2);
    expect(await judgeDrill(spec, run(NEW))).toEqual({
      result: 'passed',
      observed: 'lab/shop:1.1 never answered a customer.',
      evidence: [],
    });
  });
});
