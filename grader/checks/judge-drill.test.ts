import { describe, expect, test } from 'vitest';
import type { DrillExpectation, DrillSpec } from '../check-spec.ts';
import type { CustomerAnswer, DrillPlan, DrillRecord, JournalEntry, PodRequest } from '../ports.ts';
import { fakeReader, object, write } from '../testing/fake-cluster.ts';
import { judgeDrill } from './judge-drill.ts';

const OLD = { name: 'shop-h1-a', image: 'lab/shop:1.1', podTemplateHash: 'h1' };
const NEW = { name: 'shop-h2-b', image: 'lab/shop:1.4', podTemplateHash: 'h2' };

const answer = (atMs: number, pod: CustomerAnswer['pod'], outcome: number | string = 200): CustomerAnswer => ({
  atMs,
  outcome,
  ...(pod && { pod }),
});

function recordOf(record: Partial<DrillRecord>): DrillRecord {
  return {
    startedAtMs: 0,
    endedAtMs: 60_000,
    answers: [answer(0, OLD), answer(60_000, OLD)],
    requests: [],
    journal: [],
    before: fakeReader({}),
    after: fakeReader({}),
    acts: [{ atMs: 0, what: 'released lab/shop:1.4' }],
    notSimulated: [],
    ...record,
  };
}

const spec = (expectations: DrillExpectation[]): DrillSpec => ({
  production: { namespace: 'lab', service: 'shop-active' },
  steps: [{ elapse: '1m' }],
  expect: expectations,
});

const judge = (expectation: DrillExpectation, record: Partial<DrillRecord>) =>
  judgeDrill(spec([expectation]), { run: () => Promise.resolve(recordOf(record)) });

test('the plan carries production, steps and the faults of the variant', async () => {
  const plans: DrillPlan[] = [];
  const drills = { run: (plan: DrillPlan) => Promise.resolve((plans.push(plan), recordOf({}))) };
  const variants = [
    { name: 'a hanging scanner', faults: [{ hang: { command: 'nuclei' } }] },
    { name: 'a crash', faults: [{ crash: { command: 'nuclei', code: 2 } }] },
  ];
  await judgeDrill({ ...spec([{ neverServed: { images: ['x'] } }]), variants }, drills);
  expect(plans).toEqual(
    variants.map(({ faults }) => ({ production: { namespace: 'lab', name: 'shop-active' }, faults, steps: [{ elapse: '1m' }] })),
  );
});

test('a variant that fails is named, and one is enough', async () => {
  const drills = {
    run: ({ faults }: DrillPlan) =>
      Promise.resolve(recordOf(faults.length > 0 ? { answers: [answer(5000, NEW), answer(60_000, OLD)] } : {})),
  };
  const variants = [
    { name: 'nothing broken', faults: [] },
    { name: 'a hanging scanner', faults: [{ hang: { command: 'nuclei' } }] },
  ];
  const verdict = await judgeDrill({ ...spec([{ neverServed: { images: ['lab/shop:1.4'] } }]), variants }, drills);
  expect(verdict.result).toBe('failed');
  expect(verdict.observed).toBe('With a hanging scanner: lab/shop:1.4 answered customers, first 5 s into the drill, then no more.');
});

test('what cannot be simulated is an error, whatever else was seen', async () => {
  const notSimulated = [{ pod: 'scan-x', container: 'scan', message: 'perl is not modelled' }];
  const verdict = await judge({ neverServed: { images: ['lab/shop:1.4'] } }, { notSimulated, answers: [answer(0, NEW)] });
  expect(verdict.result).toBe('error');
  expect(verdict.observed).toContain('perl is not modelled');
  expect(verdict.evidence).toEqual([{ kind: 'problem', object: 'pods scan-x', text: 'container scan: perl is not modelled' }]);
});

