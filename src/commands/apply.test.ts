import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLab } from '../../tests/support/command-lab.ts';
import { refusal } from '../../tests/support/scripted-transport.ts';
import { ScenarioError } from '../errors.ts';
import { apply } from './apply.ts';

let lab: CommandLab;

beforeEach(async () => {
  lab = await CommandLab.open();
});

afterEach(() => lab.close());

describe('lab apply', () => {
  const config = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "1"}\n`;
  const created = (): string[] => lab.backend.transport.lines.filter((line) => line.startsWith('POST') && !line.includes('dryRun'));

  beforeEach(async () => {
    await lab.start();
    lab.io.out = '';
    await rm(join(lab.folder, 'ws/scenario-1'), { recursive: true });
    await mkdir(join(lab.folder, 'ws/scenario-1'), { recursive: true });
  });

  it('applies the workspace, in order, without what is hidden or no manifest', async () => {
    await writeFile(lab.workspace('b.yaml'), config('b'));
    await writeFile(lab.workspace('a.yml'), config('a'));
    await mkdir(lab.workspace('more'));
    await writeFile(lab.workspace('more/c.json'), JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }));
    await writeFile(lab.workspace('notes.txt'), 'not a manifest');
    await writeFile(lab.workspace('.draft.yaml'), 'not yet');
    await writeFile(join(lab.folder, 'ws/shared.yaml'), config('shared'));
    expect(await apply(lab.context, [])).toBe(0);
    expect(lab.io.out).toBe('configmap/shared created\nconfigmap/a created\nconfigmap/b created\nconfigmap/c created\n');
  });

  it('applies nothing of a file that is refused, but the others, and tells every place', async () => {
    await writeFile(lab.workspace('a.yaml'), `${config('a')}---\n${config('bad').replace('\ndata:', '\ndat:')}`);
    await writeFile(lab.workspace('b.yaml'), config('b'));
    await writeFile(lab.workspace('c.yaml'), 'kind: [');
    lab.backend.answer = (line) =>
      line.startsWith('POST') && line.includes('"dat"')
        ? refusal(400, 'BadRequest', 'strict decoding error: unknown field "dat"')
        : undefined;
    const error: unknown = await apply(lab.context, []).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ScenarioError);
    const { message, problems, exitCode } = error as ScenarioError;
    expect(exitCode).toBe(4);
    expect(message).toBe('2 files cannot be applied; nothing in them was');
    expect(problems).toEqual([
      { file: 'ws/scenario-1/a.yaml', line: 9, column: 1, message: 'unknown field "dat"' },
      expect.objectContaining({ file: 'ws/scenario-1/c.yaml', line: 1 }),
    ]);
    expect(created()).toHaveLength(1);
    expect(lab.io.out).toBe('configmap/b created\n');
  });

  it('applies files and folders that are named', async () => {
    await mkdir(join(lab.folder, 'mine'));
    await writeFile(join(lab.folder, 'mine/x.yaml'), config('x'));
    await writeFile(join(lab.folder, 'y'), config('second'));
    await apply(lab.context, ['mine', 'y']);
    expect(lab.io.out).toBe('configmap/x created\nconfigmap/second created\n');
  });

  it('refuses a file that is not there, and a workspace with nothing in it', async () => {
    await expect(apply(lab.context, ['nix.yaml'])).rejects.toMatchObject({ exitCode: 2, message: 'there is no file nix.yaml' });
    await expect(apply(lab.context, [])).rejects.toMatchObject({ exitCode: 2, message: 'there is no manifest in ws/scenario-1/' });
    expect(created()).toEqual([]);
  });
});
