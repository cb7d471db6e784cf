import { createHash } from 'node:crypto';

/** One commit with all its files. */
export interface GitCommit {
  /** Git's own id of it. */
  id: string;
  parent?: string;
  message: string;
  /** Such as `on-call <on-call@shop.example>`. */
  author: string;
  /** Seconds since the epoch. */
  atSeconds: number;
  /** Ids of blobs, by path. */
  files: Readonly<Record<string, string>>;
}

/** A branch: its newest commits and what is in their files. Nothing in it is ever changed; a commit makes another one. */
export interface GitHistory {
  /** Newest first. */
  commits: readonly GitCommit[];
  /** Texts of files by blob id. */
  blobs: Readonly<Record<string, string>>;
}

/** What a commit is to say. */
export interface NewCommit {
  message: string;
  author: string;
  atSeconds: number;
  /** The texts of all its files, by path. */
  files: Readonly<Record<string, string>>;
}

/** A folder as Git keeps it. */
export interface GitTree {
  id: string;
  entries: readonly { name: string; id: string; tree?: GitTree }[];
}

/** Commits that a history remembers. */
export const REMEMBERED_COMMITS = 20;

export const EMPTY_HISTORY: GitHistory = { commits: [], blobs: {} };

/** The texts of a commit's files, by path. */
export function filesOf({ blobs }: GitHistory, commit: GitCommit | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(commit?.files ?? {}).map(([path, id]) => [path, blobs[id] ?? '']));
}

/** The history with one more commit, under the id that Git itself would give it. */
export function withCommit(history: GitHistory, { message, author, atSeconds, files: texts }: NewCommit): GitHistory {
  const known = history.commits[0]?.files ?? {};
  // Why: a file that is no text keeps its id as long as nobody changes it.
  const idOf = (path: string, text: string): string =>
    known[path] !== undefined && history.blobs[known[path]] === text ? known[path] : blobId(text);
  const added = Object.entries(texts).map(([path, text]) => ({ path, text, id: idOf(path, text) }));
  const files = Object.fromEntries(added.map(({ path, id }) => [path, id]));
  const parent = history.commits[0]?.id;
  const body = { ...(parent !== undefined && { parent }), message: endingInNewline(message), author, atSeconds, files };
  const commit: GitCommit = { id: commitId(body), ...body };
  const blobs = { ...history.blobs, ...Object.fromEntries(added.map(({ id, text }) => [id, text])) };
  return forgettingOld({ commits: [commit, ...history.commits], blobs });
}

/** The newest commit of which this is the beginning of the id, or the message. */
export function findCommit({ commits }: GitHistory, wanted: string): GitCommit | undefined {
  return commits.find(({ id, message }) => (wanted.length >= 4 && id.startsWith(wanted)) || message.trim() === wanted);
}

/** The first line of a commit's message. */
export function subjectOf({ message }: Pick<GitCommit, 'message'>): string {
  return message.split('\n', 1)[0] ?? '';
}

/** The folder that these files make; ids as Git gives them. */
export function treeOf(files: Readonly<Record<string, string>>): GitTree {
  const folders = new Map<string, Record<string, string>>();
  const entries: { name: string; id: string; tree?: GitTree }[] = [];
  for (const [path, id] of Object.entries(files)) {
    const slash = path.indexOf('/');
    if (slash < 0) entries.push({ name: path, id });
    else folders.set(path.slice(0, slash), { ...folders.get(path.slice(0, slash)), [path.slice(slash + 1)]: id });
  }
  for (const [name, below] of folders) {
    const tree = treeOf(below);
    entries.push({ name, id: tree.id, tree });
  }
  entries.sort((a, b) => Buffer.compare(sortKey(a), sortKey(b)));
  const content = entries.map(({ name, id, tree }) =>
    Buffer.concat([Buffer.from(`${tree ? '40000' : '100644'} ${name}\0`), Buffer.from(id, 'hex')]),
  );
  return { id: objectId('tree', Buffer.concat(content)), entries };
}

/** `name <mail>` in its two parts. */
export function personOf(author: string): { name: string; email: string } {
  const [, name = author, email = ''] = /^(.*?)\s*<(.*)>$/.exec(author) ?? [];
  return { name, email };
}

export function formatHistory(history: GitHistory): string {
  return JSON.stringify(history);
}

/** Undefined for a text that is no history. */
export function parseHistory(text: string | undefined): GitHistory | undefined {
  try {
    const value = JSON.parse(text ?? 'null') as GitHistory | null;
    return Array.isArray(value?.commits) && typeof value.blobs === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

function forgettingOld({ commits, blobs }: GitHistory): GitHistory {
  const remembered = commits.slice(0, REMEMBERED_COMMITS);
  const used = new Set(remembered.flatMap(({ files }) => Object.values(files)));
  return { commits: remembered, blobs: Object.fromEntries(Object.entries(blobs).filter(([id]) => used.has(id))) };
}

function blobId(text: string): string {
  return objectId('blob', Buffer.from(text));
}

function commitId({ parent, message, author, atSeconds, files }: Omit<GitCommit, 'id'>): string {
  const { name, email } = personOf(author);
  const who = `${name} <${email}> ${atSeconds} +0000`;
  const lines = [`tree ${treeOf(files).id}`, ...(parent === undefined ? [] : [`parent ${parent}`]), `author ${who}`, `committer ${who}`];
  return objectId('commit', Buffer.from(`${lines.join('\n')}\n\n${message}`));
}

function objectId(type: string, content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/** As Git does it before it writes a message. */
function endingInNewline(message: string): string {
  return `${message.trimEnd()}\n`;
}

/** Git sorts folders as if their names ended in a slash. */
function sortKey({ name, tree }: { name: string; tree?: GitTree }): Buffer {
  return Buffer.from(tree ? `${name}/` : name);
}
