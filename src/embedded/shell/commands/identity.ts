import type { Bytes } from '../kernel/bytes.ts';
import type { Process } from '../kernel/process.ts';
import { Terminal } from '../kernel/terminal.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** The name of a user in `/etc/passwd`. */
export function userName(process: Process, user: number): Bytes | undefined {
  const passwords = process.files.find('/etc/passwd', process);
  if (passwords?.kind !== 'file') return undefined;
  return passwords.content
    .split('\n')
    .find((line) => line.split(':')[2] === String(user))
    ?.split(':')[0];
}

/** `id [-u|-g|-G] [-nr]` */
export const id = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'agGnru',
    long: { group: 'g', groups: 'G', name: 'n', real: 'r', user: 'u' },
    unmodelled: 'Zz',
    unmodelledLong: ['context', 'zero'],
  });
  const other = options.operands[0];
  if (other !== undefined && other !== userName(context.process, context.process.user))
    throw new CommandError(`${quote(other)}: no such user`);
  const { user } = context.process;
  const name = userName(context.process, user);
  if (options.has('u')) {
    if (!options.has('n') || name !== undefined) yield* context.writeLine(options.has('n') ? name! : String(user));
    else throw new CommandError(`cannot find name for user ID ${user}`);
  } else if (options.has('g') || options.has('G')) yield* context.writeLine(options.has('n') ? 'root' : '0');
  else yield* context.writeLine(`uid=${user}${name === undefined ? '' : `(${name})`} gid=0(root) groups=0(root)`);
  return 0;
});

/** `whoami` */
export const whoami = command(function* (context) {
  parseOptions(context.name, context.args, { short: '' });
  const { user } = context.process;
  const name = userName(context.process, user);
  if (name === undefined) throw new CommandError(`cannot find name for user ID ${user}`);
  yield* context.writeLine(name);
  return 0;
});

/** `hostname [-fs]` */
export const hostname = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'fs',
    long: { fqdn: 'f', long: 'f', short: 's' },
    unmodelled: 'aAdFiIyb',
  });
  if (options.operands.length > 0) throw new CommandError('you must be root to change the host name');
  yield* context.writeLine(context.process.kernel.hostname);
  return 0;
});

/** `uname [-amnrsvpio]` */
export const uname = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'mnos',
    long: { machine: 'm', nodename: 'n', 'operating-system': 'o', 'kernel-name': 's' },
    unmodelled: 'aipvr',
    unmodelledLong: ['all', 'hardware-platform', 'processor', 'kernel-version', 'kernel-release'],
  });
  const facts = { s: 'Linux', n: context.process.kernel.hostname, m: 'x86_64', o: 'GNU/Linux' };
  const keys = (Object.keys(facts) as (keyof typeof facts)[]).filter((key) => options.has(key));
  yield* context.writeLine((keys.length === 0 ? ['s' as const] : keys).map((key) => facts[key]).join(' '));
  return 0;
});

/** `nproc` */
export const nproc = command(function* (context) {
  parseOptions(context.name, context.args, { short: '', long: { all: 'all' }, unmodelledLong: ['ignore'] });
  yield* context.writeLine('2');
  return 0;
});

/** `tty` */
export const tty = command(function* (context) {
  const options = parseOptions(context.name, context.args, { short: 's', long: { silent: 's', quiet: 's' }, errorStatus: 2 });
  const hasTerminal = context.process.descriptors.get(0) instanceof Terminal;
  if (!options.has('s')) yield* context.writeLine(hasTerminal ? '/dev/pts/0' : 'not a tty');
  return hasTerminal ? 0 : 1;
});

/** `arch` */
export const arch = command(function* (context) {
  yield* context.writeLine('x86_64');
  return 0;
});

/** `sync` */
export const sync = command(function* () {
  return 0;
});
