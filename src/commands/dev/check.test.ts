import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryIo, type MemoryIo } from '../../../tests/support/memory-io.ts';
import { UsageError } from '../../errors.ts';
import { createContext } from '../context.ts';
import type { AuthorReport } from './author-report.ts';
import { devCheck } from './check.ts';

const course = new URL('../../../tests/course/', import.meta.url).pathname;

let folder: string;
let io: MemoryIo;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-course-'));
  await cp(course, folder, { recursive: true });
  io = memoryIo({ cwd: folder, env: { LAB_COURSE: folder, LAB_HOME: join(folder, 'home'), LAB_WORKSPACE: join(folder, 'work') } });
});

afterEach(() => rm(folder, { recursive: true }));

async function check(ids: string[] = [], isJson = false): Promise<number> {
  const context = await createContext(io, { installFolder: folder, isVerbose: false, commandLine: 'lab dev check' });
  return devCheck(context, ids, { isJson });
}

async function report(): Promise<AuthorReport> {
  await check([], true);
  return JSON.parse(io.out) as AuthorReport;
}

/** Names of the tests that failed, with what they found. */
async function failures(): Promise<Record<string, string>> {
  const { scenarios } = await report();
  const failed = scenarios.flatMap(({ tests }) => tests).filter(({ result }) => result === 'failed');
  return Object.fromEntries(failed.map(({ name, deviations }) => [name, deviations.map(({ found }) => found).join('\n')]));
}

async function edit(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(folder, path), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(folder, path), text.replace(from, to));
}