test('a failure shows what the drill did, a pass does not', async () => {
  const failed = await judge({ neverServed: { images: ['lab/shop:1.1'] } }, {});
  expect(failed.evidence[0]).toEqual({ kind: 'act', at: '1970-01-01T00:00:00.000Z', text: 'released lab/shop:1.4' });
  const passed = await judge({ neverServed: { images: ['lab/shop:1.4'] } }, {});
  expect(passed.evidence).toEqual([]);
});

test('an expectation without content is a mistake of the scenario', async () => {
  await expect(judge({}, {})).rejects.toThrow('an expectation without content');
});

describe('neverServed', () => {
  const never = { neverServed: { images: ['lab/shop:1.4', 'lab/shop:1.5'] } };

  test('one answer is one too many', async () => {
    expect((await judge(never, {})).result).toBe('passed');
    const once = await judge(never, { answers: [answer(0, OLD), answer(30_000, NEW), answer(31_000, OLD)] });
    expect(once.result).toBe('failed');
    expect(once.observed).toBe('lab/shop:1.4 answered customers, first 30 s into the drill, then no more.');
    expect(once.evidence.at(-1)?.text).toBe("a customer's GET / was answered by pod shop-h2-b (lab/shop:1.4): 200");
  });

  test('it is said how long, and whether it goes on', async () => {
    const span = await judge(never, { answers: [answer(10_000, NEW), answer(40_000, NEW), answer(41_000, OLD)] });
    expect(span.observed).toContain('for 30 s');
    const still = await judge(never, { answers: [answer(10_000, NEW), answer(60_000, NEW)] });
    expect(still.observed).toContain('and still when the drill ended');
  });

  test('a drill in which nobody ever answered proves nothing', async () => {
    expect((await judge(never, { answers: [] })).result).toBe('error');
    expect((await judge(never, { answers: [answer(1, undefined, 'ECONNREFUSED')] })).result).toBe('error');
  });
});

describe('servesAtEnd', () => {
  const serves = { servesAtEnd: { images: ['lab/shop:1.4'] } };

  test('only the last seconds count', async () => {
    expect((await judge(serves, { answers: [answer(0, OLD), answer(55_000, NEW), answer(60_000, NEW)] })).result).toBe('passed');
    expect((await judge(serves, { answers: [answer(0, OLD), answer(54_999, OLD), answer(55_000, NEW)] })).result).toBe('passed');
    expect((await judge(serves, { answers: [answer(55_000, OLD), answer(60_000, NEW)] })).result).toBe('failed');
  });

  test('errors, silence and other images fail, and the Rollout says why', async () => {
    const rollout = object('Rollout', 'shop', { status: { phase: 'Degraded', message: 'RolloutAborted: gate' } });
    const after = fakeReader({ 'rollouts.argoproj.io': [rollout, object('Rollout', 'cart')] });
    const other = await judge(serves, { after });
    expect(other.observed).toBe(
      'At the end lab/shop:1.4 should have answered customers, but lab/shop:1.1 did. Rollout shop was Degraded (RolloutAborted: gate). Rollout cart was without a phase.',
    );
    const lead = 'At the end lab/shop:1.4 should have answered customers, but';
    expect((await judge(serves, { answers: [answer(60_000, NEW, 503)] })).observed).toBe(`${lead} one of them got 503.`);
    const refused = [answer(60_000, undefined, 'ECONNREFUSED')];
    expect((await judge(serves, { answers: refused })).observed).toBe(`${lead} one of them got no answer (ECONNREFUSED).`);
    expect((await judge(serves, { answers: [answer(1000, NEW)] })).observed).toBe(`${lead} nobody did.`);
    expect((await judge(serves, { answers: [answer(60_000, NEW, 404)] })).result).toBe('passed');
  });
});

