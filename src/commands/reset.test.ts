import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLab } from '../../tests/support/command-lab.ts';
import { ClusterError } from '../errors.ts';
import { readSession } from '../session/session.ts';
import { reset } from './reset.ts';

let lab: CommandLab;

beforeEach(async () => {
  lab = await CommandLab.open();
});

afterEach(() => lab.close());

describe('lab reset', () => {
  it('puts the workspace back and keeps what was edited', async () => {
    await lab.start();
    const original = await readFile(lab.workspace('rollout.yaml'), 'utf8');
    await writeFile(lab.workspace('rollout.yaml'), 'mine');
    await mkdir(lab.workspace('sub'));
    await writeFile(lab.workspace('sub/new.yaml'), 'also mine');
    lab.io.out = '';
    expect(await reset(lab.context)).toBe(0);
    expect(lab.backend.acts.at(-1)).toBe('reset scenario-1');
    expect(await readFile(lab.workspace('rollout.yaml'), 'utf8')).toBe(original);
    const backup = /What you had edited is in (.*)\/\n/.exec(lab.io.out)?.[1];
    expect(backup).toBe('ws/.backup/2026-11-24T00-00-00.000Z/scenario-1');
    expect(await readFile(join(lab.folder, backup!, 'rollout.yaml'), 'utf8')).toBe('mine');
    expect(await readFile(join(lab.folder, backup!, 'sub/new.yaml'), 'utf8')).toBe('also mine');
    expect(await readdir(join(lab.folder, backup!))).toEqual(['rollout.yaml', 'sub']);
  });

  it('makes no backup when nothing was edited', async () => {
    await lab.start();
    lab.io.out = '';
    await reset(lab.context);
    expect(lab.io.out).not.toContain('edited');
    expect(await readdir(join(lab.folder, 'ws'))).toEqual(['scenario-1']);
  });

  it('repairs a start that was interrupted', async () => {
    lab.backend.failure = new ClusterError('killed');
    await lab.start().catch(() => undefined);
    lab.backend.failure = undefined;
    expect(await reset(lab.context)).toBe(0);
    expect(await readSession(lab.context.paths)).toMatchObject({ isPlanted: true });
  });
});