describe('lab dev check', () => {
  it('finds nothing wrong with a scenario that is as it says', async () => {
    expect(await check()).toBe(0);
    const [summary, total] = io.out.trimEnd().split('\n');
    expect(summary).toMatch(
      /^✔ tiny-1  1 of 1 fault noticed, 2 checks, 2 of 2 wrong repairs caught, 2 of 2 right repairs accepted, \d+\.\d s$/,
    );
    expect(total).toBe('12 passed, 0 failed');
    const repairs = ['reference repair', 'right repair by-patch', 'wrong repair half', 'wrong repair hullo'];
    for (const name of ['schema', 'files', 'hints', 'no needless checks', 'untouched', ...repairs, 'fault wrong-greeting', 'reset'])
      expect(io.err).toContain(`✔ ${name}\n`);
  });

  it('prints one object as JSON', async () => {
    expect(await report()).toMatchObject({
      apiVersion: 'lab/v1',
      kind: 'AuthorReport',
      result: 'passed',
      scenarios: [{ id: 'tiny-1', result: 'passed' }],
    });
  });

  it('tells what learners are told who did nothing, or the wrong thing', async () => {
    const { tests } = (await report()).scenarios[0]!;
    const told = tests.flatMap((test) => (test.told ?? []).map(({ check, observed }) => `${test.name}, ${check}: ${observed}`));
    expect(told).toEqual([
      'untouched, polite: configmaps tiny/greeting differs: data.text should be "hello", found "what now".',
      'untouched, by-hand: Not seen since the lab began: the greeting was changed.',
      expect.stringMatching(
        /^wrong repair half, by-hand: Not seen .* It happened that the greeting was deleted: once .* after the lab began, by /,
      ),
      'wrong repair hullo, polite: configmaps tiny/greeting differs: data.text should be "hello", found "hullo".',
    ]);
  });

  it('finds a failure that is told in the words of the solution', async () => {
    await edit('solutions/tiny-1/README.md', '\n', '\nWhat is deleted is gone for a while.\n');
    const found = 'both say "what is deleted is gone for a while"';
    expect(await failures()).toEqual({ untouched: found, 'wrong repair half': found });
  });

  it('lets a failure quote what was planted', async () => {
    const text = 'one two three four five six seven eight';
    await edit('solutions/tiny-1/README.md', '\n', `\n${text}\n`);
    await edit('scenarios/tiny-1/faults/greeting.yaml', 'what now', text);
    await edit('scenarios/tiny-1/scenario.yaml', 'what now', text);
    expect(await failures()).not.toHaveProperty('untouched');
  });

  it.each([false, true])('counts a scenario that could not be tried out as failed (terminal: %s)', async (isTerminal) => {
    io.isTerminal = isTerminal;
    await cp(join(folder, 'scenarios/tiny-1'), join(folder, 'scenarios/tiny-2'), { recursive: true });
    // There is no program in the folder that this lab is said to be installed in.
    expect(await check([], true)).toBe(1);
    const { result, scenarios } = JSON.parse(io.out) as AuthorReport;
    expect(result).toBe('failed');
    expect(scenarios.map(({ id, result: own }) => `${id} ${own}`)).toEqual(['tiny-1 failed', 'tiny-2 failed']);
    expect(scenarios[0]!.tests[0]!.deviations[0]!.found).toContain('Cannot find module');
  });

  it('refuses a scenario that does not exist', async () => {
    await expect(check(['tiny-2'])).rejects.toThrow(UsageError);
  });

  it('shows a broken file with its place, and tries nothing out', async () => {
    await edit('scenarios/tiny-1/scenario.yaml', 'minutes: 5', 'minutes: five');
    const found = await failures();
    expect(Object.keys(found)).toEqual(['schema']);
    expect(found['schema']).toMatch(/^scenarios\/tiny-1\/scenario\.yaml:9:3: must be integer/);
  });

  it('finds a check that passes by doing nothing', async () => {
    await edit('scenarios/tiny-1/scenario.yaml', 'match: { data: { text: hello } }', 'match: { data: {} }');
    const found = await failures();
    expect(found['untouched']).toContain('polite: passed.');
    expect(found['reset']).toContain('polite: passed.');
  });

  it('finds a reference repair that does not repair', async () => {
    await edit('solutions/tiny-1/fix/greeting.yaml', 'hello', 'hallo');
    const found = await failures();
    expect(found['reference repair']).toContain('polite: failed. ');
    expect(found['reference repair']).toContain('hallo');
  });

  it('finds another right repair that is not as good as the reference repair', async () => {
    await edit('solutions/tiny-1/right/by-patch/repair.yaml', 'text: hello', 'text: hullo');
    const found = await failures();
    expect(Object.keys(found)).toEqual(['right repair by-patch']);
    expect(found['right repair by-patch']).toContain('hullo');
  });

  it('finds another right repair that names checks which fail', async () => {
    await edit('solutions/tiny-1/right/by-patch/repair.yaml', '  steps:', '  mustFail: [polite]\n  steps:');
    const found = await failures();
    expect(Object.keys(found).sort()).toEqual(['files', 'right repair by-patch']);
    expect(found['right repair by-patch']).toContain('solutions/tiny-1/right/by-patch/repair.yaml is a right repair');
  });

  it('does without other right repairs and without a debrief', async () => {
    await rm(join(folder, 'solutions/tiny-1/right'), { recursive: true });
    await rm(join(folder, 'labs/tiny-1/debrief.md'));
    expect(await failures()).toEqual({});
  });

  it('finds a wrong repair that fails other checks than it names', async () => {
    await edit('solutions/tiny-1/wrong/half/repair.yaml', 'mustFail: [by-hand]', 'mustFail: [polite]');
    const found = await failures();
    expect(Object.keys(found)).toEqual(['no needless checks', 'wrong repair half']);
    expect(found['wrong repair half']).toMatch(/^polite: passed\..*\nby-hand: failed\./);
  });

  it('finds a check without which the same repairs would be told wrong', async () => {
    await rm(join(folder, 'solutions/tiny-1/wrong/hullo'), { recursive: true });
    expect(await failures()).toEqual({ 'no needless checks': 'none: without polite, the same repairs would be told wrong' });
    io.out = '';
    await edit('solutions/tiny-1/wrong/half/repair.yaml', 'mustFail: [by-hand]', 'mustFail: [polite, by-hand]');
    await edit('solutions/tiny-1/wrong/half/greeting.yaml', 'hello', 'hullo');
    expect(Object.keys(await failures()).sort()).toEqual(['hints', 'no needless checks']);
  });

  it('finds a wrong repair that names a check which is not there', async () => {
    await edit('solutions/tiny-1/wrong/half/repair.yaml', 'mustFail: [by-hand]', 'mustFail: [by-foot]');
    // The check and the variant of a hint that this repair is for are left with nobody.
    expect(Object.keys(await failures()).sort()).toEqual(['files', 'hints', 'no needless checks', 'wrong repair half']);
  });

  it('finds a fault that none of its checks catches', async () => {
    await edit('scenarios/tiny-1/scenario.yaml', 'caughtBy: [polite]', 'caughtBy: [by-hand]');
    const found = await failures();
    expect(Object.keys(found)).toEqual(['fault wrong-greeting']);
    expect(found['fault wrong-greeting']).toContain('by-hand: passed.');
  });

  it('finds a repair that the cluster refuses', async () => {
    await edit('solutions/tiny-1/fix/greeting.yaml', 'kind: ConfigMap', 'kind: ConfigMaps');
    expect((await failures())['reference repair']).toContain('solutions/tiny-1/fix/greeting.yaml:2:1: no matches for kind');
  });

  it('finds files that nothing uses, and files that are missing', async () => {
    await writeFile(join(folder, 'solutions/tiny-1/wrong/half/old.yaml'), '');
    await writeFile(join(folder, 'labs/tiny-1/picture.png'), '');
    await rm(join(folder, 'solutions/tiny-1/README.md'));
    expect(await failures()).toEqual({
      files: 'labs/tiny-1/picture.png\nno such file\nsolutions/tiny-1/wrong/half/old.yaml',
    });
  });

  it('finds files of another right repair that nothing uses', async () => {
    await writeFile(join(folder, 'solutions/tiny-1/right/by-patch/old.yaml'), '');
    expect(await failures()).toEqual({ files: 'solutions/tiny-1/right/by-patch/old.yaml' });
  });

  it('lets a lab have files that its page shows', async () => {
    await writeFile(join(folder, 'labs/tiny-1/picture.png'), '');
    const page = join(folder, 'labs/tiny-1/README.md');
    await writeFile(page, `${await readFile(page, 'utf8')}\n![a picture](picture.png)\n`);
    expect(await failures()).toEqual({});
  });

  it('finds a hint without a text', async () => {
    await writeFile(join(folder, 'labs/tiny-1/hints.md'), '# Hints\n\n## 1\n\nLook at it.\n\n## 2\n');
    expect(Object.keys(await failures())).toEqual(['hints']);
  });

  it('finds a variant of a hint that nobody gets to see, by checks or by states', async () => {
    await edit('labs/tiny-1/hints.md', 'when by-hand and rude', 'when rude and polite');
    expect(await failures()).toEqual({ hints: 'labs/tiny-1/hints.md:11: none does' });
    io.out = '';
    await edit('labs/tiny-1/hints.md', 'when rude and polite', 'when not rude and not polite and not by-hand');
    expect(await failures()).toEqual({ hints: 'labs/tiny-1/hints.md:11: none does' });
  });

  it('tells people what was expected and what was found', async () => {
    await edit('solutions/tiny-1/wrong/half/repair.yaml', 'mustFail: [by-hand]', 'mustFail: [polite]');
    expect(await check()).toBe(1);
    expect(io.out).toContain('✖ tiny-1: wrong repair half\n    expected  polite: failed\n    found     polite: passed.');
    expect(io.out).toMatch(/10 passed, 2 failed\n$/);
  });
});
