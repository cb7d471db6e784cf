import { expect, test } from 'vitest';
import { DurationError, parseGoDuration } from './go-duration.ts';

/** Answered by Go's time.ParseDuration. */
test.each([
  ['5s', 5_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1_500],
  ['.5s', 500],
  ['-5s', -5_000],
  ['0', 0],
  ['1us', 0.001],
])('%s takes %d ms', (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms);
});

test.each([
  ['', 'time: invalid duration ""'],
  ['5', 'time: missing unit in duration "5"'],
  ['1h1', 'time: missing unit in duration "1h1"'],
  ['1d', 'time: unknown unit "d" in duration "1d"'],
  [' 1s', 'time: invalid duration " 1s"'],
  ['5 s', 'time: unknown unit " s" in duration "5 s"'],
  ['9999999h', 'time: invalid duration "9999999h"'],
  ['1.5.5s', 'time: missing unit in duration "1.5.5s"'],
])('%o is none: %s', (text, message) => {
  expect(() => parseGoDuration(text)).toThrow(new DurationError(message));
});
