import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../grader/index.ts';
import { hasTektonMachine } from '../support/kind-machine.ts';
import { Learner } from '../support/lab-process.ts';
import { OwnDocker } from '../support/own-docker.ts';

const MINUTE_MS = 60_000;
const SCENARIOS = ['scenario-1', 'scenario-15'] as const;

/** A bundle is gigabytes, and takes minutes: `npm run test:kind:faults` asks for it. */
const isAsked = Boolean(process.env['LAB_KIND_FAULTS']);
if (!isAsked) console.warn('skipped: a bundle for a machine without network; `npm run test:kind:faults` carries one over');

describe.skipIf(!isAsked || !hasTektonMachine() || !OwnDocker.isPossible())('a bundle with Tekton, on a machine that has nothing', () => {
  let folder: string;
  let docker: OwnDocker;
  /** Has a Docker without images, no kind, and an empty cache. */
  let student: Learner;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab-bundle-'));
    docker = await OwnDocker.raise([]);
    const withoutKind = process.env['PATH']!.split(delimiter).filter((path) => !existsSync(join(path, 'kind')));
    const PATH = [dirname(process.execPath), ...withoutKind].join(delimiter);
    student = await Learner.arrive({ HOME: folder, PATH, DOCKER_HOST: docker.endpoint });
  }, 2 * MINUTE_MS);

  afterAll(async () => {
    await student.leave();
    await docker.remove();
    await rm(folder, { recursive: true, force: true });
  }, 2 * MINUTE_MS);

  it(
    'is made by the teacher, and loaded by the student',
    async () => {
      const { HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, LAB_TEKTON_MANIFEST, DOCKER_HOST } = process.env;
      const teacher = await Learner.arrive({ HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, LAB_TEKTON_MANIFEST, DOCKER_HOST });
      const file = join(folder, 'lab.tar');
      await teacher.mustSucceed('bundle', 'create', file, '--tekton');
      await teacher.leave();
      expect((await student.lab('start', 'scenario-1', '--backend', 'kind')).exitCode).not.toBe(0);
      await student.mustSucceed('bundle', 'load', file);
    },
    15 * MINUTE_MS,
  );

  it.each(SCENARIOS)(
    'is all that %s needs',
    async (scenario) => {
      await student.mustSucceed('start', scenario, '--backend', 'kind');
      const { backend, score } = await student.json<Report>('check', '--json');
      expect([backend, score.earned]).toEqual(['kind', 0]);
      await student.mustSucceed('stop', '--delete', '--keep-images');
    },
    8 * MINUTE_MS,
  );
});
