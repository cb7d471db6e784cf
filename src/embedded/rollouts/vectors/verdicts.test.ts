import { afterEach, describe, expect, test } from 'vitest';
import type { Metric } from '../../../kube/types/rollouts.ts';
import { GateWorld, jobGate, webGate } from './gate-world.ts';

const SECOND = 1_000;
const BETWEEN = { successCondition: 'result.c < 1', failureCondition: 'result.c > 5' };

let worlds: GateWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.map(async ({ cluster }) => cluster.close()));
  worlds = [];
});

async function gated(metrics: Metric[], strategy: Record<string, unknown> = {}): Promise<GateWorld> {
  const w = await GateWorld.gated(metrics, strategy);
  worlds.push(w);
  return w;
}

/** The update has gone through: customers are served by the new release. */
async function expectPromoted(w: GateWorld): Promise<void> {
  await w.untilHealthy();
  expect(w.servedBy('active')).toBe('lab/shop:1.1');
  expect(w.told().at(-1)).toMatch(/^RolloutCompleted: .*Completed blue-green update$/);
}

/** The update was aborted, and customers never saw it. */
async function expectDegraded(w: GateWorld, why: string): Promise<void> {
  await w.untilPhase('Degraded');
  const prefix = 'RolloutAborted: Rollout aborted update to revision 2: Blue/green pre-promotion analysis phase error/failed: ';
  expect(w.status.message).toBe(prefix + why);
  await w.wait(60 * SECOND);
  expect([w.servedBy('active'), w.switches]).toEqual(['lab/shop:1.0', []]);
}

describe('limits', () => {
  test('V33 a failure within failureLimit is promoted', async () => {
    const w = await gated([jobGate({ count: 1, failureLimit: 1 })]);
    w.sandboxes.scans = [['end', '1', '2']];
    await w.ship('1.1');
    await expectPromoted(w);
    expect(w.run.status).toMatchObject({ phase: 'Successful', metricResults: [{ failed: 1, phase: 'Successful' }] });
  });

  test('V34 a count below failureLimit aborts; without a count the same limit lets everything through', async () => {
    const strict = await gated([jobGate({ count: 1, failureLimit: 2 })]);
    await strict.ship('1.1');
    await expectDegraded(
      strict,
      'Analysis spec invalid: metrics[0]: count (1) must be >= failureLimit + consecutiveSuccessLimit (2 + 0) if both >= 0',
    );
    const lax = await gated([jobGate({ failureLimit: 2 })]);
    lax.sandboxes.scans = [['end', '1', '2']];
    await lax.ship('1.1');
    await expectPromoted(lax);
  });
});

describe('a gate that asks a server', () => {
  test('V35 an answer in HTML is promoted, whatever the conditions', async () => {
    const w = await gated([webGate({ successCondition: 'result.criticals == 0' })]);
    w.answer = () => ({ body: '<html>Sign in</html>' });
    await w.ship('1.1');
    await expectPromoted(w);
    expect(w.run.status!.metricResults![0]!.measurements![0]).toMatchObject({ phase: 'Successful', value: '<html>Sign in</html>' });
  });

  test('V36 a server that is down for good aborts after five tries', async () => {
    const w = await gated([webGate(BETWEEN)]);
    w.answer = () => ({ status: 500 });
    await w.ship('1.1');
    await expectDegraded(
      w,
      'Metric "scan" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: received non 2xx response code: 500"',
    );
    expect(w.asked).toBe(5);
    expect(w.run.status).toMatchObject({ phase: 'Error', metricResults: [{ error: 5 }] });
  });

  test('V37 a server that comes back in time is believed', async () => {
    const w = await gated([webGate(BETWEEN)]);
    w.answer = () => (w.asked <= 3 ? { status: 500 } : { body: '{"c":0}' });
    await w.ship('1.1');
    await expectPromoted(w);
    expect(w.run.status!.metricResults![0]).toMatchObject({ phase: 'Successful', error: 3, successful: 1 });
    expect(w.run.status!.metricResults![0]!.consecutiveError).toBeUndefined();
  });

  test('V38 without conditions any JSON is promoted', async () => {
    const w = await gated([webGate()]);
    w.answer = () => ({ body: '{"criticals": 99}' });
    await w.ship('1.1');
    await expectPromoted(w);
  });

  test('a server that nobody knows aborts', async () => {
    const w = await gated([webGate({ provider: { web: { url: 'http://scannr.lab.svc/' } }, consecutiveErrorLimit: 0 })]);
    await w.ship('1.1');
    await expectDegraded(
      w,
      'Metric "scan" assessed Error due to consecutiveErrors (1) > consecutiveErrorLimit (0): ' +
        '"Error Message: Get "http://scannr.lab.svc/": dial tcp: lookup scannr.lab.svc on 10.96.0.10:53: no such host"',
    );
  });

  test('V46 a condition that does not fit aborts', async () => {
    const w = await gated([webGate({ successCondition: 'result', consecutiveErrorLimit: 0 })]);
    w.answer = () => ({ body: '"text"' });
    await w.ship('1.1');
    await expectDegraded(
      w,
      'Metric "scan" assessed Error due to consecutiveErrors (1) > consecutiveErrorLimit (0): ' +
        '"Error Message: could not evaluate successCondition "result": expected bool, but got string"',
    );
  });
});

