import { describe, expect, test } from 'vitest';
import { AnalysisWorld, jobMetric, RUNS } from '../../../../tests/support/analysis-world.ts';
import type { Pod } from '../../../kube/types/core.ts';
import { controllerOf } from '../../../kube/types/meta.ts';

const SECOND = 1_000;

/** The measurement of the only metric. */
const measurement = (w: AnalysisWorld, number = 1) => w.result('scan').measurements?.at(number - 1);
const waiting = (w: AnalysisWorld, pod: Pod, reason: string, message: string): void =>
  w.setPodStatus(pod, (status) => {
    const state = { waiting: { reason, message } };
    status.containerStatuses = [{ name: 'scan', image: 'scanner:1', imageID: '', ready: false, restartCount: 0, state }];
  });

describe('the Job of a metric', () => {
  test('is named, labelled, annotated and owned as the real one', async () => {
    const w = new AnalysisWorld();
    const metric = jobMetric();
    metric.provider.job!.metadata = { labels: { team: 'a' }, annotations: { note: 'b' } };
    const { uid } = w.begin([metric]).metadata;
    await w.until(() => w.pods().length === 1);
    const [job] = w.jobs() as [ReturnType<AnalysisWorld['jobs']>[number]];
    expect(job.metadata).toMatchObject({
      name: `${uid}.scan.1`,
      labels: { team: 'a', 'analysisrun.argoproj.io/uid': uid },
      annotations: {
        note: 'b',
        'analysisrun.argoproj.io/name': 'run',
        'analysisrun.argoproj.io/namespace': 'lab',
        'analysisrun.argoproj.io/metric-name': 'scan',
      },
    });
    expect(controllerOf(job)).toMatchObject({ apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', name: 'run', uid });
    expect(w.pods()[0]!.metadata.labels).toMatchObject({ 'analysisrun.argoproj.io/uid': uid, 'job-name': `${uid}.scan.1` });
    expect(measurement(w)).toMatchObject({ phase: 'Running', metadata: { 'job-name': `${uid}.scan.1`, 'job-namespace': 'lab' } });
  });

  test('has a name of at most 63 characters, at the cost of that of the metric', async () => {
    const w = new AnalysisWorld();
    const { uid } = w.begin([jobMetric({ name: 'ascanwithaverylongnameindeed' })]).metadata;
    await w.until(() => w.jobs().length === 1);
    expect(w.jobs()[0]!.metadata.name).toBe(`${uid}.ascanwithaverylongnamein.1`);
    expect(w.jobs()[0]!.metadata.name).toHaveLength(63);
  });

  test('gets arguments, namespace and service account like any other', async () => {
    const w = new AnalysisWorld();
    const metric = jobMetric();
    metric.provider.job!.spec.template.spec = {
      serviceAccountName: 'scanner',
      restartPolicy: 'Never',
      containers: [{ name: 'scan', image: '{{args.image}}', args: ['--target', 'http://{{ args.target }}/'] }],
    } as never;
    w.begin([metric], {
      args: [
        { name: 'image', value: 'scanner:2' },
        { name: 'target', value: 'say "hi"\n' },
      ],
    });
    await w.until(() => w.jobs().length === 1);
    const { spec } = w.jobs()[0]!.spec.template;
    expect(spec).toMatchObject({
      serviceAccountName: 'scanner',
      containers: [{ image: 'scanner:2', args: ['--target', 'http://say "hi"\n/'] }],
    });
  });

  test('that the server refuses is an error of the measurement', async () => {
    const w = new AnalysisWorld();
    const metric = jobMetric({}, { template: { spec: { restartPolicy: 'Always', containers: [{ name: 'scan', image: 'a' }] } } as never });
    w.begin([metric]);
    await w.until(() => w.status().metricResults?.length === 1);
    expect(measurement(w)).toMatchObject({
      phase: 'Error',
      message: expect.stringMatching(/^Job.batch ".*" is invalid: spec.template.spec.restartPolicy/) as string,
    });
    expect(measurement(w)!.finishedAt).toBeDefined();
  });

  test('that is there already is taken over if it is the run’s own, and an error otherwise', async () => {
    const w = new AnalysisWorld();
    const run = w.begin([jobMetric()]);
    await w.until(() => w.jobs().length === 1);
    const forgotten = { status: null };
    w.api.patch(RUNS, 'lab', 'run', { type: 'merge', body: forgotten });
    await w.wait(5 * SECOND);
    expect(w.jobs()).toHaveLength(1);
    expect(measurement(w)).toMatchObject({ phase: 'Running', metadata: { 'job-name': `${run.metadata.uid}.scan.1` } });
  });
});

describe('the end of a Job', () => {
  test('is success when it completes, whatever the conditions say (V42)', async () => {
    const w = new AnalysisWorld();
    w.begin([jobMetric({ successCondition: 'false', failureCondition: 'true' })]);
    await w.endPod('Succeeded');
    await w.untilJudged();
    expect(w.status()).toMatchObject({
      phase: 'Successful',
      runSummary: { count: 1, successful: 1 },
      dryRunSummary: {},
      metricResults: [{ name: 'scan', phase: 'Successful', count: 1, successful: 1, consecutiveSuccess: 1 }],
    });
    expect(w.told()).toEqual([
      "Normal MetricSuccessful: Metric 'scan' Completed. Result: Successful",
      'Normal AnalysisRunSuccessful: Analysis Completed. Result: Successful',
    ]);
  });

  test('is failure when it fails', async () => {
    const w = new AnalysisWorld();
    w.begin([jobMetric()]);
    await w.endPod('Failed');
    await w.untilJudged();
    expect(w.status()).toMatchObject({ phase: 'Failed', message: 'Metric "scan" assessed Failed due to failed (1) > failureLimit (0)' });
    expect(w.status().completedAt).toBe(w.result('scan').measurements![0]!.finishedAt);
    expect(w.told()).toEqual([
      "Warning MetricFailed: Metric 'scan' Completed. Result: Failed",
      'Warning AnalysisRunFailed: Analysis Completed. Result: Failed',
    ]);
  });

  test('within the failureLimit leaves the run Successful (V33)', async () => {
    const w = new AnalysisWorld();
    w.begin([jobMetric({ count: 1, failureLimit: 1 })]);
    await w.endPod('Failed');
    await w.untilJudged();
    expect(w.status()).toMatchObject({ phase: 'Successful', metricResults: [{ failed: 1, phase: 'Successful' }] });
  });

  test('comes by activeDeadlineSeconds too (V50)', async () => {
    const w = new AnalysisWorld();
    w.begin([jobMetric({}, { activeDeadlineSeconds: 10 })]);
    await w.untilJudged();
    expect(w.status().phase).toBe('Failed');
  });

  test('never comes for a scanner that hangs (V51)', async () => {
    const w = new AnalysisWorld();
    w.begin([jobMetric()]);
    await w.wait(3_600 * SECOND);
    expect(w.status().phase).toBe('Running');
    await w.endPod('Succeeded');
    await w.untilJudged();
    expect(w.status().phase).toBe('Successful');
  });

  test('is success after two failures within backoffLimit (V52)', async () => {
    const w = new AnalysisWorld();
    w.begin([jobMetric({}, { backoffLimit: 6 })]);
    for (const end of ['Failed', 'Failed', 'Succeeded'] as const) {
      await w.endPod(end);
      await w.wait(2 * SECOND);
    }
    await w.untilJudged();
    expect(w.status().phase).toBe('Successful');
    expect(w.jobs()[0]!.status!.failed).toBe(2);
  });

  test('is an error when somebody removes the Job', async () => {
    const w = new AnalysisWorld();
    w.begin([jobMetric()]);
    await w.until(() => w.jobs().length === 1);
    const { name } = w.jobs()[0]!.metadata;
    w.api.delete('jobs.batch', 'lab', name, { propagationPolicy: 'Background' });
    await w.until(() => measurement(w)?.phase === 'Error');
    expect(measurement(w)!.message).toBe(`job.batch "${name}" not found`);
    await w.until(() => w.jobs().some(({ metadata }) => metadata.name.endsWith('.2')));
    expect(measurement(w, 2)!.phase).toBe('Running');
  });
});

describe('looking after a Job', () => {
  test('becomes rarer with time: a Job of 10 s is noticed at 12 to 13 s (V53)', async () => {
    const w = new AnalysisWorld();
    const startedMs = w.clock.now();
    w.begin([jobMetric()]);
    await w.until(() => w.pods().length === 1);
    await w.wait(startedMs + 10 * SECOND - w.clock.now());
    await w.endPod('Succeeded');
    await w.untilJudged();
    expect((w.clock.now() - startedMs) / SECOND).toBeGreaterThan(11.5);
    expect((w.clock.now() - startedMs) / SECOND).toBeLessThan(13.6);
  });

  test('stores times in whole seconds, and does not look all the time', async () => {
    const w = new AnalysisWorld();
    await w.wait(700);
    w.begin([jobMetric()]);
    await w.wait(60 * SECOND);
    const { startedAt, resumeAt } = measurement(w)!;
    expect([startedAt, resumeAt].map((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time!))).toEqual([true, true]);
    const patches = w.writes.filter(({ resource, type }) => resource === RUNS && type === 'MODIFIED').length;
    expect(patches).toBeGreaterThan(5);
    expect(patches).toBeLessThan(16);
  });

  test.each([
    ['ErrImagePull', 'pull failed'],
    ['ImagePullBackOff', 'Back-off pulling image'],
    ['InvalidImageName', 'not a name'],
  ])('ends it Inconclusive when a container waits because of %s (V48)', async (reason, message) => {
    const w = new AnalysisWorld();
    w.begin([jobMetric()]);
    await w.until(() => w.pods().length === 1);
    const [pod] = w.pods() as [Pod];
    waiting(w, pod, reason, message);
    await w.untilJudged();
    const text = `Pod ${pod.metadata.name}, container scan has terminal error (${reason}): ${message}\n`;
    expect(measurement(w)).toMatchObject({ phase: 'Inconclusive', message: text });
    expect(w.status()).toMatchObject({
      phase: 'Inconclusive',
      message: `Metric "scan" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0): "Error Message: ${text}"`,
    });
  });

  test('lets an Inconclusive end pass when the limit allows one (V49)', async () => {
    const w = new AnalysisWorld();
    w.begin([jobMetric({ count: 1, inconclusiveLimit: 1 })]);
    await w.until(() => w.pods().length === 1);
    waiting(w, w.pods()[0]!, 'ErrImagePull', 'no');
    await w.untilJudged();
    expect(w.status()).toMatchObject({ phase: 'Successful', metricResults: [{ inconclusive: 1 }] });
  });

  test.each(['CrashLoopBackOff', 'CreateContainerConfigError', 'ContainerCreating'])(
    'goes on when a container waits because of %s',
    async (reason) => {
      const w = new AnalysisWorld();
      w.begin([jobMetric()]);
      await w.until(() => w.pods().length === 1);
      waiting(w, w.pods()[0]!, reason, '');
      await w.wait(60 * SECOND);
      expect(w.status().phase).toBe('Running');
    },
  );
});

describe('ending early', () => {
  test('makes a running Job Inconclusive and removes it (V54)', async () => {
    const w = new AnalysisWorld();
    w.begin([jobMetric()]);
    await w.until(() => w.pods().length === 1);
    w.terminate();
    await w.untilJudged();
    expect(w.status()).toMatchObject({
      phase: 'Inconclusive',
      message: 'Metric "scan" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0): "Error Message: Metric Terminated"',
    });
    expect(measurement(w)).toMatchObject({ phase: 'Inconclusive', message: 'Metric Terminated' });
    await w.until(() => w.jobs().length === 0);
  });

  test('does not wait for resumeAt', async () => {
    const w = new AnalysisWorld();
    w.begin([jobMetric()]);
    await w.wait(300 * SECOND);
    w.terminate();
    await w.wait(1 * SECOND);
    expect(w.status().phase).toBe('Inconclusive');
  });

  test('comes over a Job when another metric fails (V45)', async () => {
    const w = new AnalysisWorld();
    w.answer = () => ({ status: 200, body: '{"criticals": 1}' });
    w.begin([jobMetric({ name: 'quick' }), jobMetric({ name: 'slow' })]);
    await w.until(() => w.pods().length === 2);
    const quick = w.pods().find(({ metadata }) => metadata.labels!['job-name']!.includes('quick'))!;
    w.setPodStatus(quick, (status) => (status.phase = 'Failed'));
    await w.untilJudged();
    expect(w.status()).toMatchObject({ phase: 'Failed', message: 'Metric "quick" assessed Failed due to failed (1) > failureLimit (0)' });
    expect(w.result('slow')).toMatchObject({
      phase: 'Inconclusive',
      measurements: [{ phase: 'Inconclusive', message: 'Metric Terminated' }],
    });
    expect(w.status().runSummary).toEqual({ count: 2, failed: 1, inconclusive: 1 });
  });
});

test('many measurements keep ten, and ten Jobs', async () => {
  const w = new AnalysisWorld();
  w.begin([jobMetric({ interval: '1s', count: 13 })]);
  for (let number = 1; number <= 13; number += 1) {
    await w.endPod('Succeeded');
    await w.until(() => (w.status().metricResults?.[0]?.count ?? 0) === number);
  }
  await w.untilJudged();
  expect(w.result('scan')).toMatchObject({ count: 13, successful: 13 });
  expect(w.result('scan').measurements).toHaveLength(10);
  await w.until(() => w.jobs().length === 10);
  expect(w.jobs().map(({ metadata }) => metadata.name.split('.').at(-1))).not.toContain('3');
});

test('a controller that starts anew goes on with the measurement under way', async () => {
  const w = new AnalysisWorld();
  w.begin([jobMetric()]);
  await w.wait(20 * SECOND);
  w.cluster.stop();
  await w.wait(60 * SECOND);
  w.cluster.start();
  await w.endPod('Succeeded');
  await w.untilJudged();
  expect(w.result('scan').measurements).toHaveLength(1);
});
