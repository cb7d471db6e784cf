import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnalysisWorld, jobMetric, RUNS, webMetric } from '../../../../tests/support/analysis-world.ts';
import type { AnalysisPhase, AnalysisRun, Metric, MetricResult } from '../../../kube/types/rollouts.ts';
import { countMeasurement } from './measurement.ts';

const SECOND = 1_000;

/** A world whose server answers with these numbers one after another, and with the last for ever. */
function answering(...results: (number | 'down')[]): AnalysisWorld {
  const w = new AnalysisWorld();
  w.answer = () => {
    const result = results[Math.min(w.requests.length, results.length) - 1]!;
    return result === 'down' ? { status: 500 } : { body: String(result) };
  };
  return w;
}

/** Successful for 0, Failed for 2, Inconclusive for 1. */
const gate = (changes: Partial<Metric> = {}): Metric =>
  webMetric({ successCondition: 'result == 0', failureCondition: 'result == 2', ...changes });

describe('a run that cannot be run', () => {
  test.each<[string, Partial<Metric>[], Partial<AnalysisRun['spec']>, string]>([
    [
      'fewer measurements than may fail (V34)',
      [{ count: 1, failureLimit: 2 }],
      {},
      'metrics[0]: count (1) must be >= failureLimit + consecutiveSuccessLimit (2 + 0) if both >= 0',
    ],
    ['fewer than may be inconclusive', [{ count: 1, inconclusiveLimit: 2 }], {}, 'metrics[0]: count must be >= inconclusiveLimit'],
    ['several without an interval', [{}, { name: 'b', count: 2 }], {}, 'metrics[1]: interval must be specified when count > 1'],
    ['a negative limit', [{ failureLimit: -2 }], {}, 'metrics[0]: failureLimit must be >= 0, or -1 to be disabled'],
    ['no limit at all', [{ failureLimit: -1 }], {}, 'metrics[0]: failureLimit and consecutiveSuccessLimit cannot both be disabled'],
    [
      'fewer than successes in a row',
      [{ count: 2, interval: '1s', failureLimit: -1, consecutiveSuccessLimit: 3 }],
      {},
      'metrics[0]: count must be >= consecutiveSuccessLimit',
    ],
    ['a bad interval', [{ interval: '5' }], {}, 'metrics[0]: invalid interval string: time: missing unit in duration "5"'],
    ['a bad initialDelay', [{ initialDelay: '1x' }], {}, 'metrics[0]: invalid startDelay string: time: unknown unit "x" in duration "1x"'],
    ['no provider', [{ provider: {} }], {}, 'metrics[0]: no provider specified'],
    [
      'two providers',
      [{ provider: { web: { url: 'http://a' }, prometheus: { address: 'http://b', query: 'up' } } }],
      {},
      'metrics[0]: multiple providers specified',
    ],
    ['two metrics of one name', [{}, {}], {}, "metrics[1]: duplicate name 'scan'"],
    ['a dry run of nothing (V44)', [{}], { dryRun: [{ metricName: 'nope' }] }, "dryRun[0]: Rule didn't match any metric name(s)"],
    [
      'retention of nothing',
      [{}],
      { measurementRetention: [{ metricName: 'nope', limit: 2 }] },
      "measurementRetention[0]: Rule didn't match any metric name(s)",
    ],
  ])('ends in Error: %s', async (_, metrics, spec, message) => {
    const w = answering(0);
    const status = await w.judged(
      metrics.map((changes) => gate(changes)),
      spec,
    );
    expect(status).toEqual({ phase: 'Error', message: `Analysis spec invalid: ${message}` });
    expect(w.told()).toEqual(['Warning AnalysisRunError: Analysis Completed. Result: Error']);
    expect(w.requests).toEqual([]);
  });

  test.each<[string, AnalysisRun['spec']['args'], string]>([
    ['an argument without a value', [{ name: 'a' }], 'argument "a" was not supplied'],
    ['a tag that nothing answers', [], 'failed to resolve {{args.a}}'],
    ['a missing Secret', [{ name: 'a', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }], 'secrets "s" not found'],
    [
      'a missing key',
      [{ name: 'a', valueFrom: { secretKeyRef: { name: 'there', key: 'k' } } }],
      "key 'k' does not exist in secret 'there'",
    ],
  ])('ends in Error: %s', async (_, args = [], message) => {
    const w = answering(0);
    w.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'there', namespace: 'lab' } });
    expect(await w.judged([gate({ successCondition: 'result == {{args.a}}' })], { args })).toMatchObject({
      phase: 'Error',
      message: `Unable to resolve metric arguments: ${message}`,
    });
  });

  test('with count left out its limits are unchecked (V34)', async () => {
    expect((await answering(2).judged([gate({ failureLimit: 2 })])).phase).toBe('Successful');
  });
});

