import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIndexes, parseIndexes } from './completion-indexes.ts';

test.each([
  [[], ''],
  [[0], '0'],
  [[1, 0], '0,1'],
  [[0, 1, 2], '0-2'],
  [[0, 2, 3, 5, 6, 7], '0,2,3,5-7'],
])('%j is written %s', (indexes, text) => {
  expect(formatIndexes(new Set(indexes))).toBe(text);
});

test('what was written is read back', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(40)), (indexes) => {
      expect([...parseIndexes(formatIndexes(new Set(indexes)), 41)].sort((a, b) => a - b)).toEqual(indexes.sort((a, b) => a - b));
    }),
  );
});

test('indexes beyond the limit are left out', () => {
  expect([...parseIndexes('0-4,7', 3)]).toEqual([0, 1, 2]);
});
