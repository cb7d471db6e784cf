import { afterEach, describe, expect, test } from 'vitest';
import type { Metric, RolloutSpec } from '../../../kube/types/rollouts.ts';
import { GateWorld, jobGate, webGate, type Scan } from './gate-world.ts';

const SECOND = 1_000;
const HANGING: Scan[] = [['sleep', '1000000']];

let worlds: GateWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.map(async ({ cluster }) => cluster.close()));
  worlds = [];
});

async function gated(
  metric: Metric = jobGate(),
  { scans, strategy, spec }: { scans?: Scan[]; strategy?: Record<string, unknown>; spec?: Partial<RolloutSpec> } = {},
): Promise<GateWorld> {
  const w = await GateWorld.gated([metric], strategy, spec);
  if (scans) w.sandboxes.scans = scans;
  worlds.push(w);
  return w;
}

/** A gate whose scanner hangs has begun. */
async function hanging(options: Parameters<typeof gated>[1] = {}): Promise<GateWorld> {
  const w = await gated(jobGate(), { scans: HANGING, ...options });
  await w.ship('1.1');
  await w.until(() => w.pods.some(({ metadata, status }) => metadata.labels?.['job-name'] && status?.phase === 'Running'));
  return w;
}

describe('an image that cannot be pulled', () => {
  test('V48 pauses at first sight; a repaired template and a promotion run it again', async () => {
    const w = await gated(jobGate({}, {}, 'lab/nowhere:1'));
    await w.ship('1.1');
    await w.untilPhase('Paused');
    const [measurement] = w.run.status!.metricResults![0]!.measurements!;
    expect(measurement).toMatchObject({
      phase: 'Inconclusive',
      message: expect.stringMatching(/^Pod \S+, container scan has terminal error \((ErrImagePull|ImagePullBackOff)\): /) as string,
    });
    expect(w.status).toMatchObject({ message: 'InconclusiveAnalysisRun' });
    await w.wait(700 * SECOND);
    expect(w.status.phase).toBe('Paused');
    w.template({ metrics: [jobGate()] });
    w.promote();
    await w.untilHealthy();
    expect(w.run.metadata.name).toMatch(/-2-pre\.1$/);
    expect(w.servedBy('active')).toBe('lab/shop:1.1');
  });

  test('V49 is promoted when one inconclusive measurement is allowed', async () => {
    const w = await gated(jobGate({ count: 1, inconclusiveLimit: 1 }, {}, 'lab/nowhere:1'));
    await w.ship('1.1');
    await w.untilHealthy();
    expect(w.servedBy('active')).toBe('lab/shop:1.1');
    expect(w.run.status!.metricResults![0]).toMatchObject({ phase: 'Successful', inconclusive: 1 });
  });
});

describe('a scanner that hangs', () => {
  test('V50 fails at its activeDeadlineSeconds', async () => {
    const w = await gated(jobGate({}, { activeDeadlineSeconds: 10 }), { scans: HANGING });
    await w.ship('1.1');
    await w.untilPhase('Degraded');
    expect(w.run.status!.phase).toBe('Failed');
    expect(w.jobs[0]!.status!.conditions).toMatchObject([
      { type: 'FailureTarget', reason: 'DeadlineExceeded' },
      { type: 'Failed', reason: 'DeadlineExceeded' },
    ]);
    expect(w.servedBy('active')).toBe('lab/shop:1.0');
  });

  test('V51 without one exceeds the progress deadline, and may still pass later', async () => {
    const w = await gated(jobGate(), { scans: [['sleep', '400']], spec: { progressDeadlineSeconds: 60 } });
    await w.ship('1.1');
    await w.untilPhase('Degraded');
    expect(w.status.message).toMatch(/^ProgressDeadlineExceeded: ReplicaSet "shop-\S+" has timed out progressing\.$/);
    expect(w.run.status!.phase).toBe('Running');
    expect(w.status.abort ?? false).toBe(false);
    await w.untilHealthy();
    expect(w.servedBy('active')).toBe('lab/shop:1.1');
  });
});

test('V52 a scanner that fails twice passes at its third try within backoffLimit', async () => {
  const w = await gated(jobGate({}, { backoffLimit: 6 }), {
    scans: [
      ['end', '1', '1'],
      ['end', '1', '1'],
      ['end', '0', '1'],
    ],
  });
  await w.ship('1.1');
  await w.untilHealthy();
  expect(w.run.status).toMatchObject({ phase: 'Successful', metricResults: [{ count: 1, successful: 1 }] });
  expect(w.jobs[0]!.status).toMatchObject({ failed: 2, succeeded: 1 });
});