describe('counts and limits', () => {
  test('limits may be given as arguments', async () => {
    const w = answering(2);
    const args = [{ name: 'n', value: '1' }];
    expect((await w.judged([gate({ count: '{{args.n}}', failureLimit: '{{args.n}}' })], { args })).phase).toBe('Successful');
  });

  test('failed > failureLimit ends a metric before its count', async () => {
    const w = answering(0, 2, 2, 0);
    const status = await w.judged([gate({ count: 10, interval: '5s', failureLimit: 1 })]);
    expect(status).toMatchObject({
      phase: 'Failed',
      message: 'Metric "scan" assessed Failed due to failed (2) > failureLimit (1)',
      metricResults: [{ count: 3, successful: 1, failed: 2 }],
    });
  });

  test('inconclusive > inconclusiveLimit wins over failed > failureLimit', async () => {
    const status = await answering(2, 1, 1).judged([gate({ count: 10, interval: '5s', failureLimit: 1, inconclusiveLimit: 1 })]);
    expect(status.phase).toBe('Inconclusive');
  });

  test('consecutiveErrorLimit 0 ends at the first error', async () => {
    const status = await answering('down').judged([gate({ consecutiveErrorLimit: 0 })]);
    expect(status.message).toContain('consecutiveErrors (1) > consecutiveErrorLimit (0)');
  });

  test('consecutiveSuccessLimit ends a metric that would go on for ever', async () => {
    const w = answering(0, 2, 0, 0, 0);
    const status = await w.judged([gate({ interval: '5s', failureLimit: -1, consecutiveSuccessLimit: 3 })]);
    expect(status).toMatchObject({ phase: 'Successful', metricResults: [{ count: 5, consecutiveSuccess: 3 }] });
  });

  test.each([
    [-1, 'Failed'],
    [1, 'Inconclusive'],
  ])('successes in a row that do not come, with failureLimit %d: %s', async (failureLimit, phase) => {
    const w = answering(0, 2, 0);
    const status = await w.judged([gate({ interval: '5s', count: 3, failureLimit, consecutiveSuccessLimit: 2 })]);
    expect(status.phase).toBe(phase);
    expect(status.message ?? '').toBe('');
  });

  test('an interval without a count goes on until the run is terminated, and is Successful then', async () => {
    const w = answering(0);
    w.begin([gate({ interval: '10s' })]);
    await w.wait(305 * SECOND);
    expect(w.status().phase).toBe('Running');
    expect(w.result('scan').count).toBe(31);
    w.terminate();
    await w.untilJudged();
    expect(w.status()).toMatchObject({ phase: 'Successful', message: 'Run Terminated' });
  });

  test('add up, whatever comes', () => {
    const phases = fc.array(fc.constantFrom<AnalysisPhase>('Successful', 'Failed', 'Inconclusive', 'Error'), { maxLength: 30 });
    fc.assert(
      fc.property(phases, (taken) => {
        const result = taken.reduce<MetricResult>((known, phase) => countMeasurement(known, phase), { name: 'scan', phase: 'Running' });
        const times = (phase: AnalysisPhase): number => taken.filter((each) => each === phase).length;
        const atEnd = (phase: AnalysisPhase): number => taken.length - 1 - taken.findLastIndex((each) => each !== phase);
        expect(result.count ?? 0).toBe(taken.length - times('Error'));
        expect([result.successful ?? 0, result.failed ?? 0, result.inconclusive ?? 0, result.error ?? 0]).toEqual([
          times('Successful'),
          times('Failed'),
          times('Inconclusive'),
          times('Error'),
        ]);
        expect([result.consecutiveSuccess ?? 0, result.consecutiveError ?? 0]).toEqual([atEnd('Successful'), atEnd('Error')]);
      }),
    );
  });

  test('decide the run as its measurements come, whatever comes', async () => {
    const answers = fc.array(fc.constantFrom<number | 'down'>(0, 1, 2, 'down'), { minLength: 1, maxLength: 8 });
    const limit = fc.integer({ min: 0, max: 2 });
    await fc.assert(
      fc.asyncProperty(answers, limit, limit, async (results, failureLimit, inconclusiveLimit) => {
        const taken = [...results, ...Array<number>(8).fill(0)];
        const w = answering(...taken);
        const status = await w.judged([gate({ count: 4, interval: '1s', failureLimit, inconclusiveLimit })]);
        expect(status.phase).toBe(expectedEnd(taken, { count: 4, failureLimit, inconclusiveLimit }));
      }),
      { numRuns: 40 },
    );
  });
});

