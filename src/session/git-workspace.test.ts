import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasProgram } from '../../tests/support/has-program.ts';
import { EMPTY_HISTORY, withCommit, type GitHistory } from '../apps/gitops/git-history.ts';
import { readHistory } from '../apps/gitops/git-repository.ts';
import { run } from '../system/exec.ts';
import { GitWorkspace, setRepositoryAside } from './git-workspace.ts';
import { findLabPaths, type LabPaths } from './paths.ts';

const AUTHOR = 'a <a@b.c>';

let folder: string;
let paths: LabPaths;
let workspace: GitWorkspace;
let history: GitHistory;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-git-'));
  paths = await findLabPaths({
    cwd: folder,
    installFolder: folder,
    env: { LAB_HOME: join(folder, 'home'), LAB_WORKSPACE: join(folder, 'work') },
  });
  workspace = new GitWorkspace(paths, { scenario: 's', name: 'shop.git', now: () => 5_000 });
  const first = withCommit(EMPTY_HISTORY, {
    message: 'first',
    author: AUTHOR,
    atSeconds: 1,
    files: { 'a.yaml': 'a: 1\n', 'b/c.yaml': 'c: 1\n' },
  });
  history = withCommit(first, { message: 'second', author: AUTHOR, atSeconds: 2, files: { 'a.yaml': 'a: 2\n', 'b/c.yaml': 'c: 1\n' } });
  await workspace.provide(history);
});

afterEach(() => rm(folder, { recursive: true }));

const git = async (...args: string[]): Promise<string> => {
  const { PATH } = process.env;
  const { stdout, stderr, exitCode } = await run('git', ['-C', workspace.clone, ...args], {
    timeoutMs: 60_000,
    // Why not UTC: a commit's id depends on the time zone in which it was made, and the lab makes its own in UTC.
    env: { PATH, HOME: folder, TZ: 'Asia/Kolkata' },
  });
  expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stdout;
};

describe('the repository of a scenario', () => {
  it('holds the history under the same ids, and the clone its newest files', async () => {
    expect(await readHistory(workspace.gitdir, 'main')).toEqual(history);
    expect(await workspace.workingFiles()).toEqual({ 'a.yaml': 'a: 2\n', 'b/c.yaml': 'c: 1\n' });
  });

  it('is left alone when it is there', async () => {
    await workspace.commit({ message: 'mine', author: AUTHOR, files: { 'a.yaml': 'a: 3\n' } });
    await rm(workspace.clone, { recursive: true });
    await workspace.provide(history);
    expect((await workspace.read()).commits.map(({ message }) => message)).toEqual(['mine\n', 'second\n', 'first\n']);
    expect(await workspace.workingFiles()).toEqual({ 'a.yaml': 'a: 3\n' });
  });

  it('is finished when the making was interrupted', async () => {
    await rm(join(workspace.gitdir, 'refs/heads/main'));
    await rm(join(workspace.clone, '.git/refs/heads/main'));
    await workspace.provide(history);
    expect(await workspace.read()).toEqual(history);
  });

  it('can be read by everybody, and is not executable', async () => {
    for (const name of ['', 'HEAD', 'objects', 'refs/heads/main']) {
      const { mode } = await stat(join(workspace.gitdir, name));
      expect({ name, mode: mode & 0o004 }).toEqual({ name, mode: 0o004 });
    }
  });

  it('is moved aside with its clone, and another one takes its place', async () => {
    const backup = await setRepositoryAside(workspace, paths, 's', 0);
    expect((await readdir(backup!)).sort()).toEqual(['shop', 'shop.git']);
    expect(await readHistory(workspace.gitdir, 'main')).toBeUndefined();
    expect(await setRepositoryAside(workspace, paths, 's', 1)).toBeUndefined();
    await workspace.provide(history);
    expect(await workspace.read()).toEqual(history);
  });

  it.each(['../shop.git', 'shop', '/etc/shop.git', '.git', 'a/b.git', 'Shop.git'])('cannot be called %s', (name) => {
    expect(() => new GitWorkspace(paths, { scenario: 's', name, now: Date.now })).toThrow('cannot be the name');
  });
});

