const FIELDS: { name: string; least: number; most: number; names?: readonly string[] }[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'weekday', least: 0, most: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** What is wrong with a cron schedule, in the words of the parser that the server uses (robfig/cron ParseStandard); undefined when nothing is. */
export function scheduleProblem(schedule: string): string | undefined {
  const text = schedule.replace(/^(?:CRON_)?TZ=\S+\s+/, '').trim();
  if (text.startsWith('@')) return descriptorProblem(text);
  const parts = text.split(/\s+/);
  if (parts.length !== FIELDS.length) return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
  for (const [index, part] of parts.entries()) {
    for (const range of part.split(',')) {
      const problem = rangeProblem(range, FIELDS[index]!);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function descriptorProblem(text: string): string | undefined {
  if (DESCRIPTORS.includes(text)) return undefined;
  const every = /^@every (.*)$/.exec(text)?.[1];
  if (every === undefined) return `unrecognized descriptor: ${text}`;
  const isDuration = /^[+-]?(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/.test(every);
  return isDuration ? undefined : `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(every)}`;
}

function rangeProblem(range: string, { least, most, names = [] }: (typeof FIELDS)[number]): string | undefined {
  const [bounds = '', step, ...tooMany] = range.split('/');
  const ends = bounds.split('-');
  if (tooMany.length > 0) return `too many slashes: ${range}`;
  if (ends.length > 2) return `too many hyphens: ${range}`;
  const isAny = ends[0] === '*' || ends[0] === '?';
  const numbers = isAny ? [least, most] : ends.map((end) => numberOf(end, names));
  const unreadable = isAny ? -1 : numbers.findIndex((number) => number === undefined);
  if (unreadable >= 0) return notANumber(ends[unreadable]!);
  if (step !== undefined && !/^\d+$/.test(step)) return notANumber(step);
  const start = numbers[0]!;
  const end = numbers[1] ?? (step === undefined ? start : most);
  if (start < least) return `beginning of range (${start}) below minimum (${least}): ${range}`;
  if (end > most) return `end of range (${end}) above maximum (${most}): ${range}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${range}`;
  return step !== undefined && Number(step) === 0 ? `step of range should be a positive number: ${range}` : undefined;
}

function numberOf(text: string, names: readonly string[]): number | undefined {
  const index = names.indexOf(text.toLowerCase());
  if (index >= 0) return index + (names.length === 12 ? 1 : 0);
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function notANumber(text: string): string {
  return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}
