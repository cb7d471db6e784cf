import { describe, expect, test } from 'vitest';
import { judgeDrill } from '../checks/judge-drill.ts';
import type { DrillExpectation } from '../check-spec.ts';
import type { Call, Caller, DrillPlan, DrillRecord, PodRequest } from '../ports.ts';
import { fakeReader } from '../testing/fake-cluster.ts';

const IDLE = { name: 'shop-h2-a', image: 'lab/shop:1.8' };
const ORDERS = { name: 'orders-a', image: 'lab/orders:1.0' };
const NEIGHBOUR: Caller = { namespace: 'marketing', labels: { app: 'newsletter', tier: 'x' } };
const IMAGES = ['lab/shop:1.8'];

function call(change: Partial<Call> = {}): Call {
  return {
    atMs: 5_000,
    caller: 'outside',
    url: 'http://172.18.0.2:30080/healthz',
    outcome: 200,
    pod: IDLE,
    servedCustomers: false,
    ...change,
  };
}

async function judge(expectation: DrillExpectation, record: Partial<DrillRecord>) {
  const plans: DrillPlan[] = [];
  const spec = { production: { namespace: 'lab', service: 'shop-active' }, steps: [{ elapse: '1m' }], expect: [expectation] };
  const verdict = await judgeDrill(spec, {
    run: async (plan) => {
      plans.push(plan);
      const nothing = { answers: [], requests: [], journal: [], before: fakeReader({}), after: fakeReader({}), acts: [], notSimulated: [] };
      return Promise.resolve({ startedAtMs: 0, endedAtMs: 60_000, ...nothing, ...record });
    },
  });
  return { ...verdict, plan: plans[0]! };
}

describe('kept out', () => {
  const keptOut = { callers: ['outside' as const, NEIGHBOUR], images: IMAGES };

  test('is who reached no idle pod; they are sent once, however often they are named', async () => {
    const { result, plan } = await judge(
      { keptOut: { ...keptOut, callers: [...keptOut.callers, 'outside'] } },
      { calls: { reached: [], idlePods: [IDLE] } },
    );
    expect(result).toBe('passed');
    expect(plan.callers).toEqual(keptOut.callers);
  });

  test.each<[string, Partial<Call>]>([
    ['a page', {}],
    ['an error', { outcome: 503 }],
    ['a closed port', { outcome: 'ECONNREFUSED' }],
    ['a page for somebody else named', { caller: { namespace: 'marketing', labels: { tier: 'x', app: 'newsletter' } } }],
  ])('is not who got %s', async (_, change) => {
    const { result, observed, evidence } = await judge({ keptOut }, { calls: { reached: [call(change)], idlePods: [IDLE] } });
    expect([result, evidence.length]).toEqual(['failed', 1]);
    expect(observed).toMatch(/got through to shop-h2-a \(lab\/shop:1.8\).* 5 s into the drill/);
  });

  test.each<[string, Partial<Call>]>([
    ['a pod that serves customers', { servedCustomers: true }],
    ['a pod of another image', { pod: ORDERS }],
    ['an idle pod, and is not named', { caller: { namespace: 'operators', labels: {} } }],
  ])('nobody is found not to be who reached %s', async (_, change) => {
    expect((await judge({ keptOut }, { calls: { reached: [call(change)], idlePods: [IDLE] } })).result).toBe('passed');
  });

  test('nobody is where nothing was idle, and nothing can be said where nobody was sent', async () => {
    const { result, observed } = await judge({ keptOut }, { calls: { reached: [], idlePods: [ORDERS] } });
    expect([result, observed]).toEqual(['failed', expect.stringContaining('No idle pod of lab/shop:1.8')]);
    expect((await judge({ keptOut }, {})).result).toBe('error');
  });
});

describe('let in', () => {
  const letIn = { callers: [NEIGHBOUR, 'outside' as const], images: IMAGES };

  test('is who got an answer from an idle pod, all of them', async () => {
    const reached = [call(), call({ caller: NEIGHBOUR, outcome: 404 })];
    expect((await judge({ letIn }, { calls: { reached, idlePods: [IDLE] } })).result).toBe('passed');
    const { result, observed } = await judge({ letIn }, { calls: { reached: [call()], idlePods: [IDLE] } });
    const who = 'A pod of namespace marketing with app=newsletter, tier=x never got an answer from idle pods of lab/shop:1.8';
    expect([result, observed]).toEqual(['failed', `${who}, of which 1 was ready.`]);
    const more = await judge({ letIn }, { calls: { reached: [call()], idlePods: [IDLE, IDLE, { ...IDLE, name: 'shop-h2-b' }] } });
    expect(more.observed).toBe(`${who}, of which 2 were ready.`);
    expect((await judge({ letIn }, { calls: { reached: [call()], idlePods: [ORDERS] } })).observed).toBe(`${who}: none ever became ready.`);
  });

  test.each<[string, Partial<Call>]>([
    ['a closed port', { outcome: 'ECONNREFUSED' }],
    ['a pod that serves customers', { servedCustomers: true }],
    ['a pod of another image', { pod: ORDERS }],
  ])('is not who reached %s', async (_, change) => {
    const calls = { reached: [call(change)], idlePods: [IDLE] };
    expect((await judge({ letIn: { ...letIn, callers: ['outside'] } }, { calls })).result).toBe('failed');
  });

  test('nothing can be said where nobody was sent', async () => {
    expect((await judge({ letIn }, {})).result).toBe('error');
  });
});

describe('only active', () => {
  const onlyActive = { from: IMAGES, to: ['lab/orders:1.0'] };
  const request = (sender?: PodRequest['sender'], pod = ORDERS): PodRequest => ({
    atMs: 7_000,
    from: 'x',
    method: 'POST',
    target: '/orders',
    userAgent: '',
    outcome: 201,
    pod,
    servedCustomers: false,
    ...(sender && { sender }),
  });
  const active = { ...IDLE, servedCustomers: true };
  const idle = { ...IDLE, servedCustomers: false };

  test.each([
    ['active pods only', [request(active)], 'passed'],
    ['an idle pod as well', [request(active), request(idle)], 'failed'],
    ['idle pods of other images', [request(active), request({ ...ORDERS, servedCustomers: false })], 'passed'],
    ['an idle pod that reached something else', [request(active), request(idle, IDLE)], 'passed'],
    ['nobody', [request(), request(active, IDLE)], 'failed'],
    ['no requests at all', [], 'failed'],
    ['somebody whom nobody knows', [request()], 'error'],
  ])('%s: %#', async (_, requests, expected) => {
    expect((await judge({ onlyActive }, { requests })).result).toBe(expected);
  });

  test('says who it was, when, and what it wanted', async () => {
    const { observed, evidence } = await judge({ onlyActive }, { requests: [request(idle), request(idle)] });
    expect(observed).toContain(
      'shop-h2-a (lab/shop:1.8) served no customers and reached orders-a (lab/orders:1.0) all the same; 2 such requests, first 7 s',
    );
    expect(evidence.at(-1)?.text).toBe('POST /orders from shop-h2-a (lab/shop:1.8) to orders-a (lab/orders:1.0): 201');
  });
});
