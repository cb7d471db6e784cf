import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLab } from '../../tests/support/command-lab.ts';
import { ClusterError, UsageError } from '../errors.ts';
import { readSession } from '../session/session.ts';
import { apply } from './apply.ts';
import { start } from './start.ts';

let lab: CommandLab;

beforeEach(async () => {
  lab = await CommandLab.open();
});

afterEach(() => lab.close());

describe('lab start', () => {
  it.each([
    ['scenario-1', '  Look      lab status · lab rollout get\n'],
    ['scenario-15', '  Look      lab status\n'],
  ])('%s: names what there is to look at', async (id, line) => {
    expect(await start(lab.context, id, { backend: 'embedded' })).toBe(0);
    expect(lab.io.out).toContain(line);
  });

  it('brings the scenario up, puts the manifests there, and says what to do next', async () => {
    expect(await lab.start()).toBe(0);
    expect(lab.backend.acts).toEqual(['start scenario-1']);
    expect(await readSession(lab.context.paths)).toMatchObject({
      backend: 'embedded',
      scenario: { id: 'scenario-1', namespace: 'lab' },
      isPlanted: true,
    });
    expect(await readdir(join(lab.folder, 'ws/scenario-1'))).toEqual(['rollout.yaml', 'scan-rules.yaml', 'services.yaml']);
    expect(lab.io.out).toContain('Backend: embedded (no kind here: Docker does not answer; it needs nothing but Node)');
    expect(lab.io.out).toContain('ws/scenario-1/');
    expect(lab.io.out).toContain('export KUBECONFIG=home/kubeconfig');
  });

  it('goes on where the learner was, and leaves edited files alone', async () => {
    await lab.start();
    await writeFile(lab.workspace('rollout.yaml'), 'mine');
    await rm(lab.workspace('services.yaml'));
    lab.io.out = '';
    expect(await start(lab.context, undefined, { backend: 'auto' })).toBe(0);
    expect(lab.io.out).toContain('goes on where you were');
    expect(await readFile(lab.workspace('rollout.yaml'), 'utf8')).toBe('mine');
    expect(await readdir(join(lab.folder, 'ws/scenario-1'))).toContain('services.yaml');
  });

  it('can be called again after it failed half way', async () => {
    lab.backend.failure = new ClusterError('no');
    await expect(lab.start()).rejects.toThrow('no');
    await expect(apply(lab.context, [])).rejects.toMatchObject({ message: 'the start of scenario-1 was not finished', exitCode: 6 });
    lab.backend.failure = undefined;
    expect(await lab.start()).toBe(0);
    expect(await readSession(lab.context.paths)).toMatchObject({ isPlanted: true });
  });

  it.each([
    ['scenaro-1', 'auto', 'there is no scenario "scenaro-1"; did you mean "scenario-1"?'],
    ['../scenario-1', 'auto', 'there is no scenario "../scenario-1"'],
    ['scenario-1', 'embeded', 'there is no backend "embeded"; did you mean "embedded"?'],
    [undefined, 'auto', 'which scenario?'],
  ])('refuses %s on %s and changes nothing', async (id, wish, message) => {
    const refused = start(lab.context, id, { backend: wish });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
    expect(lab.backend.acts).toEqual([]);
    expect(await readdir(lab.folder)).toEqual([]);
  });
});
