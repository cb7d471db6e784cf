/** What the server says about a text that is no time. */
export class TimeError extends Error {}

const SECONDS_LAYOUT = '2006-01-02T15:04:05Z07:00';
const MICROSECONDS_LAYOUT = '2006-01-02T15:04:05.000000Z07:00';

/** The parts of a time in the order they are read: pattern, how Go's layout spells it, what the part is called when it is out of range. */
const PARTS: [pattern: RegExp, layout: string][] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d{2}/, '01'],
  [/^-/, '-'],
  [/^\d{2}/, '02'],
  [/^T/, 'T'],
  [/^\d{2}/, '15'],
  [/^:/, ':'],
  [/^\d{2}/, '04'],
  [/^:/, ':'],
  [/^\d{2}/, '05'],
];

/** A Time as the server stores it: UTC, whole seconds. Models apimachinery meta/v1/time.go. Throws TimeError. */
export function normalizeTime(text: string): string {
  return new Date(readTime(text, SECONDS_LAYOUT).seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** A MicroTime as the server stores it: UTC, six digits of fraction. Models apimachinery meta/v1/micro_time.go. Throws TimeError. */
export function normalizeMicroTime(text: string): string {
  const { seconds, fraction } = readTime(text, MICROSECONDS_LAYOUT);
  if (fraction.length !== 6) throw unparsable(text, MICROSECONDS_LAYOUT, text.slice(19), '.000000');
  return new Date(seconds * 1000).toISOString().replace('000Z', `${fraction}Z`);
}

function readTime(text: string, layout: string): { seconds: number; fraction: string } {
  let rest = text;
  const numbers: number[] = [];
  for (const [pattern, expected] of PARTS) {
    const part = pattern.exec(rest)?.[0];
    if (part === undefined) throw unparsable(text, layout, rest, expected);
    rest = rest.slice(part.length);
    if (/\d/.test(part)) numbers.push(Number(part));
  }
  const fraction = /^[.,](\d+)/.exec(rest)?.[1] ?? '';
  if (fraction !== '') rest = rest.slice(fraction.length + 1);
  const zone = /^(?:Z|([+-])(\d{2}):(\d{2}))/.exec(rest);
  if (!zone) throw unparsable(text, layout, rest, 'Z07:00');
  if (rest.length > zone[0].length)
    throw new TimeError(`parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest.slice(zone[0].length))}`);
  refuseOutOfRange(text, numbers);
  const [year, month, day, hour, minute, second] = numbers as [number, number, number, number, number, number];
  const offsetMinutes = (Number(zone[2] ?? 0) * 60 + Number(zone[3] ?? 0)) * (zone[1] === '-' ? -1 : 1);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offsetMinutes, second);
  return { seconds: date.getTime() / 1000, fraction };
}

function refuseOutOfRange(text: string, [year, month, day, hour, minute, second]: number[]): void {
  const daysInMonth = new Date(Date.UTC(year!, month, 0)).getUTCDate();
  const limits: [value: number, least: number, most: number, name: string][] = [
    [month!, 1, 12, 'month'],
    [hour!, 0, 23, 'hour'],
    [minute!, 0, 59, 'minute'],
    [second!, 0, 59, 'second'],
    [day!, 1, daysInMonth, 'day'],
  ];
  const broken = limits.find(([value, least, most]) => value < least || value > most);
  if (broken) throw new TimeError(`parsing time ${JSON.stringify(text)}: ${broken[3]} out of range`);
}

function unparsable(text: string, layout: string, rest: string, expected: string): TimeError {
  return new TimeError(
    `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(expected)}`,
  );
}
