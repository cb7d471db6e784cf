import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLab } from '../../tests/support/command-lab.ts';
import { SessionError } from '../errors.ts';
import { readSession } from '../session/session.ts';
import { stop } from './stop.ts';

let lab: CommandLab;

beforeEach(async () => {
  lab = await CommandLab.open();
});

afterEach(() => lab.close());

describe('lab stop', () => {
  it('can delete what a damaged session belongs to', async () => {
    await lab.start();
    await writeFile(lab.context.paths.sessionFile, '{');
    await expect(stop(lab.context, { isDeleting: false, isForgetting: false })).rejects.toThrow(SessionError);
    expect(await stop(lab.context, { isDeleting: true, isForgetting: false })).toBe(0);
    expect(await readSession(lab.context.paths)).toBeUndefined();
  });
});
