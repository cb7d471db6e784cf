import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Learner } from '../support/lab-process.ts';

const course = new URL('../course/', import.meta.url).pathname;

const isRoot = process.getuid?.() === 0;
if (isRoot) console.warn('skipped: tests of folders that cannot be written, because root can write everywhere');

describe('a folder that cannot be written', () => {
  it.runIf(!isRoot)('ends with 3 and says what to do', async () => {
    const locked = await Learner.arrive({ LAB_COURSE: course });
    await mkdir(join(locked.folder, 'home'));
    await chmod(join(locked.folder, 'home'), 0o500);
    expect(await locked.lab('start', 'tiny-1')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('LAB_HOME') as string });
    await chmod(join(locked.folder, 'home'), 0o700);
    await locked.leave();
  });
});
