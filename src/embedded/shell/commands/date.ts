import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { SystemError } from '../kernel/system-error.ts';
import { formatDate } from './date-format.ts';
import { parseDate } from './date-parser.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

const ISO_FORMATS: Readonly<Record<string, string>> = {
  '': '%Y-%m-%d',
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
};
const RFC_3339_FORMATS: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%d %H:%M:%S%:z',
  ns: '%Y-%m-%d %H:%M:%S.%N%:z',
};

/** `date [-u] [-d date] [-I[unit]] [-R] [+format]`; containers run in UTC. */
export const date = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'd:I::Rr:u',
    long: { 'date=': 'd', 'iso-8601?': 'I', 'rfc-email': 'R', 'rfc-3339=': 'rfc-3339', 'reference=': 'r', utc: 'u', universal: 'u' },
    unmodelled: 'fs',
    unmodelledLong: ['debug', 'file', 'resolution', 'set'],
  });
  const zone = context.process.environment.get('TZ') ?? '';
  if (!/^(?:|UTC0?|GMT0?|Etc\/UTC|:?\/etc\/localtime)$/.test(zone)) throw new CannotSimulate(`date: the time zone ${zone} is not modelled`);
  const [operand, extra] = options.operands;
  if (extra !== undefined) throw new CommandError(`extra operand ${quote(extra)}\nTry '${context.name} --help' for more information.`);
  if (operand !== undefined && !operand.startsWith('+')) {
    if (/^\d{8,12}(?:\.\d\d)?$/.test(operand)) throw new CannotSimulate('date: setting the time is not modelled');
    throw new CommandError(`invalid date ${quote(operand)}`);
  }
  yield* context.writeLine(formatDate(chosenTime(context, options), operand?.slice(1) ?? chosenFormat(options)));
  return 0;
});

function chosenTime(context: CommandContext, options: ParsedOptions): number {
  const now = context.process.kernel.host.now();
  const text = options.get('d');
  const reference = options.get('r');
  if (reference !== undefined) {
    const node = context.process.files.find(reference, context.process);
    if (!node) throw new CommandError(`${reference}: ${new SystemError('ENOENT').message}`);
    return node.modifiedMs;
  }
  if (text === undefined) return now;
  const parsed = parseDate(text, now);
  if (parsed === undefined) throw new CommandError(`invalid date ${quote(text)}`);
  return parsed;
}

function chosenFormat(options: ParsedOptions): Bytes {
  if (options.has('R')) return '%a, %d %b %Y %H:%M:%S %z';
  const choose = (key: string, formats: Readonly<Record<string, string>>, label: string): Bytes | undefined => {
    const value = options.get(key);
    if (value === undefined) return undefined;
    const name = Object.keys(formats).find((candidate) => candidate === value || (value !== '' && candidate.startsWith(value)));
    if (name === undefined) throw new CommandError(`invalid argument ${quote(value)} for '${label}'`);
    return formats[name];
  };
  return choose('I', ISO_FORMATS, '--iso-8601') ?? choose('rfc-3339', RFC_3339_FORMATS, '--rfc-3339') ?? '%a %b %e %H:%M:%S %Z %Y';
}
