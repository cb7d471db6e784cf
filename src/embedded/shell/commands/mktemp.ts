import type { Bytes } from '../kernel/bytes.ts';
import { joinPath } from '../kernel/path.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `mktemp [-dqtu] [-p directory] [template]` */
export const mktemp = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'dp:qtuV',
    long: { directory: 'd', dry: 'u', 'dry-run': 'u', quiet: 'q', 'tmpdir?': 'tmpdir', 'suffix=': 'suffix' },
  });
  if (options.operands.length > 1) throw new CommandError(`too many templates\nTry '${context.name} --help' for more information.`);
  const path = choosePath(context, options);
  const { files } = context.process;
  try {
    const place = files.locate(path, context.process);
    if (!options.has('u')) {
      if (options.has('d')) files.createDirectory(place, 0o700, context.process);
      else files.createFile(place, 0o600, context.process);
    }
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const template = templateOf(context, options);
    throw new CommandError(
      options.has('q')
        ? ''
        : `failed to create ${options.has('d') ? 'directory' : 'file'} via template ${quote(template)}: ${error.message}`,
    );
  }
  yield* context.writeLine(path);
  return 0;
});

function templateOf(context: CommandContext, options: ParsedOptions): Bytes {
  const template = options.operands[0] ?? 'tmp.XXXXXXXXXX';
  const directory = options.get('p') ?? options.get('tmpdir');
  const isInDirectory = options.operands.length === 0 || directory !== undefined || options.has('t');
  if (!isInDirectory) return template;
  const temporary = context.process.environment.get('TMPDIR');
  const base = directory !== undefined && directory !== '' ? directory : temporary !== undefined && temporary !== '' ? temporary : '/tmp';
  if (template.startsWith('/')) throw new CommandError(`invalid template, ${quote(template)}; with --tmpdir, it may not be absolute`);
  return joinPath(base.replace(/(.)\/+$/, '$1'), template);
}

function choosePath(context: CommandContext, options: ParsedOptions): Bytes {
  const template = templateOf(context, options);
  const last = template.lastIndexOf('X');
  const suffix = options.get('suffix') ?? template.slice(last + 1);
  const stem = options.has('suffix') ? template : template.slice(0, last + 1);
  const run = /X*$/.exec(stem)![0].length;
  if (run < 3 || suffix.includes('/')) throw new CommandError(`too few X's in template ${quote(options.operands[0] ?? template)}`);
  const { random } = context.process.kernel;
  let name = '';
  for (let index = 0; index < run; index += 1) name += LETTERS[random.below(LETTERS.length)]!;
  return stem.slice(0, -run) + name + suffix;
}
