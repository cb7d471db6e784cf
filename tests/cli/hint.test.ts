import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HintReport } from '../../src/commands/hint.ts';
import type { LabStatus } from '../../src/commands/status.ts';
import { Learner } from '../support/lab-process.ts';

const course = new URL('../course/', import.meta.url).pathname;

/** A learner who asks for hints while the cluster changes, one thing after the other, with the compiled program and a real cluster process. */
let learner: Learner;

beforeAll(async () => {
  learner = await Learner.arrive({ LAB_COURSE: course });
  await learner.lab('start', 'tiny-1');
});

afterAll(() => learner.leave());

const again = (): Promise<HintReport> => learner.json<HintReport>('hint', '--again', '--json');
const cost = async (): Promise<number> => (await learner.json<LabStatus>('status', '--json')).progress!.hintCost;

async function greet(text: string): Promise<void> {
  const greeting = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'greeting', namespace: 'tiny' }, data: { text } };
  await writeFile(join(learner.folder, 'greeting.json'), JSON.stringify(greeting));
  await learner.mustSucceed('apply', 'greeting.json');
}

describe('lab hint', () => {
  it('asks nothing of the cluster for a hint that is the same for everybody', async () => {
    expect(await learner.json<HintReport>('hint', '--yes', '--json')).toEqual({
      apiVersion: 'lab/v1',
      kind: 'Hints',
      scenario: 'tiny-1',
      cluster: 'not-asked',
      hints: [{ number: 1, cost: 3, text: 'What does the ConfigMap `greeting` say?', when: null, state: {} }],
      left: 1,
    });
  });

  it('takes nothing for a program that did not say so', async () => {
    expect(await learner.lab('hint', '--json')).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await cost()).toBe(3);
  });

  it('says to a cluster in a state of its own what fits it, after a look', async () => {
    await greet('hello');
    await greet('what now');
    const { exitCode, stdout, stderr } = await learner.lab('hint', '--yes');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('- Looking at your cluster\n');
    expect(stdout).toBe(
      'Hint 2 of 2 costs 5 points.\n\nHint 2, for your cluster as it is now\n\nYou have changed it, and it is as rude as before.\n',
    );
    expect(await cost()).toBe(8);
  });

  it('shows it again for nothing, as it fits by now', async () => {
    expect(await again()).toMatchObject({
      cluster: 'asked',
      hints: [{ number: 1 }, { number: 2, when: 'by-hand and rude', state: { 'by-hand': 'passed', rude: 'passed' } }],
      left: 0,
    });
    await greet('good day');
    const { hints } = await again();
    expect(hints[1]).toEqual({
      number: 2,
      cost: 5,
      text: 'It should say `hello`.',
      when: null,
      state: { 'by-hand': 'passed', rude: 'failed', polite: 'failed' },
    });
    await learner.lab('dev', 'solve', 'tiny-1', '--wrong', 'half');
    const { stdout } = await learner.lab('hint', '--again');
    expect(stdout).toContain('\nHint 1\n');
    expect(stdout).toContain('\nHint 2, for your cluster as it is now\n\nIt says the right thing, but it was gone for a while.');
    expect(await learner.json<HintReport>('hint', '--yes', '--json')).toMatchObject({ hints: [], left: 0 });
    expect((await learner.lab('hint', '--yes')).stdout).toContain('You have all 2 hints');
    expect(await cost()).toBe(8);
  });

  it('brings back a cluster whose process was killed', async () => {
    const { pid } = (await learner.json<LabStatus>('status', '--json')).cluster;
    process.kill(pid!, 'SIGKILL');
    await expect.poll(async () => (await learner.json<LabStatus>('status', '--json')).cluster.running).toBe(false);
    expect(await again()).toMatchObject({ cluster: 'asked', hints: [{ when: null }, { when: 'polite and not by-hand' }] });
  });

  it('says what fits everybody, and why, when the cluster is stopped', async () => {
    await learner.lab('stop');
    expect(await again()).toMatchObject({
      cluster: 'unreachable',
      problem: 'the cluster of tiny-1 is stopped',
      hints: [{ when: null }, { when: null, text: 'It should say `hello`.', state: {} }],
    });
    const { exitCode, stdout, stderr } = await learner.lab('hint', '--again');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('Your cluster could not be asked (the cluster of tiny-1 is stopped), so this is what fits everybody.\n');
    expect(stdout).toContain('\nHint 2\n\nIt should say hello.\n');
  });
});
