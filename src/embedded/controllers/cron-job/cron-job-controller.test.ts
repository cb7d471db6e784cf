import { describe, expect, test } from 'vitest';
import type { CronJob, Job } from '../../../kube/types/workloads.ts';
import { WorkloadWorld } from '../../../../tests/support/workload-world.ts';
import { CronJobController } from './cron-job-controller.ts';

const MINUTE_MS = 60_000;

function world(spec: Partial<CronJob['spec']> = {}): WorkloadWorld {
  const w = new WorkloadWorld((plane) => [new CronJobController(plane)]);
  w.api.create<CronJob>('cronjobs.batch', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'scan', namespace: 'lab' },
    spec: {
      schedule: '*/5 * * * *',
      jobTemplate: {
        metadata: { labels: { app: 'scan' } },
        spec: { template: { spec: { containers: [{ name: 'main', image: 'debian' }] } } },
      },
      ...spec,
    },
  });
  return w;
}

const jobs = (w: WorkloadWorld): Job[] => w.api.list<Job>('jobs.batch', { namespace: 'lab' });
const status = (w: WorkloadWorld): NonNullable<CronJob['status']> => w.get<CronJob>('cronjobs.batch', 'scan').status ?? {};

function finish(w: WorkloadWorld, job: Job, type: 'Complete' | 'Failed'): void {
  const time = new Date(w.clock.now()).toISOString().replace(/\.\d+Z/, 'Z');
  const draft = structuredClone(job);
  draft.status = {
    conditions: [{ type, status: 'True', lastTransitionTime: time }],
    startTime: time,
    ...(type === 'Complete' && { completionTime: time }),
  };
  w.api.update('jobs.batch', draft, 'status');
}

describe('CronJobController', () => {
  test('starts a Job at each scheduled minute, named after it', async () => {
    const w = world();
    await w.wait(11 * MINUTE_MS);
    expect(jobs(w).map(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'])).toEqual([
      '2026-03-01T10:05:00Z',
      '2026-03-01T10:10:00Z',
    ]);
    const [job] = jobs(w) as [Job];
    expect(job.metadata).toMatchObject({
      name: `scan-${Date.parse('2026-03-01T10:05:00Z') / MINUTE_MS}`,
      labels: { app: 'scan' },
      ownerReferences: [{ kind: 'CronJob', name: 'scan', controller: true }],
    });
    expect(status(w)).toMatchObject({ lastScheduleTime: '2026-03-01T10:10:00Z', active: [{ name: job.metadata.name }, {}] });
    expect(w.told('CronJob')[0]).toBe(`SuccessfulCreate: Created job ${job.metadata.name}`);
  });

  test('Forbid waits for the one that runs, Replace ends it', async () => {
    const forbid = world({ concurrencyPolicy: 'Forbid' });
    await forbid.wait(11 * MINUTE_MS);
    expect(jobs(forbid)).toHaveLength(1);
    expect(forbid.told('CronJob')).toContain(
      'JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid',
    );
    finish(forbid, jobs(forbid)[0]!, 'Complete');
    await forbid.wait(5 * MINUTE_MS);
    expect(status(forbid).active).toHaveLength(1);
    const replace = world({ concurrencyPolicy: 'Replace' });
    await replace.wait(11 * MINUTE_MS);
    expect(jobs(replace)).toHaveLength(1);
    expect(status(replace).active).toHaveLength(1);
  });

  test('notes how Jobs ended and keeps three that succeeded and one that failed', async () => {
    const w = world({ schedule: '* * * * *' });
    for (let round = 0; round < 8; round += 1) {
      await w.wait(MINUTE_MS);
      const running = jobs(w).find(({ status: jobStatus }) => !jobStatus);
      if (running) finish(w, running, round % 2 ? 'Failed' : 'Complete');
    }
    await w.wait(1000);
    const ends = jobs(w).map(({ status: jobStatus }) => jobStatus?.conditions?.[0]?.type);
    expect(ends.filter((end) => end === 'Complete')).toHaveLength(3);
    expect(ends.filter((end) => end === 'Failed')).toHaveLength(1);
    expect(status(w).lastSuccessfulTime).toBeDefined();
    expect(w.told('CronJob').some((text) => /^SawCompletedJob: Saw completed job: scan-\d+, condition: Failed$/.test(text))).toBe(true);
  });

  test('a suspended one starts nothing; resumed, it starts the latest that was missed, once', async () => {
    const w = world({ suspend: true });
    await w.wait(23 * MINUTE_MS);
    expect(jobs(w)).toEqual([]);
    w.api.patch('cronjobs.batch', 'lab', 'scan', { type: 'merge', body: { spec: { suspend: false } } });
    await w.wait(100);
    expect(jobs(w).map(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'])).toEqual([
      '2026-03-01T10:20:00Z',
    ]);
  });

  test('lets a start go that is too late', async () => {
    const w = world({ suspend: true, startingDeadlineSeconds: 10 });
    await w.wait(23 * MINUTE_MS);
    w.api.patch('cronjobs.batch', 'lab', 'scan', { type: 'merge', body: { spec: { suspend: false } } });
    await w.wait(100);
    expect(jobs(w)).toEqual([]);
    await w.wait(3 * MINUTE_MS);
    expect(jobs(w)).toHaveLength(1);
  });

  test('says what is wrong with a schedule it cannot read, and does not try again', async () => {
    const w = world({ schedule: '99 * * * *' });
    await w.wait(60 * MINUTE_MS);
    expect(w.told('CronJob')).toEqual([
      'UnparseableSchedule: unparseable schedule: "99 * * * *" : end of range (99) above maximum (59): 99',
    ]);
  });

  test('starts nothing twice when the controller is restarted', async () => {
    const w = world();
    await w.wait(6 * MINUTE_MS);
    new CronJobController(w.core).start();
    await w.wait(100);
    expect(jobs(w)).toHaveLength(1);
  });
});
