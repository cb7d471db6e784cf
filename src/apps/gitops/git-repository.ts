import fs from 'node:fs';
import { log, readBlob, readTree, resolveRef } from 'isomorphic-git';
import { REMEMBERED_COMMITS, type GitCommit, type GitHistory } from './git-history.ts';

const FOLDER_MODE = '040000';
const FILE_MODES = ['100644', '100755'];
/** What fits into an object of the cluster, with room to spare. */
const MOST_CHARACTERS = 700_000;

/** The id of the newest commit of a branch; undefined when there is no such repository or branch. */
export async function headOf(gitdir: string, branch: string): Promise<string | undefined> {
  if (!isBranchName(branch)) return undefined;
  try {
    return await resolveRef({ fs, gitdir, ref: `refs/heads/${branch}` });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The newest commits of a branch; undefined when there is no such repository or branch. */
export async function readHistory(gitdir: string, branch: string): Promise<GitHistory | undefined> {
  const head = await headOf(gitdir, branch);
  if (head === undefined) return undefined;
  const cache = {};
  const blobs: Record<string, string> = {};
  const commits: GitCommit[] = [];
  let characters = 0;
  for (const { oid, commit } of await log({ fs, gitdir, cache, ref: head, depth: REMEMBERED_COMMITS })) {
    const files = await filesBelow(gitdir, commit.tree, '', cache);
    for (const id of Object.values(files)) {
      if (blobs[id] !== undefined) continue;
      blobs[id] = Buffer.from((await readBlob({ fs, gitdir, oid: id, cache })).blob).toString('utf8');
      characters += blobs[id].length;
    }
    // Why not the first: the newest state is needed, whatever its size.
    if (characters > MOST_CHARACTERS && commits.length > 0) break;
    const [parent] = commit.parent;
    const { name, email, timestamp } = commit.author;
    commits.push({
      id: oid,
      ...(parent !== undefined && { parent }),
      message: commit.message,
      author: `${name} <${email}>`,
      atSeconds: timestamp,
      files,
    });
  }
  const used = new Set(commits.flatMap(({ files }) => Object.values(files)));
  return { commits, blobs: Object.fromEntries(Object.entries(blobs).filter(([id]) => used.has(id))) };
}

/** Whether a repository of this name may be read: it is one in the shared folder, and not a way out of it. */
export function isRepositoryName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]*\.git$/.test(name);
}

/** A branch is a file below refs/heads, and nothing else. */
function isBranchName(branch: string): boolean {
  return /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/.test(branch) && !branch.includes('..');
}

async function filesBelow(gitdir: string, oid: string, prefix: string, cache: object): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const { mode, path, oid: id } of (await readTree({ fs, gitdir, oid, cache })).tree) {
    if (mode === FOLDER_MODE) Object.assign(files, await filesBelow(gitdir, id, `${prefix}${path}/`, cache));
    else if (FILE_MODES.includes(mode)) files[prefix + path] = id;
  }
  return files;
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && (error as { code?: string }).code === 'NotFoundError';
}
