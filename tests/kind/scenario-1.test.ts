import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Report } from '../../grader/index.ts';
import type { RepairStep } from '../../src/scenarios/schema.ts';
import { hasKindMachine } from '../support/kind-machine.ts';
import { Learner } from '../support/lab-process.ts';

const MINUTE_MS = 60_000;
const repository = new URL('../..', import.meta.url).pathname;
const solutions = join(repository, 'solutions', 'scenario-1');

interface Solution {
  spec: { steps: RepairStep[]; mustFail?: string[] };
}

/** The learner's way through scenario-1 on a real cluster: real controllers, the real plugin, real kubectl. */
describe.skipIf(!hasKindMachine())('scenario-1 on kind', () => {
  let learner: Learner;

  beforeAll(async () => {
    const { HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, DOCKER_HOST } = process.env;
    learner = await Learner.arrive({ HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, DOCKER_HOST });
    const { exitCode, stdout, stderr } = await learner.lab('start', 'scenario-1', '--backend', 'kind');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('Backend: kind (you asked for it)');
  }, 10 * MINUTE_MS);

  afterAll(async () => {
    const cluster = clusterOf(learner);
    await learner.lab('stop', '--delete', '--keep-images');
    await learner.leave();
    expect(docker('ps', '--all', '--quiet', '--filter', `name=${cluster}`)).toBe('');
  }, 3 * MINUTE_MS);

  const kubectl = (...words: string[]): string =>
    execFileSync('kubectl', words, { env: { ...learner.env, KUBECONFIG: join(learner.env['LAB_HOME']!, 'kubeconfig') }, encoding: 'utf8' });

  /** Carries out a step as a person would who has kubectl and the plugin. */
  function carryOut(step: RepairStep, folder: string): void {
    if ('apply' in step) kubectl('apply', ...step.apply.flatMap((file) => ['-f', join(folder, file)]));
    else if ('rollout' in step) kubectl('argo', 'rollouts', step.rollout.action, step.rollout.name, '-n', 'lab');
    else if ('release' in step) kubectl('argo', 'rollouts', 'set', 'image', 'shop', `shop=lab/shop:${step.release}`, '-n', 'lab');
    else if ('patch' in step && 'name' in step.patch.target)
      kubectl(
        'patch',
        step.patch.target.resource,
        step.patch.target.name,
        '-n',
        'lab',
        '--type=merge',
        '-p',
        JSON.stringify(step.patch.merge),
      );
    else if ('delete' in step && 'name' in step.delete.target)
      kubectl('delete', step.delete.target.resource, step.delete.target.name, '-n', 'lab');
    else if ('wait' in step) kubectl('argo', 'rollouts', 'status', 'shop', '-n', 'lab', '--timeout', '180s');
    else throw new Error(`no command for ${JSON.stringify(step)}`);
  }

  function solve(folder: string): string[] {
    const { spec } = parse(readFileSync(join(folder, 'repair.yaml'), 'utf8')) as Solution;
    for (const step of spec.steps) carryOut(step, folder);
    return spec.mustFail ?? [];
  }

  const failed = ({ checks }: Report): string[] =>
    checks.filter(({ result }) => result !== 'passed').map(({ id, result }) => `${id} ${result}`);

  it(
    'scores 0 untouched',
    async () => {
      const report = await learner.json<Report>('check', '--json');
      expect(report.score).toEqual({ earned: 0, possible: 100 });
      expect(report.backend).toBe('kind');
      expect(report.checks.every(({ result }) => result === 'failed')).toBe(true);
    },
    MINUTE_MS,
  );

  it(
    'scores 100 after the reference repair, and 0 after a reset',
    async () => {
      solve(join(solutions, 'fix'));
      const report = await learner.json<Report>('check', '--json');
      expect(failed(report)).toEqual([]);
      await learner.mustSucceed('reset');
      expect((await learner.json<Report>('check', '--json')).score.earned).toBe(0);
    },
    5 * MINUTE_MS,
  );

  it.each(readdirSync(join(solutions, 'wrong')))(
    'sees through %s by the same checks as on the embedded cluster',
    async (name) => {
      await learner.mustSucceed('reset');
      const mustFail = solve(join(solutions, 'wrong', name));
      const report = await learner.json<Report>('check', '--json');
      expect(failed(report).sort()).toEqual(mustFail.map((id) => `${id} failed`).sort());
    },
    5 * MINUTE_MS,
  );

  it(
    'goes on after its node went down',
    async () => {
      const node = `${clusterOf(learner)}-control-plane`;
      docker('kill', node);
      docker('wait', node);
      const { exitCode, stdout, stderr } = await learner.lab('rollout', 'get');
      expect(exitCode, stderr).toBe(0);
      expect(stderr).toContain('Starting the cluster again');
      expect(stdout).toContain('Name:            shop');
    },
    6 * MINUTE_MS,
  );

  it('leaves the kubeconfig of the learner’s other clusters alone', () => {
    const own = join(process.env['HOME']!, '.kube', 'config');
    expect(existsSync(own) ? readFileSync(own, 'utf8') : '').not.toContain(clusterOf(learner));
  });
});

function docker(...words: string[]): string {
  return execFileSync('docker', words, { encoding: 'utf8' }).trim();
}

function clusterOf(learner: Learner): string {
  return readdirSync(join(learner.env['LAB_HOME']!, 'kind'))[0]!;
}
