import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLab, rolloutOf } from '../../tests/support/command-lab.ts';
import { SessionError } from '../errors.ts';
import { apply } from './apply.ts';
import { env } from './env.ts';
import { hint } from './hint.ts';
import { release } from './release.ts';
import { reset } from './reset.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';

let lab: CommandLab;

beforeEach(async () => {
  lab = await CommandLab.open();
});

afterEach(() => lab.close());

describe('without a scenario', () => {
  it.each([
    ['apply', () => apply(lab.context, [])],
    ['release', () => release(lab.context, '1.3')],
    ['hint', () => hint(lab.context, { isYes: true, isAgain: false })],
    ['env', () => env(lab.context, { shell: 'sh' })],
    ['reset', () => reset(lab.context)],
  ])('%s says how to begin', async (_name, run) => {
    await expect(run()).rejects.toMatchObject({ exitCode: 6, hint: expect.stringContaining('lab start scenario-1') as string });
  });

  it('status says so, and is no failure', async () => {
    expect(await status(lab.context, { isJson: true })).toBe(0);
    expect(JSON.parse(lab.io.out)).toEqual({ apiVersion: 'lab/v1', kind: 'Status', cluster: { running: false } });
  });

  it('stop is no failure', async () => {
    expect(await stop(lab.context, { isDeleting: false, isForgetting: false })).toBe(0);
    expect(lab.io.out).toBe('No cluster was running.\n');
  });
});

describe('a cluster that is not there', () => {
  it('is brought back when it went down by itself', async () => {
    await lab.start();
    lab.backend.state = 'crashed';
    lab.backend.answer = (line) => (line.startsWith('GET') ? { body: rolloutOf('1.2') } : { body: rolloutOf('1.3') });
    expect(await release(lab.context, '1.3')).toBe(0);
    expect(lab.backend.acts).toContain('revive scenario-1');
  });

  it('is left alone by status', async () => {
    await lab.start();
    lab.backend.state = 'crashed';
    lab.io.out = '';
    await status(lab.context, { isJson: true });
    expect(JSON.parse(lab.io.out)).toMatchObject({ scenario: 'scenario-1', cluster: { running: false } });
    expect(lab.backend.acts).toEqual(['start scenario-1']);
  });

  it('is not brought back when it was stopped', async () => {
    await lab.start();
    await stop(lab.context, { isDeleting: false, isForgetting: false });
    await expect(release(lab.context, '1.3')).rejects.toThrow(SessionError);
    await expect(release(lab.context, '1.3')).rejects.toThrow('the cluster of scenario-1 is stopped');
  });
});
