import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuthorReport } from '../../src/commands/dev/author-report.ts';
import { Learner } from '../support/lab-process.ts';

const course = new URL('../course/', import.meta.url).pathname;

let folder: string;
let author: Learner;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-course-'));
  await cp(course, folder, { recursive: true });
  author = await Learner.arrive({ LAB_COURSE: folder });
  await author.lab('dev', 'new', 'tiny-2');
});

afterAll(async () => {
  await author.leave();
  await rm(folder, { recursive: true });
});

/** `tiny-1` is as it should be; `tiny-2` has nothing wrong with it but what is left to do. */
describe('lab dev check of a whole course', () => {
  it('says in a line each how scenarios did, and shows what is wrong', { timeout: 120_000 }, async () => {
    const { exitCode, stdout, stderr } = await author.lab('dev', 'check');
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toContain('2 scenarios\n');
    expect(stdout).toMatch(/^✔ tiny-1 {2}1 of 1 fault noticed, /m);
    expect(stdout).toMatch(/^✖ tiny-2 {2}1 of 1 fault noticed, /m);
    expect(stdout).toMatch(/^✖ tiny-2: to-dos$/m);
    expect(stdout).toMatch(/^\d+ passed, 1 failed$/m);
  });

  it('prints one object as JSON, in the order of the course', { timeout: 120_000 }, async () => {
    const { result, scenarios } = await author.json<AuthorReport>('dev', 'check', '--json');
    expect(result).toBe('failed');
    expect(scenarios.map(({ id }) => id)).toEqual(['tiny-1', 'tiny-2']);
  });

  it('shows a broken file of one scenario, and tries the others out', { timeout: 120_000 }, async () => {
    const file = join(folder, 'scenarios/tiny-2/scenario.yaml');
    const sound = await readFile(file, 'utf8');
    await writeFile(file, sound.replace('minutes: ', 'minutes: about '));
    const { exitCode, stdout } = await author.lab('dev', 'check');
    await writeFile(file, sound);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^✔ tiny-1 /m);
    expect(stdout).toMatch(/^✖ tiny-2: schema\n.*\n.*scenarios\/tiny-2\/scenario\.yaml:\d+:\d+: must be integer/m);
  });

  it('refuses an id that is none, and tries nothing out', { timeout: 120_000 }, async () => {
    const { exitCode, stdout, stderr } = await author.lab('dev', 'check', 'tiny-1', 'tiny-9');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('tiny-9');
    expect(stdout).toBe('');
  });
});
