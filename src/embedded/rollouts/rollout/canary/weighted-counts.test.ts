import fc from 'fast-check';
import { expect, test } from 'vitest';
import { weightedCounts } from './weighted-counts.ts';

test.each([
  [
    { replicas: 10, weight: 10, surge: 1 },
    { canary: 1, stable: 9 },
  ],
  [
    { replicas: 10, weight: 5, surge: 1 },
    { canary: 1, stable: 10 },
  ],
  [
    { replicas: 1, weight: 5, surge: 1 },
    { canary: 1, stable: 1 },
  ],
  [
    { replicas: 1, weight: 50, surge: 0 },
    { canary: 1, stable: 0 },
  ],
  [
    { replicas: 3, weight: 50, surge: 0 },
    { canary: 2, stable: 1 },
  ],
  [
    { replicas: 3, weight: 50, surge: 1 },
    { canary: 2, stable: 2 },
  ],
  [
    { replicas: 4, weight: 99, surge: 0 },
    { canary: 3, stable: 1 },
  ],
  [
    { replicas: 0, weight: 50, surge: 1 },
    { canary: 0, stable: 0 },
  ],
])('%o is split into %o', (input, split) => {
  expect(weightedCounts(input)).toEqual(split);
});

test('neither side is empty between 1 and 99 percent of several pods, and at most one pod is added', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 200 }),
      fc.integer({ min: 1, max: 99 }),
      fc.integer({ min: 0, max: 3 }),
      (replicas, weight, surge) => {
        const { canary, stable } = weightedCounts({ replicas, weight, surge });
        expect(canary).toBeGreaterThan(0);
        expect(stable).toBeGreaterThan(0);
        expect(canary + stable - replicas).toBeLessThanOrEqual(Math.min(1, surge));
      },
    ),
  );
});
