import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('parseDuration', () => {
  it.each([
    ['30s', 30 * SECOND],
    ['1h30m', 90 * MINUTE],
    ['1.5s', 1_500],
    ['250ms', 250],
    ['1m1s1ms', MINUTE + SECOND + 1],
  ])('of %s', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  it.each(['', '5', 's', '5 s', '-5s', '5d', '5m ', '1e3s'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
