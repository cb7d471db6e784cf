const UNITS_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** Above this Go's int64 of nanoseconds overflows. */
const LONGEST_MS = 9_223_372_036_854;

/** A text that is no duration, in the words of Go's time.ParseDuration. */
export class DurationError extends Error {}

/** Milliseconds of a duration such as `1h30m`, `1.5s` or `-5s`. Throws DurationError. */
export function parseGoDuration(text: string): number {
  const invalid = (): DurationError => new DurationError(`time: invalid duration ${JSON.stringify(text)}`);
  const [, sign = '', amount = ''] = /^([+-]?)(.*)$/s.exec(text)!;
  if (amount === '0') return 0;
  if (amount === '') throw invalid();
  let rest = amount;
  let totalMs = 0;
  while (rest !== '') {
    const [, number = '', unit = ''] = /^([0-9.]*)([^0-9.]*)/.exec(rest)!;
    if (!/^(\d+(\.\d*)?|\.\d+)/.test(number)) throw invalid();
    const [value] = /^(\d+(\.\d*)?|\.\d+)/.exec(number) as unknown as [string];
    if (value !== number || unit === '') throw new DurationError(`time: missing unit in duration ${JSON.stringify(text)}`);
    const unitMs = Object.hasOwn(UNITS_MS, unit) ? UNITS_MS[unit]! : undefined;
    if (unitMs === undefined) throw new DurationError(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    totalMs += Number(value) * unitMs;
    rest = rest.slice(number.length + unit.length);
  }
  if (totalMs > LONGEST_MS) throw invalid();
  return sign === '-' ? -totalMs : totalMs;
}
