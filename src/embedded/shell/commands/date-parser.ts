import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  fortnight: 1_209_600_000,
};
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]+(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|UTC|GMT|[-+]\d{2}:?\d{2})?)?$/i;

/** Reads a date as `date -d` does, in UTC: milliseconds since the epoch, undefined for no date, CannotSimulate for forms that are not modelled. */
export function parseDate(text: Bytes, nowMs: number): number | undefined {
  let rest = text.trim();
  const seconds = /^@(-?\d+)(?:\.(\d+))?$/.exec(rest);
  if (seconds) return Number(seconds[1]) * 1000 + fractionMs(seconds[2]);
  let timeMs = nowMs;
  const absolute = /^\d{4}-\d{2}-\d{2}(?:[T ]+\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[-+]\d{2}:?\d{2})?)?/i.exec(rest)?.[0];
  if (absolute !== undefined) {
    const parsed = parseIso(absolute.trimEnd());
    if (parsed === undefined) return undefined;
    timeMs = parsed;
    rest = rest.slice(absolute.length);
  }
  for (const word of relativeTerms(rest)) {
    const shifted = applyTerm(word, timeMs);
    if (shifted === undefined) {
      if (/^[^A-Za-z0-9@+: -]/.test(text) || /^[a-z]+$/i.test(text)) return undefined;
      throw new CannotSimulate(`the date ${text} is not in a form that is modelled`);
    }
    timeMs = shifted;
  }
  return timeMs;
}

function relativeTerms(text: Bytes): string[] {
  const words = text.toLowerCase().match(/(?:[-+]?\s*\d+|next|last|a)\s*[a-z]+(?:\s+ago)?|[^\s]+/g);
  return words ?? [];
}

function applyTerm(term: string, timeMs: number): number | undefined {
  switch (term) {
    case 'now':
    case 'today':
    case 'utc':
      return timeMs;
    case 'yesterday':
      return timeMs - 86_400_000;
    case 'tomorrow':
      return timeMs + 86_400_000;
  }
  const match = /^([-+]?)\s*(\d+|next|last|a)\s*([a-z]+?)s?(\s+ago)?$/.exec(term);
  if (!match) return undefined;
  const [, sign, amount, unit, ago] = match;
  const count = amount === 'next' || amount === 'a' ? 1 : amount === 'last' ? -1 : Number(amount);
  const signed = (sign === '-' ? -count : count) * (ago === undefined ? 1 : -1);
  if (unit === 'month' || unit === 'year') return shiftMonths(timeMs, signed * (unit === 'year' ? 12 : 1));
  const unitMs = Object.hasOwn(UNIT_MS, unit!) ? UNIT_MS[unit!] : undefined;
  return unitMs === undefined ? undefined : timeMs + signed * unitMs;
}

function shiftMonths(timeMs: number, months: number): number {
  const date = new Date(timeMs);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.getTime();
}

function parseIso(text: Bytes): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const values = [year, month, day, hour ?? '0', minute ?? '0', second ?? '0'].map(Number);
  const timeMs = Date.UTC(values[0]!, values[1]! - 1, values[2], values[3], values[4], values[5]);
  const date = new Date(timeMs);
  if (date.getUTCMonth() !== values[1]! - 1 || date.getUTCDate() !== values[2] || values[3]! > 24 || values[4]! > 59) return undefined;
  return timeMs + fractionMs(fraction) - zoneMs(zone);
}

function zoneMs(zone: string | undefined): number {
  const match = /^([-+])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}

function fractionMs(digits: string | undefined): number {
  return digits === undefined ? 0 : Math.floor(Number(`0.${digits}`) * 1000);
}
