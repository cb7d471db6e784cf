import { describe, expect, test } from 'vitest';
import {
  EMPTY_HISTORY,
  filesOf,
  findCommit,
  formatHistory,
  parseHistory,
  REMEMBERED_COMMITS,
  treeOf,
  withCommit,
  type GitHistory,
} from './git-history.ts';

const AUTHOR = 'a <a@b.c>';

function historyOf(...texts: string[]): GitHistory {
  return texts.reduce(
    (history, text, index) =>
      withCommit(history, { message: `commit ${index}`, author: AUTHOR, atSeconds: index, files: { 'a.yaml': text } }),
    EMPTY_HISTORY,
  );
}

describe('a history', () => {
  test('calls things as Git does', () => {
    // What `git hash-object`, `git mktree` and `git commit-tree` answer for the same.
    const history = withCommit(EMPTY_HISTORY, {
      message: 'first',
      author: AUTHOR,
      atSeconds: 0,
      files: { 'a.txt': 'hello\n', 'b/c.txt': '' },
    });
    const [commit] = history.commits;
    expect(commit!.files).toEqual({
      'a.txt': 'ce013625030ba8dba906f756967f9e9ca394464a',
      'b/c.txt': 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
    });
    expect(treeOf({}).id).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
    expect({ tree: treeOf(commit!.files).id, commit: commit!.id }).toEqual({
      tree: '9da2abd1dc244f5daf2be352f95f528049c84902',
      commit: 'f800893f73e393252a3877218d54541f98646c43',
    });
  });

  test('sorts a folder as if its name ended in a slash', () => {
    const id = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
    expect(treeOf({ 'a/x': id, 'a.yaml': id, a0: id }).entries.map(({ name }) => name)).toEqual(['a.yaml', 'a', 'a0']);
  });

  test('remembers the newest commits, and the files of those only', () => {
    const history = historyOf(...Array.from({ length: REMEMBERED_COMMITS + 5 }, (_, index) => `${index}`));
    expect(history.commits).toHaveLength(REMEMBERED_COMMITS);
    expect(Object.keys(history.blobs)).toHaveLength(REMEMBERED_COMMITS);
    expect(filesOf(history, history.commits[0])).toEqual({ 'a.yaml': `${REMEMBERED_COMMITS + 4}` });
  });

  test('keeps the id of a file that is no text as long as it stays', () => {
    const before: GitHistory = {
      commits: [{ id: 'c1', message: 'm', author: AUTHOR, atSeconds: 0, files: { 'logo.png': 'binary-id' } }],
      blobs: { 'binary-id': '\uFFFD' },
    };
    const after = withCommit(before, { message: 'm', author: AUTHOR, atSeconds: 1, files: { 'logo.png': '\uFFFD', 'a.yaml': 'a' } });
    expect(after.commits[0]!.files['logo.png']).toBe('binary-id');
  });

  test('finds a commit by the beginning of its id or its message', () => {
    const history = historyOf('a', 'b');
    const [newest, oldest] = history.commits;
    expect(findCommit(history, newest!.id.slice(0, 7))).toBe(newest);
    expect(findCommit(history, 'commit 0')).toBe(oldest);
    expect(findCommit(history, newest!.id.slice(0, 3))).toBeUndefined();
    expect(findCommit(history, '')).toBeUndefined();
  });

  test('is the same after it was written down, and nothing else is one', () => {
    const history = historyOf('a', 'b');
    expect(parseHistory(formatHistory(history))).toEqual(history);
    for (const text of [undefined, '', 'null', '{}', '[]', '{"commits":1}', 'no JSON']) expect(parseHistory(text)).toBeUndefined();
  });
});
