import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../grader/index.ts';
import type { LabStatus } from '../../src/commands/status.ts';
import { startIdOf } from '../../src/system/processes.ts';
import { Learner } from '../support/lab-process.ts';

const course = new URL('../course/', import.meta.url).pathname;

describe('two terminals', () => {
  it('start the same lab at the same time: one starts it, the other goes on with it', async () => {
    const both = await Learner.arrive({ LAB_COURSE: course });
    const outcomes = await Promise.all([both.lab('start', 'tiny-1'), both.lab('start', 'tiny-1'), both.lab('start', 'tiny-1')]);
    expect(outcomes.map(({ exitCode, stderr }) => [exitCode, stderr.includes('error')])).toEqual([
      [0, false],
      [0, false],
      [0, false],
    ]);
    expect(outcomes.filter(({ stdout }) => stdout.includes(': ready.'))).toHaveLength(1);
    await both.leave();
  });

  it('bring a cluster back once, however many commands find it gone', async () => {
    const both = await Learner.arrive({ LAB_COURSE: course });
    await both.lab('start', 'tiny-1');
    const { pid } = (await both.json<LabStatus>('status', '--json')).cluster;
    process.kill(pid!, 'SIGKILL');
    const outcomes = await Promise.all([both.lab('check', '--json'), both.lab('rollout', 'get'), both.lab('apply')]);
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([1, 0, 0]);
    expect(outcomes.filter(({ stderr }) => stderr.includes('bringing it back')).length).toBeGreaterThanOrEqual(1);
    await both.leave();
  });
});

describe('two labs', () => {
  it('run beside each other, each in its own folders, on its own port', async () => {
    const [one, other] = await Promise.all([Learner.arrive({ LAB_COURSE: course }), Learner.arrive({ LAB_COURSE: course })]);
    const started = await Promise.all([one.lab('start', 'tiny-1'), other.lab('start', 'tiny-1')]);
    expect(started.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const serverOf = async (learner: Learner): Promise<string> =>
      /server: .*/.exec(await readFile(join(learner.folder, 'home/kubeconfig'), 'utf8'))![0];
    expect(await serverOf(one)).not.toBe(await serverOf(other));
    await one.lab('solution', '--yes');
    expect((await one.json<Report>('check', '--json')).score.earned).toBe(100);
    expect((await other.json<Report>('check', '--json')).score.earned).toBe(0);
    await one.leave();
    expect((await other.json<LabStatus>('status', '--json')).cluster.running).toBe(true);
    await other.leave();
  });
});

describe('a cluster process', () => {
  it('ends by itself when its folder is deleted', async () => {
    const careless = await Learner.arrive({ LAB_COURSE: course });
    await careless.lab('start', 'tiny-1');
    const { pid } = (await careless.json<LabStatus>('status', '--json')).cluster;
    await careless.leave();
    await expect.poll(() => startIdOf(pid!), { timeout: 15_000 }).toBeUndefined();
  });
});
