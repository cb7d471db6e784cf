import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryIo, type MemoryIo } from '../../../tests/support/memory-io.ts';
import { UsageError } from '../../errors.ts';
import { createContext, type CommandContext } from '../context.ts';
import type { AuthorReport } from './author-report.ts';
import { devCheck } from './check.ts';
import { devNew } from './new.ts';

const installFolder = new URL('../../../', import.meta.url).pathname;

let folder: string;
let io: MemoryIo;
let context: CommandContext;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-course-'));
  await mkdir(join(folder, 'scenarios'));
  io = memoryIo({ cwd: folder, env: { LAB_COURSE: folder, LAB_HOME: join(folder, 'home'), LAB_WORKSPACE: join(folder, 'work') } });
  context = await createContext(io, { installFolder, isVerbose: false, commandLine: 'lab dev new' });
});

afterEach(() => rm(folder, { recursive: true }));

describe('lab dev new', () => {
  it('makes a scenario that works, and in which only the to-dos are left', async () => {
    expect(await devNew(context, 'no-way-back')).toBe(0);
    expect(io.out).toContain('scenarios/no-way-back/scenario.yaml\n');
    const before = io.out.length;
    expect(await devCheck(context, ['no-way-back'], { isJson: true })).toBe(1);
    const report = JSON.parse(io.out.slice(before)) as AuthorReport;
    const failed = report.scenarios[0]!.tests.filter(({ result }) => result === 'failed');
    expect(failed.map(({ name }) => name)).toEqual(['to-dos']);
    expect(failed[0]!.deviations.map(({ found }) => found)).toEqual(
      expect.arrayContaining([
        'scenarios/no-way-back/scenario.yaml:6 a title that one remembers',
        'labs/no-way-back/README.md:7 the incident, and the symptom that can be seen in the cluster.',
      ]),
    );
    expect(report.scenarios[0]!.tests.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['right repair same-image-again', 'wrong repair new-build', 'fault vulnerable-release']),
    );
  });

  it('is content when the to-dos are done', async () => {
    await devNew(context, 'tidy');
    for (const file of io.out.split('\n').filter((line) => /^\S+\.(md|yaml)$/.test(line))) {
      const path = join(folder, file);
      await writeFile(path, (await readFile(path, 'utf8')).replaceAll('TO DO', 'Done'));
    }
    expect(await devCheck(context, ['tidy'], { isJson: false })).toBe(0);
  });

  it.each(['scenarios', 'solutions', 'labs'])('does not touch what is in %s already', async (place) => {
    await mkdir(join(folder, place, 'mine'), { recursive: true });
    await expect(devNew(context, 'mine')).rejects.toMatchObject({ message: `there is ${place}/mine already`, exitCode: 2 });
    for (const other of ['scenarios', 'solutions', 'labs'].filter((one) => one !== place))
      await expect(readFile(join(folder, other, 'mine', 'README.md'))).rejects.toThrow();
  });

  it.each(['', 'Big', '../escape', 'a b', '-x', 'a--b', '9lives'])('refuses the id "%s"', async (id) => {
    await expect(devNew(context, id)).rejects.toThrow(UsageError);
  });
});
