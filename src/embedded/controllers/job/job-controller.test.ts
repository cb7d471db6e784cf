import { describe, expect, test } from 'vitest';
import type { Event, Pod } from '../../../kube/types/core.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import { WorkloadWorld } from '../../../../tests/support/workload-world.ts';
import golden from './golden-jobs.json' with { type: 'json' };
import { JobController } from './job-controller.ts';
import { OrphanedJobPods } from './orphaned-job-pods.ts';
import { TtlAfterFinished } from './ttl-after-finished.ts';

const world = (): WorkloadWorld =>
  new WorkloadWorld((plane) => [new JobController(plane), new OrphanedJobPods(plane), new TtlAfterFinished(plane)]);

function job(name: string, spec: Partial<Job['spec']> = {}, restartPolicy: 'Never' | 'OnFailure' = 'Never'): Job {
  const template = {
    metadata: { labels: { job: name } },
    spec: { restartPolicy, nodeName: 'node-1', containers: [{ name: 'main', image: 'debian' }] },
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'lab' },
    spec: { backoffLimit: 6, parallelism: 1, completions: 1, selector: { matchLabels: { job: name } }, template, ...spec },
  };
}

const get = (w: WorkloadWorld, name: string): Job => w.get('jobs.batch', name);
const conditions = (w: WorkloadWorld, name: string): string[] =>
  get(w, name).status?.conditions?.map(({ type, reason }) => `${type} ${reason}`) ?? [];
const active = (w: WorkloadWorld): Pod[] => w.pods().filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
const setPhase = (w: WorkloadWorld, pod: Pod, phase: 'Running' | 'Succeeded' | 'Failed'): void =>
  w.setPodStatus(pod.metadata.name, (status) => (status.phase = phase));

/** Statuses and events of a Job in the form of the golden file. */
function story(w: WorkloadWorld, name: string): { statuses: unknown[]; events: string[] } {
  const statuses: unknown[] = [];
  const events: string[] = [];
  for (const { resource, type, object } of w.writes) {
    const event = object as Event;
    if (resource === 'events' && type !== 'DELETED' && event.involvedObject.name === name)
      events.push(`${event.type} ${event.reason}: ${event.message?.replace(/-[a-z0-9]{5}$/, '-<random>')}`);
    if (resource !== 'jobs.batch' || type !== 'MODIFIED' || object.metadata.name !== name) continue;
    const status = normalise((object as Job).status ?? {});
    if (JSON.stringify(statuses.at(-1)) !== JSON.stringify(status)) statuses.push(status);
  }
  return { statuses, events };
}

function normalise(original: NonNullable<Job['status']>): unknown {
  const status = structuredClone(original);
  if (status.startTime) status.startTime = '<time>';
  if (status.completionTime) status.completionTime = '<time>';
  for (const condition of status.conditions ?? []) {
    delete condition.lastProbeTime;
    delete condition.lastTransitionTime;
  }
  const uncounted = status.uncountedTerminatedPods ?? {};
  for (const end of ['succeeded', 'failed'] as const) if (uncounted[end]) uncounted[end] = uncounted[end].map(() => '<uid>');
  return sortKeys(status);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}

async function endPod(w: WorkloadWorld, phase: 'Succeeded' | 'Failed'): Promise<void> {
  const [pod] = active(w) as [Pod];
  setPhase(w, pod, phase);
  await w.wait(2_000);
}

/** Plays the kubelet's part in a deletion. */
async function finishDeletions(w: WorkloadWorld): Promise<void> {
  for (const pod of w.pods().filter(({ metadata }) => metadata.deletionTimestamp)) {
    setPhase(w, pod, 'Failed');
    w.api.delete('pods', 'lab', pod.metadata.name, { gracePeriodSeconds: 0 });
  }
  await w.wait(2_000);
}

