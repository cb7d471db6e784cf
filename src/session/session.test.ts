import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError, SessionError } from '../errors.ts';
import { startIdOf } from '../system/processes.ts';
import { takeLock } from './lock.ts';
import { findLabPaths, type LabPaths } from './paths.ts';
import { progressOf, readProgress, updateProgress } from './progress.ts';
import { deleteSession, readSession, writeSession, type Session } from './session.ts';

let folder: string;
let paths: LabPaths;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-session-'));
  paths = await findLabPaths({ cwd: folder, installFolder: '/nowhere', env: { LAB_HOME: 'home', LAB_WORKSPACE: 'work' } });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const session: Session = {
  version: 1,
  backend: 'embedded',
  scenario: {
    id: 'scenario-1',
    title: 'The open gate',
    namespace: 'lab',
    production: { rollout: 'shop', container: 'shop', image: 'lab/shop', activeService: 'a', previewService: 'p' },
  },
  startedAt: '2026-11-24T00:00:00Z',
  isPlanted: true,
};

describe('findLabPaths', () => {
  it('goes by LAB_HOME and LAB_WORKSPACE, seen from the current folder', () => {
    expect(paths).toMatchObject({ home: join(folder, 'home'), workspaceRoot: join(folder, 'work'), isWorkspaceChosen: true });
  });

  it('finds the project above the current folder, and only ours', async () => {
    const inner = join(folder, 'project/labs/scenario-1');
    await mkdir(inner, { recursive: true });
    await writeFile(join(folder, 'project/package.json'), '{"name":"ship-safely-lab"}');
    await writeFile(join(folder, 'project/labs/package.json'), '{"name":"other"}');
    await writeFile(join(inner, 'package.json'), 'not json');
    const found = await findLabPaths({ cwd: inner, installFolder: '/opt/lab', env: {} });
    expect(found.home).toBe(join(folder, 'project/.lab'));
    expect(found.workspaceRoot).toBe(join(folder, 'project/workspace'));
  });

  it('falls back to where lab is installed; an empty variable is none', async () => {
    const found = await findLabPaths({ cwd: folder, installFolder: '/opt/lab', env: { LAB_HOME: '', LAB_WORKSPACE: '' } });
    expect(found).toMatchObject({ home: '/opt/lab/.lab', workspaceRoot: '/opt/lab/workspace', isWorkspaceChosen: false });
  });
});

describe('session', () => {
  it('is not there at first, comes back as it was written, and goes away', async () => {
    expect(await readSession(paths)).toBeUndefined();
    await writeSession(paths, session);
    expect(await readSession(paths)).toEqual(session);
    await deleteSession(paths);
    await deleteSession(paths);
    expect(await readSession(paths)).toBeUndefined();
  });

  it('is for its owner only, and leaves no drafts behind', async () => {
    await writeSession(paths, session);
    expect((await stat(paths.sessionFile)).mode & 0o777).toBe(0o600);
    expect((await stat(paths.home)).mode & 0o777).toBe(0o700);
    expect(await readdir(paths.home)).toEqual(['session.json']);
  });

  it.each([
    ['{"version":2}', /newer version of lab/],
    ['{"version":0}', /older version of lab/],
    ['{"version":1}', /damaged/],
    ['', /damaged/],
    ['[]', /damaged/],
    ['null', /damaged/],
    ['{"version":1,"backend":"embedded","isPlanted":true,"scenario":{"id":', /damaged/],
  ])('refuses %j and says what to type', async (text, message) => {
    await mkdir(paths.home);
    await writeFile(paths.sessionFile, text);
    const refused = readSession(paths);
    await expect(refused).rejects.toThrow(SessionError);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining('lab stop --delete') as string });
  });

  const isRoot = process.getuid?.() === 0;
  if (isRoot) console.warn('skipped: a test of a folder that cannot be written, because root can write everywhere');

  it.runIf(!isRoot)('says what to do when the folder cannot be written', async () => {
    await mkdir(paths.home);
    await chmod(paths.home, 0o500);
    await expect(writeSession(paths, session)).rejects.toThrow(EnvironmentError);
  });

  it('says what to do when a file stands where the folder should be', async () => {
    await writeFile(paths.home, '');
    const refused = writeSession(paths, session);
    await expect(refused).rejects.toThrow(EnvironmentError);
    await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining('LAB_HOME') as string });
  });
});

