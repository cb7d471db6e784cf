import { describe, expect, test } from 'vitest';
import { untilTimeOfDayMs } from './time-of-day.ts';

describe('untilTimeOfDayMs', () => {
  test.each([
    ['2026-11-26T01:00:00Z', '03:00', '2026-11-26T02:00:00Z'],
    ['2026-11-26T02:00:00Z', '03:00', '2026-11-27T02:00:00Z'],
    ['2026-11-26T02:00:00.250Z', '03:00', '2026-11-27T02:00:00Z'],
    ['2026-07-01T12:30:15Z', '03:00', '2026-07-02T01:00:00Z'],
    ['2026-10-24T12:00:00Z', '03:00', '2026-10-25T02:00:00Z'],
    ['2026-03-28T12:00:00Z', '04:00', '2026-03-29T02:00:00Z'],
  ])('from %s until %s in Berlin', (now, time, expected) => {
    const nowMs = Date.parse(now);
    expect(new Date(nowMs + untilTimeOfDayMs(nowMs, time, 'Europe/Berlin')).toISOString()).toBe(new Date(expected).toISOString());
  });

  test('of a zone that nobody knows is an error', () => {
    expect(() => untilTimeOfDayMs(0, '03:00', 'Europe/Atlantis')).toThrow(RangeError);
  });
});
