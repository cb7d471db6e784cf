import { describe, expect, test } from 'vitest';
import type { DrillRecord, PodRequest } from '../ports.ts';
import { fakeReader } from '../testing/fake-cluster.ts';
import { judgeScansProduction } from './scans-production.ts';
import { judgeSparesProduction } from './spares-production.ts';

const NIGHT_MS = Date.parse('2026-11-26T02:00:00Z');
const BETWEEN = { from: '03:00', to: '04:00', timeZone: 'Europe/Berlin' };

function request(afterMs: number, { target = '/', servedCustomers = true } = {}): PodRequest {
  const pod = { name: 'shop-1', image: 'lab/shop:1.1' };
  return { atMs: NIGHT_MS + afterMs, from: 'scan', method: 'GET', target, userAgent: 'nuclei', outcome: 200, pod, servedCustomers };
}

function recordOf(...requests: PodRequest[]): DrillRecord {
  const [before, after] = [fakeReader({}), fakeReader({})];
  return { startedAtMs: 0, endedAtMs: NIGHT_MS, answers: [], requests, journal: [], before, after, acts: [], notSimulated: [] };
}

describe('scansProduction', () => {
  test('a scan at its hour passes, and one at another hour fails', () => {
    const wanted = { matching: '.', between: BETWEEN };
    expect(judgeScansProduction(wanted, recordOf(request(0), request(3_599_000))).result).toBe('passed');
    expect(judgeScansProduction(wanted, recordOf(request(0), request(3_600_000))).observed).toBe(
      '1 of 2 requests of scans reached production at other times than between 03:00 and 04:00 (Europe/Berlin); the first at 04:00.',
    );
  });

  test('hours may go past midnight', () => {
    const wanted = { matching: '.', between: { from: '23:00', to: '02:30', timeZone: 'UTC' } };
    expect(judgeScansProduction(wanted, recordOf(request(0))).result).toBe('passed');
    expect(judgeScansProduction(wanted, recordOf(request(1_800_000))).result).toBe('failed');
  });

  test('a window begins with its first minute and ends before its last', () => {
    const within = (from: string, to: string) =>
      judgeScansProduction({ matching: '.', between: { from, to, timeZone: 'UTC' } }, recordOf(request(0))).result;
    expect(within('02:00', '02:01')).toBe('passed');
    expect(within('01:00', '02:00')).toBe('failed');
    expect(within('02:01', '03:00')).toBe('failed');
    expect(within('23:00', '02:00')).toBe('failed');
    expect(within('02:00', '01:00')).toBe('passed');
    expect(within('03:00', '03:00')).toBe('failed');
  });

  test('requests need not come in order to be a burst', () => {
    const wanted = { matching: '.', atMost: { requests: 1, within: '10s' } };
    expect(judgeScansProduction(wanted, recordOf(request(15_000), request(0), request(30_000))).result).toBe('passed');
    expect(judgeScansProduction(wanted, recordOf(request(15_000), request(0), request(9000), request(30_000))).observed).toContain(
      '2 requests of scans reached production within 10 s',
    );
  });

  test('no scan fails, wherever else somebody scanned', () => {
    const elsewhere = request(0, { servedCustomers: false });
    const nobody = 'Production was not scanned: nobody but customers asked it for anything.';
    expect(judgeScansProduction({ matching: '.' }, recordOf(elsewhere))).toMatchObject({ result: 'failed', observed: nobody });
    expect(judgeScansProduction({ matching: 'POST' }, recordOf(request(0), request(1000)))).toMatchObject({
      result: 'failed',
      observed: 'Production was not scanned: 2 requests reached it beside those of customers, and none of them was part of a scan.',
    });
  });

  test('a burst fails, wherever the seconds begin', () => {
    const wanted = { matching: '.', atMost: { requests: 2, within: '10s' } };
    expect(judgeScansProduction(wanted, recordOf(request(0), request(5000), request(10_000), request(15_000))).result).toBe('passed');
    expect(judgeScansProduction(wanted, recordOf(request(6000), request(9000), request(15_900))).observed).toBe(
      '3 requests of scans reached production within 10 s; 2 are allowed.',
    );
  });
});

describe('sparesProduction', () => {
  const judge = (...requests: PodRequest[]) =>
    judgeSparesProduction({ matching: 'q=%27' }, { ...recordOf(...requests), startedAtMs: NIGHT_MS });

  test('only what matches and reached customers’ pods counts', () => {
    expect(judge(request(0), request(0, { target: '/search?q=%27', servedCustomers: false })).result).toBe('passed');
    const verdict = judge(request(0, { target: '/search?q=%27' }), request(1000, { target: '/search?q=%27' }));
    expect(verdict.observed).toBe(
      '2 intrusive requests hit pods of lab/shop:1.1 that were serving customers; first GET /search?q=%27, 0 s into the drill.',
    );
    expect(verdict.evidence).toHaveLength(2);
    expect(verdict.evidence[0]?.text).toBe('GET /search?q=%27 from scan (nuclei) to shop-1 (lab/shop:1.1): 200');
  });
});
