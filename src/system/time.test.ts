import { describe, expect, it } from 'vitest';
import { humanDuration } from './time.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('humanDuration', () => {
  it.each([
    [-5 * SECOND, '<invalid>'],
    [-SECOND, '0s'],
    [0, '0s'],
    [119_999, '119s'],
    [2 * MINUTE, '2m'],
    [9 * MINUTE + 59 * SECOND, '9m59s'],
    [10 * MINUTE + 30 * SECOND, '10m'],
    [179 * MINUTE, '179m'],
    [3 * HOUR, '3h'],
    [7 * HOUR + 5 * MINUTE, '7h5m'],
    [8 * HOUR + 5 * MINUTE, '8h'],
    [47 * HOUR, '47h'],
    [48 * HOUR, '2d'],
    [7 * DAY + 3 * HOUR, '7d3h'],
    [8 * DAY + 3 * HOUR, '8d'],
    [2 * 365 * DAY + DAY, '2y1d'],
    [2 * 365 * DAY, '2y'],
    [9 * 365 * DAY + DAY, '9y'],
  ])('of %i ms is %s', (durationMs, text) => {
    expect(humanDuration(durationMs)).toBe(text);
  });
});
