import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DIRECTIVE = /%([-_0^#]*)(\d*)([EO]?)(:{0,3}z|[^])/g;
const DAY_MS = 86_400_000;

/** Formats a time in UTC with the directives of `date +format` in the C locale. */
export function formatDate(timeMs: number, format: Bytes): Bytes {
  return format.replace(DIRECTIVE, (whole, flags: string, width: string, _modifier: string, letter: string) => {
    const field = fieldOf(timeMs, letter);
    if (field === undefined) {
      if (/[A-Za-z]/.test(letter)) throw new CannotSimulate(`date: the directive ${whole} is not modelled`);
      return whole;
    }
    return applyFlags(field, flags, width);
  });
}

/** What a directive gives, and how it is padded when nothing else is said. */
interface Field {
  text: string;
  width: number;
  pad: '0' | ' ' | '';
}

function applyFlags({ text, width, pad }: Field, flags: string, givenWidth: string): string {
  let padding = pad;
  let result = text;
  for (const flag of flags) {
    if (flag === '-') padding = '';
    else if (flag === '_') padding = ' ';
    else if (flag === '0') padding = '0';
    else result = result.toUpperCase();
  }
  const target = givenWidth === '' ? width : Number(givenWidth);
  if (flags.includes('-') && givenWidth === '') return result;
  return padding === '' ? (givenWidth === '' ? result : result.padStart(target)) : result.padStart(target, padding);
}

function fieldOf(timeMs: number, letter: string): Field | undefined {
  const date = new Date(timeMs);
  const number = (value: number, width = 2, pad: '0' | ' ' = '0'): Field => ({ text: String(value), width, pad });
  const text = (value: string): Field => ({ text: value, width: 0, pad: '' });
  const hour12 = date.getUTCHours() % 12 || 12;
  switch (letter) {
    case '%':
      return text('%');
    case 'n':
      return text('\n');
    case 't':
      return text('\t');
    case 'Y':
      return number(date.getUTCFullYear(), 1);
    case 'C':
      return number(Math.floor(date.getUTCFullYear() / 100));
    case 'y':
      return number(date.getUTCFullYear() % 100);
    case 'm':
      return number(date.getUTCMonth() + 1);
    case 'd':
      return number(date.getUTCDate());
    case 'e':
      return number(date.getUTCDate(), 2, ' ');
    case 'H':
      return number(date.getUTCHours());
    case 'k':
      return number(date.getUTCHours(), 2, ' ');
    case 'I':
      return number(hour12);
    case 'l':
      return number(hour12, 2, ' ');
    case 'M':
      return number(date.getUTCMinutes());
    case 'S':
      return number(date.getUTCSeconds());
    case 'N':
      return text(String((((timeMs % 1000) + 1000) % 1000) * 1_000_000).padStart(9, '0'));
    case 's':
      return number(Math.floor(timeMs / 1000), 1);
    case 'j':
      return number(Math.floor((timeMs - Date.UTC(date.getUTCFullYear(), 0)) / DAY_MS) + 1, 3);
    case 'u':
      return number(date.getUTCDay() || 7, 1);
    case 'w':
      return number(date.getUTCDay(), 1);
    case 'a':
      return text(DAYS[date.getUTCDay()]!.slice(0, 3));
    case 'A':
      return text(DAYS[date.getUTCDay()]!);
    case 'b':
    case 'h':
      return text(MONTHS[date.getUTCMonth()]!.slice(0, 3));
    case 'B':
      return text(MONTHS[date.getUTCMonth()]!);
    case 'p':
      return text(date.getUTCHours() < 12 ? 'AM' : 'PM');
    case 'P':
      return text(date.getUTCHours() < 12 ? 'am' : 'pm');
    case 'Z':
      return text('UTC');
    case 'z':
      return text('+0000');
    case ':z':
      return text('+00:00');
    case '::z':
      return text('+00:00:00');
    case 'q':
      return number(Math.floor(date.getUTCMonth() / 3) + 1, 1);
    default:
      return composite(timeMs, letter);
  }
}

const COMPOSITES: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

function composite(timeMs: number, letter: string): Field | undefined {
  if (letter === 'G' || letter === 'V' || letter === 'g') return isoWeek(timeMs, letter);
  const format = COMPOSITES[letter];
  return format === undefined ? undefined : { text: formatDate(timeMs, format), width: 0, pad: '' };
}

/** ISO 8601 weeks: the first is the one with the year's first Thursday. */
function isoWeek(timeMs: number, letter: 'G' | 'V' | 'g'): Field {
  const date = new Date(timeMs);
  const thursday = new Date(timeMs + (4 - (date.getUTCDay() || 7)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  if (letter === 'G') return { text: String(year), width: 1, pad: '0' };
  if (letter === 'g') return { text: String(year % 100), width: 2, pad: '0' };
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0)) / (7 * DAY_MS)) + 1;
  return { text: String(week), width: 2, pad: '0' };
}
