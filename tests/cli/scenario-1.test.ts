import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../grader/index.ts';
import type { LabStatus } from '../../src/commands/status.ts';
import { run, type RunResult } from '../../src/system/exec.ts';
import { hasProgram } from '../support/has-program.ts';
import { Learner } from '../support/lab-process.ts';

const repository = new URL('../../', import.meta.url).pathname;
const SLOW_MS = 120_000;

/** A learner who stands in a folder with the solutions, as in a clone. */
async function arriveInClone(): Promise<Learner> {
  const learner = await Learner.arrive();
  await symlink(join(repository, 'solutions'), join(learner.folder, 'solutions'));
  return learner;
}

/** The commands that the page about the reference repair tells to type, in order, each as its words. */
async function commandsOfReadme(): Promise<string[][]> {
  const page = await readFile(join(repository, 'solutions/scenario-1/README.md'), 'utf8');
  return [...page.matchAll(/^ {4}npx lab (.*)$/gm)].map(([, words]) => words!.split(' '));
}

/** Ids of the checks by result; what the ones that did not pass observed goes into the message of a failed expectation. */
function resultsOf(report: Report): Record<string, string[]> {
  const results: Record<string, string[]> = { passed: [], failed: [], error: [] };
  for (const { id, result } of report.checks) results[result]!.push(id);
  return results;
}

function observations(report: Report): string {
  return report.checks.map(({ id, result, observed }) => `${id}: ${result}: ${observed}`).join('\n');
}

async function expectPoints(learner: Learner, points: 0 | 100): Promise<void> {
  const report = await learner.json<Report>('check', '--json');
  const ids = report.checks.map(({ id }) => id);
  expect(resultsOf(report), observations(report)).toEqual({
    passed: points === 100 ? ids : [],
    failed: points === 0 ? ids : [],
    error: [],
  });
  expect(report.score).toEqual({ earned: points, possible: 100 });
  const { exitCode, stdout } = await learner.lab('check');
  expect(exitCode).toBe(points === 100 ? 0 : 1);
  expect(stdout).toContain(`${points} of 100 points`);
}

describe('scenario-1 with lab commands only', () => {
  let learner: Learner;

  beforeAll(async () => {
    learner = await arriveInClone();
  });

  afterAll(() => learner.leave());

  it('starts with a vulnerable release in production', { timeout: SLOW_MS }, async () => {
    expect(await learner.lab('start', 'scenario-1', '--backend', 'embedded')).toMatchObject({ exitCode: 0 });
    expect(await learner.json<LabStatus>('status', '--json')).toMatchObject({
      production: { service: 'shop-active', release: '1.2', revision: 3, readyEndpoints: 2 },
      rollout: { phase: 'Healthy', release: '1.2' },
    });
  });

  it('is worth nothing untouched, and says of each check what was seen, what was expected and why', { timeout: SLOW_MS }, async () => {
    await expectPoints(learner, 0);
    const { checks } = await learner.json<Report>('check', '--json');
    for (const { id, observed, expected, why } of checks) for (const text of [observed, expected, why]) expect(text, id).not.toBe('');
  });

  it('is worth everything after the repair as its page tells it', { timeout: SLOW_MS }, async () => {
    const commands = await commandsOfReadme();
    expect(commands).toContainEqual(['check']);
    for (const words of commands) {
      const { exitCode, stderr } = await learner.lab(...words);
      expect(exitCode, `lab ${words.join(' ')}: ${stderr}`).toBe(0);
    }
    await expectPoints(learner, 100);
  });

  it('is not changed by being checked', { timeout: SLOW_MS }, async () => {
    const state = async (): Promise<unknown> => {
      const { production, preview, rollout } = await learner.json<LabStatus>('status', '--json');
      return { production, preview, rollout };
    };
    const before = await state();
    await learner.lab('check');
    expect(await state()).toEqual(before);
    expect(before).toMatchObject({ production: { release: '1.1' } });
  });

  it('is worth nothing after a reset', { timeout: SLOW_MS }, async () => {
    expect(await learner.lab('reset')).toMatchObject({ exitCode: 0 });
    await expectPoints(learner, 0);
  });

  it('is repaired and broken by the authors’ commands, each shown as it would be typed', { timeout: SLOW_MS }, async () => {
    const { exitCode, stdout } = await learner.lab('dev', 'solve', 'scenario-1', '--wrong', 'new-build');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '$ lab release 1.3\n$ lab rollout status shop --timeout 3m\n$ lab apply solutions/scenario-1/wrong/new-build/',
    );
    const report = await learner.json<Report>('check', '--json');
    expect(resultsOf(report), observations(report)).toMatchObject({ failed: ['back-by-revision'], error: [] });
    expect(await learner.lab('dev', 'solve', 'scenario-1', '--wrong', 'fail-opne')).toMatchObject({ exitCode: 2 });
  });
});

const hasKubectl = hasProgram('kubectl', 'version', '--client');
const hasPlugin = hasProgram('kubectl-argo-rollouts', 'version', '--short');

describe.runIf(hasKubectl && hasPlugin)('scenario-1 with kubectl and the plugin', () => {
  let learner: Learner;

  beforeAll(async () => {
    learner = await arriveInClone();
    await learner.lab('start', 'scenario-1', '--backend', 'embedded');
  }, SLOW_MS);

  afterAll(() => learner.leave());

  async function kubectl(...words: string[]): Promise<RunResult> {
    const env = { ...learner.env, HOME: learner.folder, KUBECONFIG: join(learner.folder, 'home/kubeconfig') };
    const result = await run('kubectl', [...words, '--namespace', 'lab'], { timeoutMs: SLOW_MS, env });
    expect(result.exitCode, `kubectl ${words.join(' ')}: ${result.stderr}`).toBe(0);
    return result;
  }

  it('is repaired', { timeout: SLOW_MS }, async () => {
    await expectPoints(learner, 0);
    const tree = await kubectl('argo', 'rollouts', 'get', 'rollout', 'shop');
    expect(tree.stdout).toMatch(/revision:3/);
    await kubectl('argo', 'rollouts', 'undo', 'shop');
    await kubectl('argo', 'rollouts', 'status', 'shop');
    const fix = join(repository, 'solutions/scenario-1/fix');
    await kubectl('apply', '-f', join(fix, 'security-scan.yaml'), '-f', join(fix, 'rollout.yaml'));
    await kubectl('argo', 'rollouts', 'status', 'shop');
    await expectPoints(learner, 100);
  });
});