describe('alwaysAnswered', () => {
  test('every failed request counts', async () => {
    expect((await judge({ alwaysAnswered: true }, {})).observed).toBe('All 2 requests of customers were answered.');
    const bad = await judge(
      { alwaysAnswered: true },
      { answers: [answer(0, OLD), answer(3000, undefined, 'ECONNREFUSED'), answer(4000, OLD, 500)] },
    );
    expect(bad.observed).toBe('2 of 3 requests of customers failed; the first 3 s into the drill with ECONNREFUSED.');
    expect(bad.evidence.filter(({ kind }) => kind === 'request').map(({ text }) => text)).toEqual([
      "a customer's GET / was answered by no pod: ECONNREFUSED",
      "a customer's GET / was answered by pod shop-h1-a (lab/shop:1.1): 500",
    ]);
    expect((await judge({ alwaysAnswered: true }, { answers: [] })).result).toBe('error');
  });
});

describe('declares', () => {
  const declares = { declares: { rollout: 'shop', container: 'shop', images: ['lab/shop:1.1'] } };
  const cluster = (containers: object[]) => ({
    after: fakeReader({ 'rollouts.argoproj.io': [object('Rollout', 'shop', { spec: { template: { spec: { containers } } } })] }),
  });

  test('the image of the named container of the named Rollout', async () => {
    const sidecar = { name: 'proxy', image: 'proxy:1' };
    expect((await judge(declares, cluster([sidecar, { name: 'shop', image: 'lab/shop:1.1' }]))).result).toBe('passed');
    expect((await judge(declares, cluster([{ name: 'shop', image: 'lab/shop:1.2' }]))).observed).toBe(
      'At the end Rollout shop declared lab/shop:1.2 in container shop.',
    );
    expect((await judge(declares, cluster([sidecar]))).observed).toBe('At the end Rollout shop declared no image in container shop.');
    expect((await judge(declares, {})).result).toBe('failed');
  });
});

describe('onlyIdle', () => {
  const onlyIdle = { onlyIdle: { matching: '^GET /debug', images: ['lab/shop:1.4'] } };
  const request = (change: Partial<PodRequest>): PodRequest => ({
    atMs: 1000,
    from: 'scan-x',
    method: 'GET',
    target: '/debug/vars',
    userAgent: '',
    outcome: 404,
    pod: NEW,
    servedCustomers: false,
    ...change,
  });

  test('wants the idle pods tested and production left alone', async () => {
    expect((await judge(onlyIdle, { requests: [request({})] })).observed).toBe(
      '1 intrusive requests reached idle pods, none reached production.',
    );
    const untested = async (...requests: PodRequest[]) => {
      const { result, observed } = await judge(onlyIdle, { requests });
      expect(result).toBe('failed');
      return observed.replace('The idle pods of lab/shop:1.4 were not tested: ', '');
    };
    const nothing = 'no request reached them at all.';
    expect(await untested()).toBe(nothing);
    expect(await untested(request({ pod: OLD }))).toBe(nothing);
    expect(await untested(request({ target: '/', servedCustomers: true }))).toBe(nothing);
    expect(await untested(request({ target: '/' }))).toBe('the one request that reached them was not intrusive.');
    expect(await untested(request({ method: 'POST' }), request({ target: '/' }))).toBe(
      'none of 2 requests that reached them was intrusive.',
    );
    const hit = await judge(onlyIdle, { requests: [request({}), request({ pod: OLD, servedCustomers: true })] });
    expect(hit.observed).toBe(
      'One intrusive request hit pods of lab/shop:1.1 that were serving customers; first GET /debug/vars, 1 s into the drill.',
    );
    expect(hit.evidence.at(-1)?.text).toBe('GET /debug/vars from scan-x (no User-Agent) to shop-h1-a (lab/shop:1.1): 404');
  });
});

