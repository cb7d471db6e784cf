import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLab, rolloutOf } from '../../tests/support/command-lab.ts';
import { UsageError } from '../errors.ts';
import { release } from './release.ts';

let lab: CommandLab;

beforeEach(async () => {
  lab = await CommandLab.open();
});

afterEach(() => lab.close());

describe('lab release', () => {
  it('sets the image that the scenario names', async () => {
    await lab.start();
    lab.io.out = '';
    lab.backend.answer = (line) => (line.startsWith('GET') ? { body: rolloutOf('1.2') } : { body: rolloutOf('1.3') });
    expect(await release(lab.context, '1.3')).toBe(0);
    expect(lab.io.out).toBe('rollout "shop" image updated\n');
    expect(lab.backend.transport.lines.at(-1)).toContain('"image":"lab/shop:1.3"');
  });

  it.each(['', '-x', 'a b', '1.3@sha', `x${'y'.repeat(200)}`])('refuses %j', async (version) => {
    await expect(release(lab.context, version)).rejects.toThrow(UsageError);
  });
});
