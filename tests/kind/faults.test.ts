import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasKindMachine } from '../support/kind-machine.ts';
import { Learner } from '../support/lab-process.ts';
import { expectReady, pass, START, untilSaid } from './interrupted-start.ts';

const MINUTE_MS = 60_000;

/** When `lab` is killed: so many seconds after it has told of a step. */
const MOMENTS: readonly (readonly [step: string, afterSeconds: number])[] = [
  ['Checking this machine', 0],
  ['Getting the images', 0],
  ['Making the cluster', 2],
  ['Making the cluster', 10],
  ['Loading the images into the cluster', 14],
  ['Installing Argo Rollouts', 18],
  ['Bringing up the scenario', 1],
];

/**
 * What goes wrong while a lab starts on kind. Each start takes as long as it takes, so all of it is too long for every run:
 * `npm run test:kind:faults` asks for it.
 */
const isAsked = Boolean(process.env['LAB_KIND_FAULTS']);
if (!isAsked) console.warn('skipped: faults while a lab starts on kind; `npm run test:kind:faults` runs them');

describe.skipIf(!isAsked || !hasKindMachine())('a start on kind that was interrupted', () => {
  let learner: Learner;

  beforeAll(async () => {
    const { HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, DOCKER_HOST } = process.env;
    learner = await Learner.arrive({ HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, DOCKER_HOST });
  });

  beforeEach(async () => {
    await learner.lab('stop', '--delete', '--keep-images');
  }, 2 * MINUTE_MS);

  afterAll(async () => {
    await learner.lab('stop', '--delete', '--keep-images');
    await learner.leave();
  }, 2 * MINUTE_MS);

  it.each(MOMENTS)(
    'is finished by the next one when lab was killed at "%s", %i s later',
    async (step, afterSeconds) => {
      const first = learner.begin(...START);
      await untilSaid(first, step);
      await pass(afterSeconds);
      first.child.kill('SIGKILL');
      await first.ended;
      await expectReady(learner);
    },
    8 * MINUTE_MS,
  );

  it.each([1, 8])(
    'ends well, or with what to do, when kind was killed %i s after it began',
    async (afterSeconds) => {
      const first = learner.begin(...START);
      await expect.poll(() => creators().length, { timeout: MINUTE_MS, interval: 100 }).toBeGreaterThan(0);
      await pass(afterSeconds);
      for (const pid of creators()) process.kill(pid, 'SIGKILL');
      const { exitCode, stderr } = await first.ended;
      if (exitCode !== 0) expect(stderr.trim().split('\n').at(-1), stderr).toMatch(/\.$/);
      await expectReady(learner);
    },
    8 * MINUTE_MS,
  );

  it(
    'is not disturbed by a second one, which waits',
    async () => {
      const outcomes = await Promise.all([learner.lab(...START), learner.lab(...START)]);
      expect(outcomes.map(({ exitCode }) => exitCode)).toContain(0);
      expect(outcomes.map(({ stderr }) => stderr).join()).toContain('another lab command is at work');
      await expectReady(learner);
    },
    8 * MINUTE_MS,
  );
});

function creators(): number[] {
  try {
    return execFileSync('pgrep', ['-f', 'kind create cluster --name lab-'], { encoding: 'utf8' }).trim().split('\n').map(Number);
  } catch {
    return [];
  }
}
