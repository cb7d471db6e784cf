import { cp, mkdtemp, rm } from 'node:fs/promises';
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

  it('tells a broken scenario from a check that could not be made', { timeout: 120_000 }, async () => {
    const { exitCode, stderr } = await author.lab('dev', 'check', 'tiny-1', 'tiny-9');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('tiny-9');
  });
});
