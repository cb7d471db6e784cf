import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LabStatus } from '../../src/commands/status.ts';
import { Learner } from '../support/lab-process.ts';

/** A scenario with a Git repository, worked on without git. */

const SLOW_MS = 240_000;

let learner: Learner;
const clone = (name: string): string => join(learner.folder, 'work/scenario-14/shop', name);

async function subjects(): Promise<string[]> {
  const { stdout, stderr } = await learner.lab('git', 'log');
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\w{12} {2}\S+ \S+ {2}/, ''));
}

beforeAll(async () => {
  learner = await Learner.arrive();
  expect(await learner.lab('start', 'scenario-14', '--backend', 'embedded')).toMatchObject({ exitCode: 0 });
}, SLOW_MS);

afterAll(() => learner.leave(), SLOW_MS);

const PLANTED = ['Release 1.4', 'Do not wait for the scan, it is too slow today', 'Release 1.1', 'The shop, behind its scan'];

describe('a scenario with a Git repository', () => {
  it('has what happened in the history', async () => {
    expect(await subjects()).toEqual(PLANTED);
    expect(await readFile(clone('rollout.yaml'), 'utf8')).toContain('image: lab/shop:1.4');
  });

  it('brings a commit to the cluster', { timeout: SLOW_MS }, async () => {
    expect(await learner.lab('git', 'revert', PLANTED[0]!)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Revert "Release 1.4"') as string,
    });
    expect(await readFile(clone('rollout.yaml'), 'utf8')).toContain('image: lab/shop:1.1');
    await vi.waitFor(async () => expect((await learner.json<LabStatus>('status', '--json')).rollout).toMatchObject({ release: '1.1' }), {
      timeout: SLOW_MS,
      interval: 1_000,
    });
    await writeFile(clone('note.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: note }\n');
    await learner.mustSucceed('git', 'commit', 'A note');
    expect((await subjects()).slice(0, 2)).toEqual(['A note', 'Revert "Release 1.4"']);
  });

  it('refuses what makes no sense, and says what to type', async () => {
    expect(await learner.lab('git', 'commit', 'nothing')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('nothing to commit') as string,
    });
    expect(await learner.lab('git', 'revert', 'deadbeef')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('lab git log') as string,
    });
  });

  it('has its repository as at the start after a reset, and what was there before in a backup', { timeout: SLOW_MS }, async () => {
    const { exitCode, stdout } = await learner.lab('reset');
    expect(exitCode).toBe(0);
    const backup = /What you had edited is in (.*)\//.exec(stdout)![1]!;
    expect(await readFile(join(learner.folder, backup, 'shop/note.yaml'), 'utf8')).toContain('name: note');
    expect(await subjects()).toEqual(PLANTED);
    expect((await learner.json<LabStatus>('status', '--json')).production).toMatchObject({ release: '1.4' });
  });
});

it('another scenario has none', { timeout: SLOW_MS }, async () => {
  await learner.mustSucceed('start', 'scenario-1', '--backend', 'embedded');
  expect(await learner.lab('git', 'log')).toMatchObject({
    exitCode: expect.not.toBeOneOf([0]) as number,
    stderr: expect.stringContaining('no Git repository') as string,
  });
});
