import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryIo, type MemoryIo } from '../../tests/support/memory-io.ts';
import { runProgram } from './program.ts';

const installFolder = new URL('../../', import.meta.url).pathname;

let folder: string;
let io: MemoryIo;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-program-'));
  io = memoryIo({ cwd: folder, env: { LAB_HOME: 'home', LAB_WORKSPACE: 'ws' } });
});

afterEach(() => rm(folder, { recursive: true }));

const lab = (...words: string[]): Promise<number> => runProgram(io, words, { installFolder });

describe('runProgram', () => {
  it.each<[string[], string]>([
    [['strat'], 'unknown command "strat"; did you mean "start"?'],
    [['xyzzy'], 'unknown command "xyzzy"'],
    [['check', '--jsn'], 'unknown option "--jsn"; did you mean "--json"?'],
    [['rollout', 'undoo'], 'unknown command "undoo"; did you mean "undo"?'],
    [['rollout'], '`lab rollout` needs one more word'],
    [['rollout', 'undo', '--to-revision'], 'option "--to-revision <number>" argument missing'],
    [['release'], 'missing required argument "version"'],
    [['release', '1.3', '1.4'], 'too many arguments'],
    [['start', 'a', 'b'], 'too many arguments'],
    [['rollout', 'abort', 'a', 'b'], 'one Rollout at a time, not "a b"'],
    [['start', 'senario-12'], 'there is no scenario "senario-12"; did you mean "scenario-12"?'],
    [['env', '--shell', 'csh'], 'there is no shell "csh"'],
    [['--nonsense'], 'unknown option "--nonsense"'],
  ])('%j: exit code 2, one sentence, and nothing changed', async (words, sentence) => {
    expect(await lab(...words)).toBe(2);
    const [first, second, ...rest] = io.err.trimEnd().split('\n');
    expect(first).toContain(`error: ${sentence}`);
    expect(second ?? 'next: ').toMatch(/^next: /);
    expect(rest).toEqual([]);
    expect(io.out).toBe('');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([[['--help']], [['help']], [['check', '-h']], [['help', 'rollout']], [['rollout', 'undo', '--help']], [[]]])(
    '%j: shows help',
    async (words) => {
      expect(await lab(...words)).toBe(0);
      expect(io.out).toMatch(/^Usage: lab/);
      expect(io.err).toBe('');
    },
  );

  it('has every command of the contract in its help', async () => {
    await lab('--help');
    for (const verb of 'list start status env apply release rollout check hint solution reset stop doctor'.split(' ')) {
      expect(io.out).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
    }
  });

  it.each([['--version'], ['-V'], ['version']])('%s shows the version', async (word) => {
    expect(await lab(word)).toBe(0);
    expect(io.out).toMatch(/^lab \d+\.\d+\.\d+ \(Node 20\.20\.2, linux\)\n$/);
  });

  it('tells an error without its stack, unless asked', async () => {
    expect(await lab('check')).toBe(6);
    expect(io.err).toBe(
      'error: no scenario has been started\nnext: Type `lab list` to see what there is, and `lab start scenario-1` to begin.\n',
    );
    io.err = '';
    expect(await lab('check', '--verbose')).toBe(6);
    expect(io.err).toContain('    at ');
  });

  it('leaves colours out where they are not wanted', async () => {
    let isDropped = false;
    io = memoryIo({ cwd: folder, env: { LAB_HOME: 'home', LAB_WORKSPACE: 'ws' }, dropColors: () => (isDropped = true) });
    await lab('status', '--no-color');
    expect(isDropped).toBe(true);
    isDropped = false;
    await lab('status');
    expect(isDropped).toBe(false);
  });

  it('refuses to print two formats at once', async () => {
    expect(await lab('check', '--json', '--junit')).toBe(2);
    expect(io.err).toContain('error: --json and --junit cannot go together');
  });
});
