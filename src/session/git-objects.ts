import fs from 'node:fs';
import { writeBlob, writeCommit, writeRef, writeTree } from 'isomorphic-git';
import { personOf, treeOf, type GitCommit, type GitHistory, type GitTree } from '../apps/gitops/git-history.ts';

/** Writes the commits of a history that come after one, or all, and then points the ref at the newest. Whoever reads meanwhile sees the old state. */
export async function writeCommits(gitdir: string, history: GitHistory, ref: string, after?: string): Promise<void> {
  const [newest] = history.commits;
  if (!newest) return;
  const end = history.commits.findIndex(({ id }) => id === after);
  const missing = (end < 0 ? history.commits : history.commits.slice(0, end)).toReversed();
  let present = new Set<string>(Object.values(history.commits[end]?.files ?? {}));
  for (const commit of missing) {
    await writeOne(gitdir, history, commit, present);
    present = new Set(Object.values(commit.files));
  }
  await writeRef({ fs, gitdir, ref, value: newest.id, force: true });
}

async function writeOne(gitdir: string, { blobs }: GitHistory, commit: GitCommit, present: ReadonlySet<string>): Promise<void> {
  for (const id of new Set(Object.values(commit.files))) {
    if (!present.has(id)) requireSame(id, await writeBlob({ fs, gitdir, blob: Buffer.from(blobs[id] ?? '') }));
  }
  const tree = treeOf(commit.files);
  await writeFolder(gitdir, tree);
  const person = { ...personOf(commit.author), timestamp: commit.atSeconds, timezoneOffset: 0 };
  const parent = commit.parent === undefined ? [] : [commit.parent];
  const written = { message: commit.message, tree: tree.id, parent, author: person, committer: person };
  requireSame(commit.id, await writeCommit({ fs, gitdir, commit: written }));
}

async function writeFolder(gitdir: string, { id, entries }: GitTree): Promise<void> {
  for (const { tree } of entries) if (tree) await writeFolder(gitdir, tree);
  const written = entries.map(({ name, id: oid, tree }) => ({
    mode: tree ? '040000' : '100644',
    path: name,
    oid,
    type: tree ? ('tree' as const) : ('blob' as const),
  }));
  requireSame(id, await writeTree({ fs, gitdir, tree: written }));
}

function requireSame(wanted: string, written: string): void {
  if (wanted !== written) throw new Error(`Git calls ${wanted} ${written}`);
}