test('V53 the end of a Job of ten seconds is noticed when it is next looked at', async () => {
  const w = await gated(jobGate(), { scans: [['end', '0', '8']] });
  await w.ship('1.1');
  const startedMs = Date.parse(w.run.metadata.creationTimestamp!);
  await w.untilHealthy();
  const { completionTime } = w.jobs[0]!.status as { completionTime: string };
  const { finishedAt } = w.run.status!.metricResults![0]!.measurements![0]!;
  const [ended, noticed] = [completionTime, finishedAt!].map((time) => (Date.parse(time) - startedMs) / SECOND);
  expect(ended).toBeGreaterThanOrEqual(9);
  expect(ended).toBeLessThanOrEqual(11);
  expect(noticed).toBeGreaterThanOrEqual(11);
  expect(noticed).toBeLessThanOrEqual(14);
});

describe('a run that is ended early', () => {
  test('V54 by its own terminate pauses the Rollout', async () => {
    const w = await hanging();
    w.terminateRun();
    await w.untilPhase('Paused');
    expect(w.run.status).toMatchObject({ phase: 'Inconclusive', message: expect.stringMatching(/Metric Terminated"$/) as string });
    expect(w.status.message).toBe('InconclusiveAnalysisRun');
    await w.until(() => w.jobs.length === 0 && !w.pods.some(({ metadata }) => metadata.labels?.['job-name']));
  });

  test('V55 before anything was measured is promoted', async () => {
    const w = await gated(webGate({ initialDelay: '60s', failureCondition: 'true' }));
    await w.ship('1.1');
    await w.wait(5 * SECOND);
    w.terminateRun();
    await w.untilHealthy();
    expect(w.run.status).toMatchObject({ phase: 'Successful', message: 'Run Terminated' });
    expect([w.servedBy('active'), w.asked]).toEqual(['lab/shop:1.1', 0]);
  });

  test('V56 by a full promotion is Inconclusive, and the update complete', async () => {
    const w = await hanging();
    w.promoteFull();
    await w.untilHealthy();
    expect(w.told()).toContainEqual(expect.stringMatching(/^RolloutCompleted: .*Full promotion requested$/));
    await w.until(() => w.run.status?.phase === 'Inconclusive');
    expect(w.run.spec.terminate).toBe(true);
    expect(w.status.pauseConditions).toBeUndefined();
  });

  test('V57 by an abort is Inconclusive, but pauses nothing', async () => {
    const w = await hanging();
    w.abort();
    await w.untilPhase('Degraded');
    await w.until(() => w.run.status?.phase === 'Inconclusive');
    await w.wait(20 * SECOND);
    expect(w.status.phase).toBe('Degraded');
    expect(w.status.pauseConditions).toBeUndefined();
    expect(w.servedBy('active')).toBe('lab/shop:1.0');
  });

  test('V58 by an abort runs again after a retry, before anything is switched', async () => {
    const w = await hanging();
    w.abort();
    await w.until(() => w.run.status?.phase === 'Inconclusive');
    w.sandboxes.scans = [['end', '1', '2']];
    w.retry();
    await w.until(() => w.runs.length === 2);
    expect(w.run.metadata.name).toMatch(/-2-pre\.1$/);
    await w.until(() => w.run.status?.phase === 'Failed');
    await w.wait(60 * SECOND);
    expect([w.switches, w.servedBy('active')]).toEqual([[], 'lab/shop:1.0']);
  });

  test('V58 before its first measurement is Successful, and a retry lets the update through', async () => {
    const w = await gated(webGate({ initialDelay: '60s', failureCondition: 'true' }));
    await w.ship('1.1');
    await w.wait(5 * SECOND);
    w.abort();
    await w.until(() => w.run.status?.phase === 'Successful');
    await w.untilPhase('Degraded');
    w.retry();
    await w.untilHealthy();
    expect(w.switches).toHaveLength(1);
    expect([w.servedBy('active'), w.asked]).toEqual(['lab/shop:1.1', 0]);
  });
});

test('V75 a background Job that outlives the steps of a canary leaves a Healthy Rollout', async () => {
  const canary = { steps: [{ setWeight: 50 }, { pause: { duration: '5s' } }], analysis: { templates: [{ templateName: 'gate' }] } };
  const w = await GateWorld.deployed({ metrics: [jobGate()] }, { strategy: { canary } });
  worlds.push(w);
  w.sandboxes.scans = HANGING;
  await w.ship('1.1');
  await w.untilHealthy();
  await w.until(() => w.run.status?.phase === 'Inconclusive');
  expect(w.status.phase).toBe('Healthy');
  await w.until(() => w.jobs.length === 0);
});

test('V77 after seven gated updates six runs are left', async () => {
  const w = await gated(jobGate(), { scans: [['end', '0', '1']] });
  for (const tag of ['1.1', '1.2', '1.3', '1.4', '1.5', '1.8', '1.9']) {
    await w.ship(tag);
    await w.untilHealthy();
  }
  await w.until(() => w.runs.length === 6);
  await w.until(() => w.jobs.length === 6);
});

test('V80 a Rollout that is deleted takes its runs, their Jobs and all pods with it', async () => {
  const w = await hanging();
  w.api.delete('rollouts.argoproj.io', 'lab', 'shop');
  await w.until(() => w.runs.length === 0 && w.jobs.length === 0 && w.pods.length === 1);
  expect(w.pods[0]!.metadata.name).toBe('scanner');
});