describe('gated', () => {
  const gated = { gated: { rollout: 'shop', images: ['lab/shop:1.4'] } };
  const served = [answer(0, OLD), answer(20_000, NEW), answer(60_000, NEW)];
  const measured = { metricResults: [{ name: 'scan', successful: 1 }] };

  function run(change: {
    atMs?: number;
    phase?: string;
    status?: object;
    spec?: object;
    hash?: string;
    owner?: string;
    before?: string;
  }): JournalEntry {
    const metadata = {
      labels: { 'rollouts-pod-template-hash': change.hash ?? 'h2' },
      ownerReferences: [{ kind: 'Rollout', name: change.owner ?? 'shop', uid: 'u', controller: true }],
    };
    const phase = change.phase ?? 'Successful';
    const completedAt = '1970-01-01T00:00:10Z';
    return write(change.atMs ?? 10_000, 'analysisruns.argoproj.io', 'shop-h2-2-pre', {
      before: object('AnalysisRun', 'shop-h2-2-pre', { status: { phase: change.before ?? 'Running' } }, metadata),
      after: object(
        'AnalysisRun',
        'shop-h2-2-pre',
        { spec: change.spec ?? {}, status: { phase, completedAt, ...(change.status ?? measured) } },
        metadata,
      ),
    });
  }
  const judgeRun = (...runs: JournalEntry[]) => judge(gated, { answers: served, journal: runs });

  test('a measured success before the first customer passes', async () => {
    expect((await judgeRun(run({}))).observed).toBe('shop-h2-2-pre measured and succeeded before lab/shop:1.4 reached customers.');
    expect((await judgeRun(run({ atMs: 20_000 }))).result).toBe('passed');
    expect((await judgeRun(run({ phase: 'Failed' }), run({ atMs: 11_000 }))).result).toBe('passed');
  });

  test('a release that never gets there fails', async () => {
    expect((await judge(gated, { journal: [run({})] })).observed).toBe('lab/shop:1.4 never reached customers, who met lab/shop:1.1.');
    expect((await judge(gated, { answers: served.slice(1), journal: [run({})] })).observed).toMatch(
      /^lab\/shop:1\.4 was in production when the drill began, so releasing it shows nothing\./,
    );
  });

  test.each([
    ['no run at all', [], 'no AnalysisRun of these pods ended'],
    ['a run that ends afterwards', [run({ atMs: 20_001 })], 'shop-h2-2-pre ended only afterwards'],
    ['a run that failed', [run({ phase: 'Failed' })], 'shop-h2-2-pre was Failed'],
    [
      'a run that failed after one that was cut short',
      [run({ spec: { terminate: true } }), run({ atMs: 12_000, phase: 'Failed' })],
      'shop-h2-2-pre was Failed.',
    ],
    ['a run that was terminated', [run({ spec: { terminate: true } })], 'shop-h2-2-pre was ended early by somebody'],
    ['a run that measured nothing', [run({ status: {} })], 'took no measurement that counts'],
    [
      'a run without a success',
      [run({ status: { metricResults: [{ name: 'scan', inconclusive: 1 }] } })],
      'took no measurement that counts',
    ],
    ['a dry run', [run({ status: { metricResults: [{ name: 'scan', successful: 1, dryRun: true }] } })], 'took no measurement that counts'],
    ['a run for other pods', [run({ hash: 'h1' })], 'no AnalysisRun of these pods ended'],
    ['a run of another Rollout', [run({ owner: 'cart' })], 'no AnalysisRun of these pods ended'],
    ['a run whose phase did not change then', [run({ before: 'Successful' })], 'no AnalysisRun of these pods ended'],
  ])('%s is no gate', async (_, runs, reason) => {
    const verdict = await judgeRun(...runs);
    expect(verdict.result).toBe('failed');
    expect(verdict.observed).toContain('lab/shop:1.4 reached customers 20 s into the drill without a scan that had passed by then');
    expect(verdict.observed).toContain(reason);
  });

  test('the runs that were there are evidence', async () => {
    const message = 'Metric "scan" assessed Failed';
    const verdict = await judgeRun(run({ phase: 'Failed', status: { message } }), run({ phase: 'Error' }));
    expect(verdict.evidence.filter(({ kind }) => kind === 'analysis')).toEqual([
      { kind: 'analysis', at: '1970-01-01T00:00:10.000Z', object: 'analysisruns.argoproj.io shop-h2-2-pre', text: `Failed: ${message}` },
      { kind: 'analysis', at: '1970-01-01T00:00:10.000Z', object: 'analysisruns.argoproj.io shop-h2-2-pre', text: 'Error' },
    ]);
  });
});

