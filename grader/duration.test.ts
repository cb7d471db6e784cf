import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSpan, parseDuration } from './duration.ts';

test.each([
  ['0s', 0],
  ['250ms', 250],
  ['90s', 90_000],
  ['1.5m', 90_000],
  ['1h30m', 5_400_000],
  ['1h2m3s4ms', 3_723_004],
])('%s is %i ms', (text, expected) => expect(parseDuration(text)).toBe(expected));

test.each(['', '5', 's', '5 s', '-5s', '5d', '5sm', '1s!', 'a1s'])('"%s" is refused', (text) => {
  expect(() => parseDuration(text)).toThrow(`"${text}" is not a duration`);
});

test('durations add up', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(59), fc.nat(999), (h, m, ms) => {
      expect(parseDuration(`${h}h${m}m${ms}ms`)).toBe(h * 3_600_000 + m * 60_000 + ms);
    }),
  );
});

test.each([
  [400, '0.4 s'],
  [3000, '3 s'],
  [9949, '9.9 s'],
  [9950, '10 s'],
  [119_400, '119 s'],
  [120_000, '2 min'],
  [200_000, '3 min 20 s'],
])('%i ms is told as %s', (spanMs, text) => expect(formatSpan(spanMs)).toBe(text));
