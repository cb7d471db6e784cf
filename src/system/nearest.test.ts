import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['start', 'strat', 1],
    ['kitten', 'sitting', 3],
    ['scenario-1', 'scenario1', 1],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is a distance: zero for equals only, the same both ways, never more than the longer word', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });
});

describe('nearest', () => {
  it.each([
    ['scenaro-1', 'scenario-1'],
    ['Scenario-2', 'scenario-2'],
    ['scenario', 'scenario-1'],
    ['kubernetes', undefined],
    ['', undefined],
  ])('to %j is %j', (mistyped, candidate) => {
    expect(nearest(mistyped, ['scenario-1', 'scenario-2', 'challenge-1'])).toBe(candidate);
  });
});