describe('a Job goes through the same statuses and events as on a real cluster', () => {
  test('good: one pod that succeeds', async () => {
    const w = world();
    w.api.create('jobs.batch', job('good'));
    await w.wait(2_000);
    const name = w.pods()[0]!.metadata.name;
    w.setReady(name);
    await w.wait(2_000);
    w.setReady(name, false);
    await w.wait(2_000);
    await endPod(w, 'Succeeded');
    expect(story(w, 'good')).toEqual(golden.good);
  });

  test('bad: a pod that fails, is replaced after 10 s, and fails again', async () => {
    const w = world();
    w.api.create('jobs.batch', job('bad', { backoffLimit: 1 }));
    await w.wait(2_000);
    await endPod(w, 'Failed');
    expect(active(w)).toHaveLength(0);
    await w.until(() => active(w).length === 1, 10_000);
    await endPod(w, 'Failed');
    expect(story(w, 'bad')).toEqual(golden.bad);
  });

  test('badzero: no second chance', async () => {
    const w = world();
    w.api.create('jobs.batch', job('badzero', { backoffLimit: 0 }));
    await w.wait(2_000);
    await endPod(w, 'Failed');
    expect(story(w, 'badzero')).toEqual(golden.badzero);
  });

  test('late: over its deadline, the pod is stopped first and the Job fails when it is gone', async () => {
    const w = world();
    w.api.create('jobs.batch', job('late', { activeDeadlineSeconds: 5 }));
    await w.wait(7_000);
    await finishDeletions(w);
    expect(story(w, 'late')).toEqual(golden.late);
  });

  test('onfail: restarts of the container count as failures', async () => {
    const w = world();
    w.api.create('jobs.batch', job('onfail', { backoffLimit: 1 }, 'OnFailure'));
    await w.wait(2_000);
    w.setPodStatus(w.pods()[0]!.metadata.name, (status) => {
      status.phase = 'Running';
      status.containerStatuses = [{ name: 'main', image: 'debian', imageID: '', ready: false, restartCount: 1 }];
    });
    await w.wait(2_000);
    await finishDeletions(w);
    expect(story(w, 'onfail')).toEqual(golden.onfail);
  });

  test('par: two at a time until three have succeeded', async () => {
    const w = world();
    w.api.create('jobs.batch', job('par', { parallelism: 2, completions: 3 }));
    await w.wait(2_000);
    for (const isReady of [true, false]) {
      for (const pod of active(w)) w.setReady(pod.metadata.name, isReady);
      await w.wait(2_000);
    }
    for (const pod of active(w)) setPhase(w, pod, 'Succeeded');
    await w.wait(2_000);
    for (const isReady of [true, false]) {
      w.setReady(active(w)[0]!.metadata.name, isReady);
      await w.wait(2_000);
    }
    await endPod(w, 'Succeeded');
    expect(story(w, 'par')).toEqual(golden.par);
  });

  test('idx: an index each', async () => {
    const w = world();
    w.api.create('jobs.batch', job('idx', { parallelism: 2, completions: 3, completionMode: 'Indexed' }));
    await w.wait(2_000);
    const byIndex = (index: string): string =>
      active(w).find(({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-completion-index'] === index)!.metadata.name;
    const [first, second] = [byIndex('0'), byIndex('1')];
    expect(w.get<Pod>('pods', second)).toMatchObject({
      metadata: { generateName: 'idx-1-', annotations: { 'batch.kubernetes.io/job-completion-index': '1' } },
      spec: {
        hostname: 'idx-1',
        containers: [
          {
            env: [
              {
                name: 'JOB_COMPLETION_INDEX',
                valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" } },
              },
            ],
          },
        ],
      },
    });
    for (const name of [first, second]) w.setReady(name);
    await w.wait(2_000);
    for (const name of [first, second]) {
      w.setReady(name, false);
      await w.wait(2_000);
    }
    for (const pod of active(w)) setPhase(w, pod, 'Succeeded');
    await w.wait(2_000);
    await endPod(w, 'Succeeded');
    expect(story(w, 'idx')).toEqual(golden.idx);
  });

  test('susp: suspended, resumed and suspended again', async () => {
    const w = world();
    const suspend = (value: boolean): unknown =>
      w.api.patch('jobs.batch', 'lab', 'susp', { type: 'merge', body: { spec: { suspend: value } } });
    w.api.create('jobs.batch', job('susp', { suspend: true }));
    await w.wait(2_000);
    suspend(false);
    await w.wait(2_000);
    w.setReady(w.pods()[0]!.metadata.name);
    await w.wait(2_000);
    suspend(true);
    await w.wait(2_000);
    await finishDeletions(w);
    expect(story(w, 'susp')).toEqual(golden.susp);
  });
});

describe('JobController', () => {
  test('waits 10 s, 20 s, 40 s before it replaces failed pods', async () => {
    const w = world();
    w.api.create('jobs.batch', job('bad'));
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await w.until(() => active(w).length === 1);
      setPhase(w, active(w)[0]!, 'Failed');
      const failedMs = w.clock.now();
      w.setPodStatus(w.pods().find(({ status }) => status?.phase === 'Failed' && !status.conditions)!.metadata.name, (status) => {
        status.conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: new Date(failedMs).toISOString() }];
      });
      await w.until(() => active(w).length === 1);
      waits.push(Math.floor((w.clock.now() - failedMs) / 1000));
    }
    expect(waits).toEqual([10, 20, 40]);
  });

  test('a restart of the controller does not shorten the back-off', async () => {
    const w = new WorkloadWorld();
    const first = new JobController(w.core);
    first.start();
    w.api.create('jobs.batch', job('bad'));
    await w.wait(2_000);
    await endPod(w, 'Failed');
    first.stop();
    new JobController(w.core).start();
    await w.wait(5_000);
    expect(active(w)).toHaveLength(0);
    await w.wait(5_000);
    expect(active(w)).toHaveLength(1);
  });

  test('counts every pod once, whatever moment the controller dies at', async () => {
    for (let writesBeforeCrash = 0; writesBeforeCrash < 6; writesBeforeCrash += 1) {
      const w = new WorkloadWorld();
      const first = new JobController(w.core);
      first.start();
      w.api.create('jobs.batch', job('par', { parallelism: 2, completions: 2 }));
      await w.wait(2_000);
      for (const pod of active(w)) setPhase(w, pod, 'Succeeded');
      let left = writesBeforeCrash;
      const crashing = w.core.writes as unknown as Record<'update' | 'patch', (...parameters: unknown[]) => unknown>;
      const { update, patch } = { update: crashing.update.bind(crashing), patch: crashing.patch.bind(crashing) };
      const guarded =
        (write: typeof update) =>
        (...parameters: unknown[]): unknown => {
          if (left <= 0) throw new Error('crash');
          left -= 1;
          return write(...parameters);
        };
      crashing.update = guarded(update);
      crashing.patch = guarded(patch);
      await w.wait(1_100).catch(() => undefined);
      first.stop();
      Object.assign(crashing, { update, patch });
      new JobController(w.core).start();
      await w.wait(5_000);
      expect(get(w, 'par').status, `after ${writesBeforeCrash} writes`).toMatchObject({ succeeded: 2, uncountedTerminatedPods: {} });
      expect(conditions(w, 'par')).toEqual(['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached']);
      expect(w.pods().every(({ metadata }) => !metadata.finalizers)).toBe(true);
    }
  });

  test('a work queue is complete when one pod has succeeded and the others have ended', async () => {
    const w = world();
    const spec = job('queue', { parallelism: 2 });
    delete spec.spec.completions;
    w.api.create('jobs.batch', spec);
    await w.wait(2_000);
    await endPod(w, 'Succeeded');
    expect(active(w)).toHaveLength(1);
    expect(conditions(w, 'queue')).toEqual([]);
    await endPod(w, 'Failed');
    expect(conditions(w, 'queue')).toEqual(['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached']);
  });

  test('replaces a pod that somebody deletes, after the back-off, and keeps it until it is counted', async () => {
    const w = world();
    w.api.create('jobs.batch', job('good'));
    await w.wait(2_000);
    const [pod] = w.pods() as [Pod];
    w.api.delete('pods', 'lab', pod.metadata.name, { gracePeriodSeconds: 0 });
    expect(w.get<Pod>('pods', pod.metadata.name).metadata.finalizers).toEqual(['batch.kubernetes.io/job-tracking']);
    await w.wait(9_000);
    expect(w.pods()).toEqual([]);
    expect(get(w, 'good').status).toMatchObject({ failed: 1 });
    await w.wait(3_000);
    expect(w.pods()).toHaveLength(1);
  });

  test('is deleted in the foreground a while after its end', async () => {
    const w = world();
    w.api.create('jobs.batch', job('good', { ttlSecondsAfterFinished: 20 }));
    await w.wait(2_000);
    await endPod(w, 'Succeeded');
    await w.wait(17_000);
    expect(get(w, 'good').metadata.deletionTimestamp).toBeUndefined();
    await w.wait(3_000);
    expect(get(w, 'good').metadata.finalizers).toEqual(['foregroundDeletion']);
  });

  test('lets the pods of a deleted Job go', async () => {
    const w = world();
    w.api.create('jobs.batch', job('good'));
    await w.wait(2_000);
    w.api.delete('jobs.batch', 'lab', 'good');
    await w.wait(1_000);
    expect(w.pods()[0]?.metadata.finalizers).toBeUndefined();
  });

  test('leaves a finished Job alone', async () => {
    const w = world();
    w.api.create('jobs.batch', job('good'));
    await w.wait(2_000);
    await endPod(w, 'Succeeded');
    const before = w.core.store.revision;
    new JobController(w.core).start();
    await w.wait(60_000);
    expect(w.core.store.revision).toBe(before);
  });
});
