import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCronSchedule } from './cron-schedule.ts';

const next = (schedule: string, after: string, timeZone?: string): string | undefined => {
  const ms = parseCronSchedule(schedule, timeZone).next(Date.parse(after));
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(':00.000Z', 'Z');
};

describe('parseCronSchedule', () => {
  test.each([
    ['* * * * *', '2026-03-01T10:00:00Z', '2026-03-01T10:01Z'],
    ['* * * * *', '2026-03-01T10:00:30Z', '2026-03-01T10:01Z'],
    ['*/15 * * * *', '2026-03-01T10:46:00Z', '2026-03-01T11:00Z'],
    ['5/20 * * * *', '2026-03-01T10:26:00Z', '2026-03-01T10:45Z'],
    ['30 6-16/4 * * 1-5', '2026-02-27T14:31:00Z', '2026-03-02T06:30Z'],
    ['0 0 29 2 *', '2026-03-01T10:00:00Z', '2028-02-29T00:00Z'],
    ['0 0 13 * 5', '2026-03-01T10:00:00Z', '2026-03-06T00:00Z'],
    ['0 0 13 * *', '2026-03-01T10:00:00Z', '2026-03-13T00:00Z'],
    ['0 0 * * SUN', '2026-03-01T10:00:00Z', '2026-03-08T00:00Z'],
    ['0 12 1 jan,JUL ?', '2026-03-01T10:00:00Z', '2026-07-01T12:00Z'],
    ['@hourly', '2026-03-01T10:00:00Z', '2026-03-01T11:00Z'],
    ['@weekly', '2026-03-02T10:00:00Z', '2026-03-08T00:00Z'],
    ['@every 90m', '2026-03-01T10:00:00Z', '2026-03-01T11:30Z'],
  ])('%s after %s', (schedule, after, expected) => {
    expect(next(schedule, after)).toBe(expected);
  });

  test('a day that never comes', () => {
    expect(next('59 23 31 2 *', '2026-03-01T10:00:00Z')).toBeUndefined();
  });

  test('holds in its time zone, through the change of clocks', () => {
    expect(next('30 9 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T07:30Z');
    expect(next('30 2 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-30T00:30Z');
  });

  test.each([
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['@sometimes', 'unrecognized descriptor: @sometimes'],
    ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
    ['constructor * * * *', 'failed to parse int from constructor: strconv.Atoi: parsing "constructor": invalid syntax'],
  ])('%s is refused: %s', (schedule, message) => {
    expect(() => parseCronSchedule(schedule)).toThrow(message);
  });

  test('is the first matching minute: everything before it does not match', () => {
    const matches = (text: string, ms: number): boolean => {
      const [minute, hour] = text.split(' ') as [string, string];
      const date = new Date(ms);
      const fits = (field: string, value: number): boolean => field === '*' || field.split(',').map(Number).includes(value);
      return fits(minute, date.getUTCMinutes()) && fits(hour, date.getUTCHours());
    };
    const field = (max: number): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant('*'),
        fc.uniqueArray(fc.nat(max), { minLength: 1, maxLength: 3 }).map((values) => values.join(',')),
      );
    fc.assert(
      fc.property(field(59), field(23), fc.nat(86_400), (minute, hour, offset) => {
        const text = `${minute} ${hour} * * *`;
        const after = Date.parse('2026-03-01T00:00:00Z') + offset * 1000;
        const found = parseCronSchedule(text).next(after)!;
        expect(found).toBeGreaterThan(after);
        expect(matches(text, found)).toBe(true);
        for (let ms = Math.floor(after / 60_000) * 60_000 + 60_000; ms < found; ms += 60_000) expect(matches(text, ms)).toBe(false);
      }),
    );
  });
});
