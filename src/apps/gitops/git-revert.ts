import { filesOf, subjectOf, type GitCommit, type GitHistory } from './git-history.ts';

/** A commit cannot be taken back without somebody who looks at it. */
export class RevertConflict extends Error {}

/** The files of the newest commit without what an earlier one, or it itself, has changed. Throws RevertConflict. */
export function filesWithout(history: GitHistory, commit: GitCommit): Record<string, string> {
  const parent = history.commits.find(({ id }) => id === commit.parent);
  if (commit.parent !== undefined && !parent) throw new RevertConflict(`what was there before "${subjectOf(commit)}" is too long ago`);
  const before = filesOf(history, parent);
  const after = filesOf(history, commit);
  const result = filesOf(history, history.commits[0]);
  for (const path of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[path] === after[path]) continue;
    const text = textWithout({ before: before[path], after: after[path], now: result[path] });
    if (text === null) throw new RevertConflict(`${path} has been changed since "${subjectOf(commit)}", in the same place`);
    if (text === undefined) delete result[path];
    else result[path] = text;
  }
  return result;
}

/** The message that Git gives such a commit. */
export function revertMessage(commit: GitCommit): string {
  return `Revert "${subjectOf(commit)}"\n\nThis reverts commit ${commit.id}.\n`;
}

type Texts = Record<'before' | 'after' | 'now', string | undefined>;

/** Undefined for a file that goes, null for one in which the two changes meet. */
function textWithout({ before, after, now }: Texts): string | undefined | null {
  if (now === after) return before;
  if (now === before) return now;
  if (before === undefined || after === undefined || now === undefined) return null;
  const lines = { before: before.split('\n'), after: after.split('\n'), now: now.split('\n') };
  const undo = changeBetween(lines.after, lines.before);
  const later = changeBetween(lines.after, lines.now);
  // Why the lines between: Git, too, sees a conflict where two changes touch.
  if (undo.to < later.from) return spliced(lines.now, undo.from, undo.to, undo.lines);
  if (later.to >= undo.from) return null;
  const shift = later.lines.length - (later.to - later.from);
  return spliced(lines.now, undo.from + shift, undo.to + shift, undo.lines);
}

/** The one stretch of lines, `from` to before `to`, that differs, and what is there instead. */
function changeBetween(a: readonly string[], b: readonly string[]): { from: number; to: number; lines: string[] } {
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from += 1;
  let end = 0;
  while (end < a.length - from && end < b.length - from && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return { from, to: a.length - end, lines: b.slice(from, b.length - end) };
}

function spliced(lines: readonly string[], from: number, to: number, instead: readonly string[]): string {
  return [...lines.slice(0, from), ...instead, ...lines.slice(to)].join('\n');
}
