import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLab } from '../../tests/support/command-lab.ts';
import { ClusterError, UsageError } from '../errors.ts';
import { readProgress } from '../session/progress.ts';
import { readSession } from '../session/session.ts';
import { hint } from './hint.ts';
import { list } from './list.ts';
import { reset } from './reset.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

let lab: CommandLab;

beforeEach(async () => {
  lab = await CommandLab.open();
});

afterEach(() => lab.close());

describe('lab hint', () => {
  beforeEach(async () => {
    await lab.start();
    lab.io.out = '';
  });

  it('takes one after the other, remembering what they cost', async () => {
    await hint(lab.context, { isYes: true, isAgain: false });
    expect(lab.io.out).toContain('Hint 1 of 3 costs 2 points.');
    await hint(lab.context, { isYes: true, isAgain: false });
    await hint(lab.context, { isYes: true, isAgain: false });
    lab.io.out = '';
    expect(await hint(lab.context, { isYes: true, isAgain: false })).toBe(0);
    expect(lab.io.out).toContain('You have all 3 hints');
    expect((await readProgress(lab.context.paths)).scenarios['scenario-1']).toMatchObject({ hintsTaken: 3, hintCost: 14 });
  });

  it('spends nothing where nobody can be asked', async () => {
    await expect(hint(lab.context, { isYes: false, isAgain: false })).rejects.toMatchObject({
      exitCode: 2,
      message: 'Hint 1 of 3 costs 2 points. Nobody is here to be asked',
      hint: 'Type `lab hint --yes` to take it.',
    });
    expect((await readProgress(lab.context.paths)).scenarios).toEqual({});
  });

  it('says of a challenge that there are none', async () => {
    await start(lab.context, 'challenge-1', { backend: 'auto' });
    lab.io.out = '';
    expect(await hint(lab.context, { isYes: true, isAgain: false })).toBe(0);
    expect(lab.io.out).toBe('This is a challenge, and challenges have no hints; `lab solution` carries out the repair.\n');
  });

  it('shows those again that were taken, for nothing', async () => {
    await hint(lab.context, { isYes: false, isAgain: true });
    expect(lab.io.out).toBe('You have not taken a hint of this scenario.\n');
    await hint(lab.context, { isYes: true, isAgain: false });
    lab.io.out = '';
    await hint(lab.context, { isYes: false, isAgain: true });
    expect(lab.io.out).toContain('Hint 1');
    expect(lab.io.out).not.toContain('Hint 2');
    expect((await readProgress(lab.context.paths)).scenarios['scenario-1']).toMatchObject({ hintsTaken: 1 });
  });

  it('pays for nothing when the cluster could not be judged for a mistake of the kit', async () => {
    await hint(lab.context, { isYes: true, isAgain: false });
    lab.backend.open = () => Promise.reject(new TypeError('a mistake'));
    await expect(hint(lab.context, { isYes: true, isAgain: false })).rejects.toThrow('a mistake');
    expect((await readProgress(lab.context.paths)).scenarios['scenario-1']).toMatchObject({ hintsTaken: 1 });
  });

  it('says what fits everybody when the cluster does not answer, or cannot be judged', async () => {
    await hint(lab.context, { isYes: true, isAgain: false });
    lab.backend.open = () => Promise.reject(new ClusterError('nobody answers'));
    await hint(lab.context, { isYes: true, isAgain: false });
    expect(lab.io.err).toContain('Your cluster could not be asked (nobody answers), so this is what fits everybody.\n');
    lab.backend.open = () => Promise.resolve(lab.backend.cluster());
    lab.io.err = '';
    await hint(lab.context, { isYes: true, isAgain: false });
    expect(lab.io.err).toMatch(/^What your cluster shows could not be judged \(.*no drills here\), so this is what fits everybody\.$/m);
    expect((await readProgress(lab.context.paths)).scenarios['scenario-1']).toMatchObject({ hintsTaken: 3, hintCost: 14 });
  });

  it('keeps what was taken through reset and stop --delete, and forgets it only on demand', async () => {
    await hint(lab.context, { isYes: true, isAgain: false });
    await reset(lab.context);
    await stop(lab.context, { isDeleting: true, isForgetting: false });
    expect((await readProgress(lab.context.paths)).scenarios['scenario-1']).toMatchObject({ hintsTaken: 1 });
    expect(await readSession(lab.context.paths)).toBeUndefined();
    lab.io.out = '';
    await list(lab.context, { isJson: true });
    expect((JSON.parse(lab.io.out) as unknown[])[0]).toMatchObject({
      id: 'scenario-1',
      isCurrent: false,
      progress: { hintsTaken: 1, hintCost: 2 },
    });
    await expect(stop(lab.context, { isDeleting: false, isForgetting: true })).rejects.toThrow(UsageError);
    await stop(lab.context, { isDeleting: true, isForgetting: true });
    expect((await readProgress(lab.context.paths)).scenarios).toEqual({});
  });
});
