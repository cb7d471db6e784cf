import fs from 'node:fs';
import { chmod, cp, lstat, readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { addRemote, checkout, Errors, init, readCommit, setConfig, writeRef } from 'isomorphic-git';
import { EMPTY_HISTORY, filesOf, withCommit, type GitCommit, type GitHistory, type NewCommit } from '../apps/gitops/git-history.ts';
import { headOf, isRepositoryName, readHistory } from '../apps/gitops/git-repository.ts';
import { SessionError } from '../errors.ts';
import { isSystemError, makeFolder } from '../system/files.ts';
import { writeCommits } from './git-objects.ts';
import type { LabPaths } from './paths.ts';
import { backupFolder, workspaceFolder } from './workspace.ts';

const BRANCH = 'main';
const HEAD = `refs/heads/${BRANCH}`;
const REMOTE_HEAD = `refs/remotes/origin/${BRANCH}`;
/** Who the learner is to Git, unless he says otherwise. */
const LEARNER = { name: 'on-call', email: 'on-call@shop.example' };

/** The repository of a scenario in the workspace: a bare one, which the agent follows, and a clone of it to work in. */
export class GitWorkspace {
  /** The bare repository. */
  readonly gitdir: string;
  readonly clone: string;
  /** The author of what the learner commits. */
  readonly learner = `${LEARNER.name} <${LEARNER.email}>`;
  readonly #now: () => number;

  /** The name must be one of a repository, such as `shop.git`: it becomes a folder of the workspace. */
  constructor(paths: LabPaths, { scenario, name, now }: { scenario: string; name: string; now: () => number }) {
    if (!isRepositoryName(name)) throw new SessionError(`"${name}" cannot be the name of a repository`);
    this.gitdir = join(workspaceFolder(paths, scenario), name);
    this.clone = this.gitdir.replace(/\.git$/, '');
    this.#now = now;
  }

  /** Makes what is missing: the repository from the history, the clone from the repository. */
  async provide(history: GitHistory): Promise<void> {
    if ((await headOf(this.gitdir, BRANCH)) === undefined) await this.#makeBare(history);
    if ((await headOf(join(this.clone, '.git'), BRANCH)) === undefined) await this.#makeClone((await this.read()).commits[0]!);
  }

  /** Rejects with SessionError when there is no such branch. */
  async read(): Promise<GitHistory> {
    const history = await readHistory(this.gitdir, BRANCH);
    if (history) return history;
    throw new SessionError(`${this.gitdir} is no repository with a branch ${BRANCH}`, { hint: 'Type `lab reset` to get it back.' });
  }

  /** Commits to the repository as a push would, and brings the clone to the same state. Rejects with SessionError when work in the clone would be lost. */
  async commit(commit: Omit<NewCommit, 'atSeconds'>): Promise<GitCommit> {
    const before = await this.read();
    await this.#requireUnchanged(before, commit.files);
    const after = withCommit(before, { ...commit, atSeconds: Math.floor(this.#now() / 1000) });
    await writeCommits(this.gitdir, after, HEAD, before.commits[0]?.id);
    await makeReadable(this.gitdir);
    const [newest] = after.commits as [GitCommit];
    await this.#bringCloneTo(newest);
    return newest;
  }

  /** The texts of the files in the clone, by path. What is hidden, and what is no plain file, is left out. */
  async workingFiles(): Promise<Record<string, string>> {
    return filesBelow(this.clone, '');
  }

  async #makeBare(history: GitHistory): Promise<void> {
    await makeFolder(this.gitdir);
    await init({ fs, gitdir: this.gitdir, bare: true, defaultBranch: BRANCH });
    // Why: the agent may run as somebody else, and has to read what is pushed.
    await setConfig({ fs, gitdir: this.gitdir, path: 'core.sharedRepository', value: 'all' });
    if (!(await this.#takeFromClone(history.commits[0]))) await writeCommits(this.gitdir, committedAnew(history), HEAD);
    await makeReadable(this.gitdir);
  }

  /** What was deleted may still be in the clone, as Git had made it. */
  async #takeFromClone(newest: GitCommit | undefined): Promise<boolean> {
    const gitdir = join(this.clone, '.git');
    if (!newest || !(await hasCommit(gitdir, newest.id))) return false;
    await cp(join(gitdir, 'objects'), join(this.gitdir, 'objects'), { recursive: true, force: false });
    await writeRef({ fs, gitdir: this.gitdir, ref: HEAD, value: newest.id, force: true });
    return true;
  }

  async #makeClone(newest: GitCommit): Promise<void> {
    const dir = this.clone;
    await makeFolder(dir);
    await init({ fs, dir, defaultBranch: BRANCH });
    await addRemote({ fs, dir, remote: 'origin', url: this.gitdir, force: true });
    for (const [key, value] of Object.entries({ remote: 'origin', merge: HEAD }))
      await setConfig({ fs, dir, path: `branch.${BRANCH}.${key}`, value });
    for (const [key, value] of Object.entries(LEARNER)) await setConfig({ fs, dir, path: `user.${key}`, value });
    await this.#bringCloneTo(newest);
  }

  /** Why Git's own objects: commits that were made with git hold more than the lab keeps of them, such as a time zone, and there may be more of them. */
  async #bringCloneTo({ id }: GitCommit): Promise<void> {
    const gitdir = join(this.clone, '.git');
    await cp(join(this.gitdir, 'objects'), join(gitdir, 'objects'), { recursive: true, force: false });
    for (const ref of [HEAD, REMOTE_HEAD]) await writeRef({ fs, gitdir, ref, value: id, force: true });
    await checkout({ fs, dir: this.clone, ref: BRANCH, force: true });
  }

  /** The clone may hold what is to be committed, and what was committed last. */
  async #requireUnchanged(history: GitHistory, next: Readonly<Record<string, string>>): Promise<void> {
    const last = filesOf(history, history.commits[0]);
    for (const [path, text] of Object.entries(await this.workingFiles())) {
      if (text === last[path] || text === next[path]) continue;
      throw new SessionError(`${join(this.clone, path)} has changes that are not committed`, {
        hint: 'Commit them with `lab git commit <message>`, or put the file back.',
      });
    }
  }
}

/** The same commits as the lab makes them; those that git made get other ids, since more was in them than is kept. */
function committedAnew(history: GitHistory): GitHistory {
  return history.commits.reduceRight((before, commit) => withCommit(before, { ...commit, files: filesOf(history, commit) }), EMPTY_HISTORY);
}

async function hasCommit(gitdir: string, oid: string): Promise<boolean> {
  try {
    await readCommit({ fs, gitdir, oid });
    return true;
  } catch (error) {
    if (error instanceof Errors.NotFoundError) return false;
    throw error;
  }
}

/** Moves a repository and its clone out of the way; answers the folder that they are in now, undefined when nothing was there. */
export async function setRepositoryAside(
  { gitdir, clone }: GitWorkspace,
  paths: LabPaths,
  scenario: string,
  nowMs: number,
): Promise<string | undefined> {
  const backup = backupFolder(paths, scenario, nowMs);
  let isUsed = false;
  for (const folder of [gitdir, clone]) {
    if (!(await isThere(folder))) continue;
    await makeFolder(backup);
    await rename(folder, join(backup, basename(folder)));
    isUsed = true;
  }
  return isUsed ? backup : undefined;
}

async function filesBelow(folder: string, prefix: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) Object.assign(files, await filesBelow(path, `${prefix}${entry.name}/`));
    else if (entry.isFile()) files[prefix + entry.name] = await readFile(path, 'utf8');
  }
  return files;
}

/** Lets everybody on the machine read, whatever the umask. */
async function makeReadable(path: string): Promise<void> {
  const { mode } = await lstat(path);
  if ((mode & 0o170000) === 0o120000) return;
  const isFolder = (mode & 0o170000) === 0o040000;
  const wanted = mode | (isFolder ? 0o555 : 0o444);
  if (wanted !== mode) await chmod(path, wanted & 0o7777).catch(() => undefined);
  if (isFolder) for (const name of await readdir(path)) await makeReadable(join(path, name));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}