describe('a verdict between the conditions', () => {
  /** A gate that has just found three. */
  async function undecided(strategy: Record<string, unknown> = {}): Promise<GateWorld> {
    const w = await gated([webGate(BETWEEN)], strategy);
    w.answer = () => ({ body: '{"c":3}' });
    await w.ship('1.1');
    await w.untilPhase('Paused');
    return w;
  }

  test('V39 pauses, and customers stay where they are', async () => {
    const w = await undecided();
    await w.wait(300 * SECOND);
    expect(w.run.status!.phase).toBe('Inconclusive');
    expect(w.status).toMatchObject({ phase: 'Paused', message: 'InconclusiveAnalysisRun' });
    expect(w.servedBy('active')).toBe('lab/shop:1.0');
  });

  test('V40 a promotion asks again, and goes on when the answer is good', async () => {
    const w = await undecided();
    w.answer = () => ({ body: '{"c":0}' });
    w.promote();
    await expectPromoted(w);
    expect(w.runs.map(({ metadata, status }) => [metadata.name.replace(/^.*-2-/, ''), status!.phase])).toEqual([
      ['pre', 'Inconclusive'],
      ['pre.1', 'Successful'],
    ]);
  });

  test('V40 with manual promotion there is a second pause', async () => {
    const w = await undecided({ autoPromotionEnabled: false });
    w.answer = () => ({ body: '{"c":0}' });
    w.promote();
    await w.until(() => w.status.pauseConditions?.[0]?.reason === 'BlueGreenPause');
    expect(w.servedBy('active')).toBe('lab/shop:1.0');
    w.promote();
    await expectPromoted(w);
  });

  test('V41 only a full promotion overrides it', async () => {
    const w = await undecided();
    w.promoteFull();
    await w.untilHealthy();
    expect(w.servedBy('active')).toBe('lab/shop:1.1');
    expect(w.told().at(-1)).toMatch(/Full promotion requested$/);
  });
});

describe('several metrics', () => {
  test('V42 conditions do not count for a Job', async () => {
    const w = await gated([jobGate({ successCondition: 'false' })]);
    await w.ship('1.1');
    await expectPromoted(w);
  });

  test('V43 a dry run named by part of a name takes all of them out', async () => {
    const w = await gated([webGate({ failureCondition: 'true' }), webGate({ name: 'scan-critical', failureCondition: 'true' })], {
      prePromotionAnalysis: { templates: [{ templateName: 'gate' }], dryRun: [{ metricName: 'scan' }] },
    });
    await w.ship('1.1');
    await expectPromoted(w);
    expect(w.run.status!.dryRunSummary).toEqual({ count: 2, failed: 2 });
    expect(w.run.status!.runSummary?.count ?? 0).toBe(0);
  });

  test('V44 a dry run of nothing aborts', async () => {
    const w = await gated([webGate()], {
      prePromotionAnalysis: { templates: [{ templateName: 'gate' }], dryRun: [{ metricName: 'nope' }] },
    });
    await w.ship('1.1');
    await expectDegraded(w, "Analysis spec invalid: dryRun[0]: Rule didn't match any metric name(s)");
  });

  test('V45 one that fails ends the Job of another', async () => {
    const w = await gated([webGate({ name: 'quick', failureCondition: 'true' }), jobGate({ name: 'slow' })]);
    w.sandboxes.scans = [['sleep', '3600']];
    await w.ship('1.1');
    await expectDegraded(w, 'Metric "quick" assessed Failed due to failed (1) > failureLimit (0)');
    expect(w.run.status!.metricResults).toMatchObject([
      { name: 'quick', phase: 'Failed' },
      { name: 'slow', phase: 'Inconclusive', measurements: [{ phase: 'Inconclusive', message: 'Metric Terminated' }] },
    ]);
    await w.until(() => w.jobs.length === 0);
  });
});