/** Goes through the answers one by one, as the documentation describes it. */
function expectedEnd(
  answers: readonly (number | 'down')[],
  { count, failureLimit, inconclusiveLimit }: { count: number; failureLimit: number; inconclusiveLimit: number },
): AnalysisPhase {
  let [taken, failed, inconclusive, errorsInARow] = [0, 0, 0, 0];
  for (const answer of answers) {
    errorsInARow = answer === 'down' ? errorsInARow + 1 : 0;
    if (answer !== 'down') taken += 1;
    if (answer === 2) failed += 1;
    if (answer === 1) inconclusive += 1;
    if (errorsInARow > 4) return 'Error';
    if (inconclusive > inconclusiveLimit) return 'Inconclusive';
    if (failed > failureLimit) return 'Failed';
    if (taken === count) return 'Successful';
  }
  throw new Error('the run never ends');
}

describe('several metrics', () => {
  test('the worst decides, and the others end with it', async () => {
    const w = new AnalysisWorld();
    w.answer = ({ url }) => ({ body: url.endsWith('bad') ? '2' : '0' });
    const bad = gate({ name: 'bad', provider: { web: { url: 'http://a/bad' } }, initialDelay: '30s' });
    const good = gate({ name: 'good', interval: '10s' });
    const status = await w.judged([good, bad]);
    expect(status).toMatchObject({
      phase: 'Failed',
      message: 'Metric "bad" assessed Failed due to failed (1) > failureLimit (0)',
      runSummary: { count: 2, successful: 1, failed: 1 },
    });
    expect(w.told()).toEqual([
      "Warning MetricFailed: Metric 'bad' Completed. Result: Failed",
      "Normal MetricSuccessful: Metric 'good' Completed. Result: Successful",
      'Warning AnalysisRunFailed: Analysis Completed. Result: Failed',
    ]);
  });
});

describe('a dry run', () => {
  test('matches names as an unanchored pattern and never decides (V43)', async () => {
    const w = answering(2);
    const status = await w.judged([gate(), gate({ name: 'scan-critical' })], { dryRun: [{ metricName: 'scan' }] });
    expect(status).not.toHaveProperty('runSummary');
    expect(status).toMatchObject({
      phase: 'Successful',
      dryRunSummary: { count: 2, failed: 2 },
      metricResults: [
        { name: 'scan', dryRun: true, phase: 'Failed', message: 'Metric assessed Failed due to failed (1) > failureLimit (0)' },
        { name: 'scan-critical', dryRun: true, phase: 'Failed' },
      ],
    });
  });

  test('of one metric leaves the verdict to the other', async () => {
    const w = answering(2);
    const status = await w.judged([gate(), gate({ name: 'critical' })], { dryRun: [{ metricName: '^scan$' }] });
    expect(status).toMatchObject({ phase: 'Failed', runSummary: { count: 1, failed: 1 }, dryRunSummary: { count: 1, failed: 1 } });
  });
});

