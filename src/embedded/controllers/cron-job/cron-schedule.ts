import { timeZoneOffsetMs } from './time-zone.ts';

/** The times at which something is to happen. */
export interface CronSchedule {
  /** The first time after the given one, in milliseconds since the epoch; undefined when there is none within five years. */
  next(afterMs: number): number | undefined;
}

interface Bounds {
  min: number;
  max: number;
  names?: Readonly<Record<string, number>>;
}

const MINUTES: Bounds = { min: 0, max: 59 };
const HOURS: Bounds = { min: 0, max: 23 };
const DAYS: Bounds = { min: 1, max: 31 };
const MONTHS: Bounds = {
  min: 1,
  max: 12,
  names: { jan: 1, feb: 2, mar: 3, apr: 4, may: 5, jun: 6, jul: 7, aug: 8, sep: 9, oct: 10, nov: 11, dec: 12 },
};
const WEEKDAYS: Bounds = { min: 0, max: 6, names: { sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 } };

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const FIVE_YEARS_DAYS = 5 * 366;

/**
 * Reads a schedule of five fields, a descriptor such as `@daily`, or `@every 90m`, the way CronJobs do; fields hold in the given
 * time zone, UTC unless said. Throws an Error that says what cannot be read. Models robfig/cron ParseStandard.
 */
export function parseCronSchedule(text: string, timeZone = 'UTC'): CronSchedule {
  const every = /^@every\s+(.+)$/.exec(text);
  if (every) return everySchedule(parseDuration(every[1]!));
  const expanded = text.startsWith('@') ? DESCRIPTORS[text] : text;
  if (expanded === undefined) throw new Error(`unrecognized descriptor: ${text}`);
  const fields = expanded.split(/\s+/).filter(Boolean);
  if (fields.length !== 5) throw new Error(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  return new FieldSchedule(fields as [string, string, string, string, string], timeZone);
}

/** A fixed distance, from whole second to whole second. */
function everySchedule(periodMs: number): CronSchedule {
  const wholeMs = Math.max(1000, Math.floor(periodMs / 1000) * 1000);
  return { next: (afterMs) => Math.floor(afterMs / 1000) * 1000 + wholeMs };
}

function parseDuration(text: string): number {
  const units: Record<string, number> = { h: 3_600_000, m: MINUTE_MS, s: 1000, ms: 1 };
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text))
    throw new Error(`failed to parse duration @every ${text}: time: invalid duration "${text}"`);
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit!]!, 0);
}

class FieldSchedule implements CronSchedule {
  readonly #minutes: ReadonlySet<number>;
  readonly #hours: ReadonlySet<number>;
  readonly #days: ReadonlySet<number>;
  readonly #months: ReadonlySet<number>;
  readonly #weekdays: ReadonlySet<number>;
  readonly #isEitherDay: boolean;
  readonly #timeZone: string;

  constructor([minute, hour, day, month, weekday]: [string, string, string, string, string], timeZone: string) {
    this.#minutes = parseField(minute, MINUTES);
    this.#hours = parseField(hour, HOURS);
    this.#days = parseField(day, DAYS);
    this.#months = parseField(month, MONTHS);
    this.#weekdays = parseField(weekday, WEEKDAYS);
    // Why: a day matches both fields when one of them is a star, and either of them when both are restricted.
    this.#isEitherDay = !isStar(day) && !isStar(weekday);
    this.#timeZone = timeZone;
  }

  next(afterMs: number): number | undefined {
    const startMs = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    const localStartMs = startMs + timeZoneOffsetMs(this.#timeZone, startMs);
    const firstDayMs = Math.floor(localStartMs / DAY_MS) * DAY_MS;
    for (let day = 0; day < FIVE_YEARS_DAYS; day += 1) {
      const found = this.#onDay(firstDayMs + day * DAY_MS, startMs);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The first match on a local day that is not before the start. */
  #onDay(localDayMs: number, startMs: number): number | undefined {
    if (!this.#isDay(new Date(localDayMs))) return undefined;
    for (const hour of sorted(this.#hours)) {
      for (const minute of sorted(this.#minutes)) {
        const ms = this.#toEpoch(localDayMs + hour * 3_600_000 + minute * MINUTE_MS);
        if (ms !== undefined && ms >= startMs) return ms;
      }
    }
    return undefined;
  }

  #isDay(date: Date): boolean {
    if (!this.#months.has(date.getUTCMonth() + 1)) return false;
    const isMonthday = this.#days.has(date.getUTCDate());
    const isWeekday = this.#weekdays.has(date.getUTCDay());
    return this.#isEitherDay ? isMonthday || isWeekday : isMonthday && isWeekday;
  }

  /** The moment at which local clocks show a time; undefined when they skip it. */
  #toEpoch(localMs: number): number | undefined {
    const guessMs = localMs - timeZoneOffsetMs(this.#timeZone, localMs);
    const ms = localMs - timeZoneOffsetMs(this.#timeZone, guessMs);
    return ms + timeZoneOffsetMs(this.#timeZone, ms) === localMs ? ms : undefined;
  }
}

function isStar(field: string): boolean {
  return field.split(',').some((part) => /^[*?]/.test(part));
}

function sorted(values: ReadonlySet<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

function parseField(field: string, bounds: Bounds): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',').filter(Boolean)) for (const value of parseRange(part, bounds)) values.add(value);
  return values;
}

function parseRange(part: string, bounds: Bounds): number[] {
  const [range = '', stepText, ...moreSteps] = part.split('/');
  const [firstText = '', lastText, ...moreEnds] = range.split('-');
  if (moreSteps.length > 0) throw new Error(`too many slashes: ${part}`);
  if (moreEnds.length > 0) throw new Error(`too many hyphens: ${part}`);
  const isOpen = firstText === '*' || firstText === '?';
  const first = isOpen ? bounds.min : parseValue(firstText, bounds);
  const step = stepText === undefined ? 1 : parseNumber(stepText);
  const last = lastText !== undefined ? parseValue(lastText, bounds) : isOpen || stepText !== undefined ? bounds.max : first;
  if (first < bounds.min) throw new Error(`beginning of range (${first}) below minimum (${bounds.min}): ${part}`);
  if (last > bounds.max) throw new Error(`end of range (${last}) above maximum (${bounds.max}): ${part}`);
  if (first > last) throw new Error(`beginning of range (${first}) beyond end of range (${last}): ${part}`);
  if (step === 0) throw new Error(`step of range should be a positive number: ${part}`);
  const values: number[] = [];
  for (let value = first; value <= last; value += step) values.push(value);
  return values;
}

function parseValue(text: string, { names }: Bounds): number {
  const name = text.toLowerCase();
  return names && Object.hasOwn(names, name) ? names[name]! : parseNumber(text);
}

function parseNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`);
  return Number(text);
}
