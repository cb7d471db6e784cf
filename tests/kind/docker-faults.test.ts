import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ARGO_ROLLOUTS, installationOf } from '../../src/backends/kind/install-manifest.ts';
import { BASE_IMAGE } from '../../src/backends/kind/lab-images.ts';
import { NUCLEI_IMAGE } from '../../src/backends/kind/settings.ts';
import { hasKindMachine } from '../support/kind-machine.ts';
import { Learner } from '../support/lab-process.ts';
import { expectReady, pass, START, untilSaid } from './interrupted-start.ts';
import { OwnDocker } from '../support/own-docker.ts';

const MINUTE_MS = 60_000;

/** When Docker is killed: so many seconds after `lab` has told of a step. */
const MOMENTS: readonly (readonly [step: string, afterSeconds: number])[] = [
  ['Getting the images', 1],
  ['Making the cluster', 3],
  ['Making the cluster', 14],
  ['Making the cluster', 24],
  ['Bringing up the scenario', 1],
];

/**
 * Docker dies, or its disk is full, while a lab starts on kind. With a Docker of its own, for others may be at work with the machine's.
 * Too long for every run: `npm run test:kind:faults` asks for it.
 */
const isAsked = Boolean(process.env['LAB_KIND_FAULTS']);
if (!isAsked) console.warn('skipped: faults of Docker while a lab starts on kind; `npm run test:kind:faults` runs them');

describe.skipIf(!isAsked || !hasKindMachine() || !OwnDocker.isPossible())('a lab on kind whose Docker has an accident', () => {
  let docker: OwnDocker;
  let learner: Learner;

  beforeAll(async () => {
    const { HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST } = process.env;
    const controllers = installationOf(ARGO_ROLLOUTS, readFileSync(LAB_ROLLOUTS_MANIFEST!, 'utf8')).images.map(({ tag }) => tag);
    docker = await OwnDocker.raise([LAB_NODE_IMAGE!, ...controllers, NUCLEI_IMAGE, BASE_IMAGE]);
    learner = await Learner.arrive({ HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, DOCKER_HOST: docker.endpoint });
  }, 5 * MINUTE_MS);

  beforeEach(async () => {
    docker.emptyDisk();
    await docker.start();
    await learner.lab('stop', '--delete', '--keep-images');
  }, 2 * MINUTE_MS);

  afterAll(async () => {
    await learner.lab('stop', '--delete', '--keep-images');
    await learner.leave();
    await docker.remove();
  }, 2 * MINUTE_MS);

  it(
    'says that the disk is full while an image is built, and gets there once it is not',
    async () => {
      const first = learner.begin(...START);
      await untilSaid(first, 'Getting the images');
      docker.fillDisk(0);
      const { exitCode, stderr } = await first.ended;
      docker.emptyDisk();
      expect(exitCode, stderr).not.toBe(0);
      expect(stderr).toContain('no space left on device');
      expectWhatToDo(stderr);
      await expectReady(learner);
    },
    8 * MINUTE_MS,
  );

  it(
    'says before it begins that the disk has no room',
    async () => {
      docker.fillDisk(2 * 1024 ** 3);
      const { exitCode, stderr } = await learner.lab(...START);
      docker.emptyDisk();
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain('GB free, and the lab needs 10 GB');
    },
    MINUTE_MS,
  );

  it.each(MOMENTS)(
    'is started by the next start when Docker was killed at "%s", %i s later',
    async (step, afterSeconds) => {
      const first = learner.begin(...START);
      await untilSaid(first, step);
      await Promise.race([first.ended, pass(afterSeconds)]);
      await docker.kill();
      const { exitCode, stderr } = await first.ended;
      if (exitCode !== 0) expectWhatToDo(stderr);
      const without = await learner.lab(...START);
      expect(without.exitCode).not.toBe(0);
      expect(without.stderr).toContain('Docker does not answer');
      expectWhatToDo(without.stderr);
      await docker.start();
      await expectReady(learner);
    },
    8 * MINUTE_MS,
  );

  it(
    'goes on by itself after Docker was killed while it ran',
    async () => {
      await learner.mustSucceed(...START);
      await docker.kill();
      await docker.start();
      const { exitCode, stdout, stderr } = await learner.lab('rollout', 'get');
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toContain('Name:            shop');
      await expectReady(learner);
    },
    8 * MINUTE_MS,
  );

  it(
    'makes a new cluster when the old one was deleted behind its back',
    async () => {
      await learner.mustSucceed(...START);
      docker.command('rm', '--force', '--volumes', docker.command('ps', '--quiet', '--filter', 'label=io.x-k8s.kind.cluster'));
      const { exitCode, stderr } = await learner.lab('rollout', 'get');
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain('lab start');
      await expectReady(learner);
    },
    8 * MINUTE_MS,
  );

  it(
    'leaves nothing when it is deleted',
    async () => {
      const volumes = (): string[] => docker.command('volume', 'ls', '--quiet').split('\n').sort();
      // Why: one that Docker had made for a node when it was killed, before it had made the node, bears no mark of whose it is.
      const orphans = volumes();
      await learner.mustSucceed(...START);
      expect(volumes()).not.toEqual(orphans);
      await learner.mustSucceed('stop', '--delete');
      expect(docker.command('ps', '--all', '--quiet')).toBe('');
      expect(volumes()).toEqual(orphans);
      expect(docker.command('network', 'ls', '--format', '{{.Name}}').split('\n').sort()).toEqual(['bridge', 'host', 'none']);
      expect(docker.command('image', 'ls', '--format', '{{.Repository}}', 'lab/shop')).toBe('');
    },
    8 * MINUTE_MS,
  );
});

function expectWhatToDo(stderr: string): void {
  expect(stderr.trim().split('\n').at(-1), stderr).toMatch(/^next: .*\.$/);
}