describe('what is kept', () => {
  test('measurements: ten, or as many as measurementRetention says', async () => {
    const w = answering(0);
    const metrics = [gate({ interval: '1s', count: 14 }), gate({ name: 'other', interval: '1s', count: 14 })];
    await w.judged(metrics, { measurementRetention: [{ metricName: 'oth', limit: 3 }] });
    expect([w.result('scan').measurements!.length, w.result('other').measurements!.length]).toEqual([10, 3]);
    expect([w.result('scan').count, w.result('other').count]).toEqual([14, 14]);
  });

  test.each([
    ['secondsAfterCompletion', 0, true],
    ['secondsAfterSuccess', 0, true],
    ['secondsAfterFailure', 2, true],
    ['secondsAfterSuccess', 2, false],
    ['secondsAfterFailure', 0, false],
  ])('a run with %s that answers %d: gone after the time to live: %s', async (field, answer, isGone) => {
    const w = answering(answer);
    await w.judged([gate()], { ttlStrategy: { [field]: 60 } });
    await w.wait(50 * SECOND);
    expect(w.api.list(RUNS)).toHaveLength(1);
    await w.wait(1_800 * SECOND);
    expect(w.api.list(RUNS)).toHaveLength(isGone ? 0 : 1);
  });

  test('a run without a time to live stays', async () => {
    const w = answering(0);
    await w.judged([gate()]);
    await w.wait(86_400 * SECOND);
    expect(w.api.list(RUNS)).toHaveLength(1);
  });
});

describe('writing', () => {
  test('is done by the controller’s account, to the main resource, and bumps the generation', async () => {
    const w = answering(0);
    await w.judged([gate()]);
    const { generation, managedFields } = w.run().metadata;
    expect(generation).toBeGreaterThan(1);
    expect(managedFields!.map(({ manager, subresource }) => [manager, subresource])).toContainEqual(['rollouts-controller', undefined]);
  });

  test('stops once a run has completed', async () => {
    const w = answering(0);
    await w.judged([gate()]);
    const { resourceVersion } = w.run().metadata;
    await w.wait(3_600 * SECOND);
    w.api.patch(RUNS, 'lab', 'run', { type: 'merge', body: { metadata: { labels: { touched: 'yes' } } } });
    await w.wait(60 * SECOND);
    expect(w.writes.filter(({ resource, type }) => resource === RUNS && type === 'MODIFIED').at(-1)!.object.metadata.labels).toEqual({
      touched: 'yes',
    });
    expect(w.run().metadata.resourceVersion).not.toBe(resourceVersion);
    expect(w.requests).toHaveLength(1);
  });

  test('a forged phase is believed', async () => {
    const w = answering(2);
    w.begin([gate({ initialDelay: '60s' })]);
    await w.wait(5 * SECOND);
    w.api.patch(RUNS, 'lab', 'run', { type: 'merge', body: { status: { phase: 'Successful' } } });
    await w.wait(300 * SECOND);
    expect(w.status().phase).toBe('Successful');
    expect(w.requests).toEqual([]);
  });

  test('a run that is deleted takes its Job with it', async () => {
    const w = new AnalysisWorld();
    w.begin([jobMetric()]);
    await w.until(() => w.pods().length === 1);
    w.api.delete(RUNS, 'lab', 'run');
    await w.until(() => w.jobs().length === 0 && w.pods().length === 0);
  });
});