describe('progress', () => {
  it('begins with nothing and remembers each scenario apart', async () => {
    expect(progressOf(await readProgress(paths), 'scenario-1')).toEqual({ hintsTaken: 0, hintCost: 0, isSolutionShown: false });
    await updateProgress(paths, 'scenario-1', (before) => ({ ...before, hintsTaken: before.hintsTaken + 1, hintCost: 2 }));
    await updateProgress(paths, 'scenario-2', (before) => ({ ...before, isSolutionShown: true }));
    await updateProgress(paths, 'scenario-1', (before) => ({ ...before, hintsTaken: before.hintsTaken + 1 }));
    const progress = await readProgress(paths);
    expect(progressOf(progress, 'scenario-1')).toEqual({ hintsTaken: 2, hintCost: 2, isSolutionShown: false });
    expect(progressOf(progress, 'scenario-2')).toMatchObject({ isSolutionShown: true });
    expect(progressOf(progress, 'constructor')).toEqual({ hintsTaken: 0, hintCost: 0, isSolutionShown: false });
  });
});

describe('takeLock', () => {
  const options = (over: object = {}) => ({ pid: process.pid, command: 'lab reset', waitMs: 0, onWait: () => undefined, ...over });

  it('keeps others out until it is given back', async () => {
    const release = await takeLock(paths, options());
    const refused = takeLock(paths, options({ command: 'lab stop' }));
    await expect(refused).rejects.toThrow(SessionError);
    await expect(refused).rejects.toMatchObject({
      message: `another lab command is at work: \`lab reset\`, process ${process.pid}`,
      hint: expect.stringContaining(`kill ${process.pid}`) as string,
    });
    await release();
    await release();
    await (
      await takeLock(paths, options())
    )();
    expect(await readdir(paths.home)).toEqual([]);
  });

  it('waits for another one, saying so once', async () => {
    const release = await takeLock(paths, options());
    const told: string[] = [];
    const second = takeLock(paths, options({ waitMs: 10_000, onWait: (message: string) => told.push(message) }));
    await expect.poll(() => told).toEqual([`another lab command is at work (\`lab reset\`, process ${process.pid}); waiting for it`]);
    await release();
    await (
      await second
    )();
    expect(told).toHaveLength(1);
  });

  it.each([
    ['of a process that ended', () => JSON.stringify({ pid: 2 ** 22 + 1, startId: 'x', command: 'lab start' })],
    ['of another process that had our number', () => JSON.stringify({ pid: process.pid, startId: 'earlier', command: 'lab start' })],
    ['that is damaged', () => '{"pid":'],
    ['that is empty', () => ''],
  ])('takes over a lock %s', async (_what, text) => {
    await mkdir(paths.home);
    await writeFile(paths.lockFile, text());
    await (
      await takeLock(paths, options())
    )();
  });

  it('does not take back a lock that became another one’s', async () => {
    const release = await takeLock(paths, options());
    await writeFile(paths.lockFile, JSON.stringify({ pid: process.pid, startId: 'other', command: 'x' }));
    await release();
    expect(await readFile(paths.lockFile, 'utf8')).toContain('other');
  });

  it.each([
    ['a stale lock', ['']],
    ['a stale lock and a stale removal of it', ['', '~']],
    ['stale removals of stale removals', ['', '~', '~~']],
  ])('lets one at a time through, however many come, over %s', async (_what, endings) => {
    const stale = JSON.stringify({ pid: 2 ** 22 + 1, startId: 'x', command: 'lab start', token: 'x' });
    let inside = 0;
    let most = 0;
    const enter = async (): Promise<void> => {
      const release = await takeLock(paths, options({ waitMs: 30_000 }));
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside -= 1;
      await release();
    };
    for (let round = 0; round < 6; round++) {
      await mkdir(paths.home, { recursive: true });
      for (const ending of endings) await writeFile(paths.lockFile + ending, stale);
      await Promise.all(Array.from({ length: 12 }, enter));
    }
    expect(most).toBe(1);
    expect(await readdir(paths.home)).toEqual([]);
  });
});

describe('startIdOf', () => {
  it('tells processes apart, and that one has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const mine = await startIdOf(process.pid);
    const childs = await startIdOf(child.pid!);
    expect(mine).toBeDefined();
    expect(childs).toBeDefined();
    expect(childs).not.toBe(mine);
    expect(await startIdOf(process.pid)).toBe(mine);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect(await startIdOf(child.pid!)).toBeUndefined();
  });
});
