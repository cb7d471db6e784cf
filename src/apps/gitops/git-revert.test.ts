import { describe, expect, test } from 'vitest';
import { EMPTY_HISTORY, REMEMBERED_COMMITS, withCommit, type GitHistory } from './git-history.ts';
import { filesWithout, RevertConflict, revertMessage } from './git-revert.ts';

type Files = Record<string, string>;

function historyOf(...states: Files[]): GitHistory {
  return states.reduce(
    (history, files, index) => withCommit(history, { message: `c${index}`, author: 'a <a@b.c>', atSeconds: index, files }),
    EMPTY_HISTORY,
  );
}

/** The files without the commit that brought the state at this index. */
function without(index: number, ...states: Files[]): Files {
  const history = historyOf(...states);
  return filesWithout(history, history.commits[states.length - 1 - index]!);
}

const lines = (...words: string[]): string => `${words.join('\n')}\n`;

describe('without a commit', () => {
  test('the newest: everything is as before it', () => {
    expect(without(1, { a: '1', gone: 'x' }, { a: '2', new: 'y' })).toEqual({ a: '1', gone: 'x' });
  });

  test('an older one: what came later stays, also in the same file', () => {
    const start = lines('image 1.1', 'a', 'b', 'gate');
    const noGate = lines('image 1.1', 'a', 'b');
    const release = lines('image 1.4', 'a', 'b');
    expect(without(1, { r: start }, { r: noGate }, { r: release })).toEqual({ r: lines('image 1.4', 'a', 'b', 'gate') });
    const gateOnTop = { r: lines('gate', 'a', 'b', 'image 1.1') };
    const longer = lines('a', 'b', 'image 1.4', 'and more');
    expect(without(1, gateOnTop, { r: lines('a', 'b', 'image 1.1') }, { r: longer })).toEqual({
      r: lines('gate', 'a', 'b', 'image 1.4', 'and more'),
    });
    const below = lines('new', 'lines', 'x', 'a', 'b');
    expect(without(1, { r: lines('x', 'a', 'b', 'gate') }, { r: lines('x', 'a', 'b') }, { r: below })).toEqual({
      r: lines('new', 'lines', 'x', 'a', 'b', 'gate'),
    });
  });

  test('one that was taken back already: nothing changes', () => {
    expect(without(1, { a: '1' }, { a: '2' }, { a: '1' })).toEqual({ a: '1' });
  });

  test('the first of all: its files go', () => {
    expect(without(0, { a: '1' })).toEqual({});
  });

  test('the oldest that is remembered: what was there before is not known, so nothing is taken away', () => {
    const states = Array.from({ length: REMEMBERED_COMMITS + 1 }, () => ({ a: '1' }));
    expect(() => without(1, ...states)).toThrow('too long ago');
  });

  test.each<[string, Files, Files, Files]>([
    ['changed again in the same place', { a: lines('1') }, { a: lines('2') }, { a: lines('3') }],
    ['changed right beside it', { a: lines('1', 'x') }, { a: lines('2', 'x') }, { a: lines('2', 'y') }],
    ['deleted since', { a: '1' }, { a: '2' }, {}],
  ])('a file that was %s: that is a conflict', (_, ...states) => {
    expect(() => without(1, ...states)).toThrow(RevertConflict);
  });
});

test('the message is that of Git', () => {
  const [commit] = historyOf({ a: '1' }).commits;
  expect(revertMessage(commit!)).toBe(`Revert "c0"\n\nThis reverts commit ${commit!.id}.\n`);
});