describe('serveInTurn', () => {
  const image = (tag: string) => ({ ...OLD, image: tag });
  const met = (...tags: string[]) => ({ answers: tags.map((tag, index) => answer(index * 1000, image(tag))) });
  const wanted: DrillExpectation = { serveInTurn: { images: ['a', 'b', 'a'] } };

  test('holds when each took over after the one before it, whatever served in between', async () => {
    expect((await judge(wanted, met('x', 'a', 'a', 'b', 'a'))).result).toBe('passed');
    expect((await judge(wanted, met('a', 'x', 'b', 'b', 'x', 'a', 'x'))).result).toBe('passed');
  });

  test('fails when one is missing or the order is another, and says what customers met', async () => {
    const verdict = await judge(wanted, met('x', 'a', 'b', 'b'));
    expect(verdict.result).toBe('failed');
    expect(verdict.observed).toBe('Customers should have met a, b, a in this order, but met x, a, b.');
    expect((await judge(wanted, met('b', 'a'))).result).toBe('failed');
    expect((await judge(wanted, met('a'))).result).toBe('failed');
    expect((await judge(wanted, { answers: [] })).observed).toContain('but met nobody');
  });

  test('an answer that is an error does not count as being served', async () => {
    const answers = [answer(0, image('a')), answer(1000, image('b'), 503), answer(2000, image('a'))];
    expect((await judge(wanted, { answers })).result).toBe('failed');
  });
});

describe('neverFound', () => {
  const wanted: DrillExpectation = { neverFound: { paths: ['/debug/vars', '/admin'] } };
  const visit = (atMs: number, path: string, outcome: number | string, pod: CustomerAnswer['pod'] = OLD) => ({
    ...answer(atMs, pod, outcome),
    path,
  });

  test('the plan says which pages are visited, each once', async () => {
    const plans: DrillPlan[] = [];
    const drills = { run: (plan: DrillPlan) => Promise.resolve((plans.push(plan), recordOf({}))) };
    await judgeDrill(spec([wanted, { neverFound: { paths: ['/admin'] } }, { alwaysAnswered: true }]), drills);
    expect(plans[0]!.visits).toEqual(['/debug/vars', '/admin']);
  });

  test('holds as long as no visitor gets to see one', async () => {
    const visits = [visit(0, '/debug/vars', 404), visit(0, '/admin', 403), visit(1000, '/admin', 'ECONNREFUSED'), visit(0, '/other', 200)];
    expect((await judge(wanted, { visits })).result).toBe('passed');
  });

  test('fails for a single answer, and shows whose it was', async () => {
    const verdict = await judge(wanted, { visits: [visit(0, '/debug/vars', 404), visit(4000, '/admin', 200, NEW)] });
    expect(verdict.result).toBe('failed');
    expect(verdict.observed).toBe('Production showed /admin to visitors, first 4 s into the drill: 1 of 2 got to see such a page.');
    expect(verdict.evidence.at(-1)!.text).toBe("a visitor's GET /admin was answered by pod shop-h2-b (lab/shop:1.4): 200");
  });

  test('is not judged when nobody visited, or nobody answered', async () => {
    expect((await judge(wanted, {})).result).toBe('error');
    expect((await judge(wanted, { visits: [{ atMs: 0, outcome: 'ECONNREFUSED', path: '/admin' }] })).result).toBe('error');
  });
});