describe('a commit', () => {
  it('changes repository and clone, new and removed files too', async () => {
    const commit = await workspace.commit({ message: 'third', author: AUTHOR, files: { 'b/c.yaml': 'c: 2\n', 'new.yaml': 'n: 1\n' } });
    expect(commit).toMatchObject({ parent: history.commits[0]!.id, atSeconds: 5, message: 'third\n' });
    expect(await workspace.workingFiles()).toEqual({ 'b/c.yaml': 'c: 2\n', 'new.yaml': 'n: 1\n' });
    expect((await workspace.read()).commits[0]).toEqual(commit);
  });

  it('of what the clone holds is possible, and one that would lose it is not', async () => {
    await writeFile(join(workspace.clone, 'a.yaml'), 'a: mine\n');
    await expect(workspace.commit({ message: 'm', author: AUTHOR, files: { 'a.yaml': 'a: 1\n' } })).rejects.toThrow('not committed');
    expect(await readFile(join(workspace.clone, 'a.yaml'), 'utf8')).toBe('a: mine\n');
    await workspace.commit({ message: 'm', author: AUTHOR, files: await workspace.workingFiles() });
    expect((await workspace.read()).commits[0]!.message).toBe('m\n');
  });

  it('takes nothing from outside the clone', async () => {
    await writeFile(join(folder, 'secret'), 'secret');
    await symlink(join(folder, 'secret'), join(workspace.clone, 'link.yaml'));
    await symlink(folder, join(workspace.clone, 'out'));
    expect(Object.keys(await workspace.workingFiles())).toEqual(['a.yaml', 'b/c.yaml']);
  });
});

// Skipped where there is no git: what it says of what the lab has written can then not be asked.
describe.skipIf(!hasProgram('git', '--version'))('git itself', () => {
  it('finds nothing wrong with it, and works with it', async () => {
    expect(await git('fsck', '--strict')).toBe('');
    expect(await git('status', '--short')).toBe('');
    expect(await git('log', '--format=%s')).toBe('second\nfirst\n');
    await git('revert', '--no-edit', 'HEAD');
    await git('push', '--quiet');
    const { commits } = await workspace.read();
    expect(commits[0]).toMatchObject({
      author: 'on-call <on-call@shop.example>',
      message: expect.stringContaining('Revert "second"') as string,
    });
    await git('-C', workspace.gitdir, 'gc', '--quiet');
    expect((await workspace.read()).commits).toEqual(commits);
    await workspace.commit({ message: 'by lab', author: AUTHOR, files: { 'a.yaml': 'a: 9\n' } });
    expect(await git('status', '--short', '--branch')).toBe('## main...origin/main\n');
    expect(await git('fsck', '--strict')).toBe('');
    await rm(workspace.clone, { recursive: true });
    await workspace.provide(history);
    expect(await git('status', '--short', '--branch')).toBe('## main...origin/main\n');
    expect((await git('log', '--format=%s')).split('\n')[0]).toBe('by lab');
    expect(await git('fsck', '--strict')).toBe('');
  });

  /** A commit that the lab could not have made, with what the cluster keeps of it. */
  const commitByGit = async (): Promise<GitHistory> => {
    await writeFile(join(workspace.clone, 'a.yaml'), 'a: 3\n');
    await git('commit', '--quiet', '--all', '--message', 'by git');
    await git('push', '--quiet');
    return workspace.read();
  };

  it('has its own commits back when the repository was deleted', async () => {
    const kept = await commitByGit();
    await rm(workspace.gitdir, { recursive: true });
    await workspace.provide(kept);
    expect(await workspace.read()).toEqual(kept);
    expect(await git('status', '--short', '--branch')).toBe('## main...origin/main\n');
    expect(await git('-C', workspace.gitdir, 'fsck', '--strict')).toBe('');
  });

  it('has the same files and messages back when the clone was deleted, too', async () => {
    const kept = await commitByGit();
    for (const folder of [workspace.gitdir, workspace.clone]) await rm(folder, { recursive: true });
    await workspace.provide(kept);
    expect(await git('log', '--format=%s')).toBe('by git\nsecond\nfirst\n');
    expect(await workspace.workingFiles()).toEqual({ 'a.yaml': 'a: 3\n', 'b/c.yaml': 'c: 1\n' });
    expect(await git('fsck', '--strict')).toBe('');
  });
});
