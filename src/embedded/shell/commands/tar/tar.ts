import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import type { Bytes } from '../../kernel/bytes.ts';
import { joinPath } from '../../kernel/path.ts';
import type { Task } from '../../kernel/task.ts';
import { command, type CommandContext } from '../io/command.ts';
import { CommandError } from '../io/command-error.ts';
import { parseOptions, type ParsedOptions } from '../io/options.ts';
import { createArchive } from './create.ts';
import { extractArchive, listArchive } from './extract.ts';
import { FAILED, type TarJob } from './job.ts';

const WRONG_USE = 64;
const POINTER = "Try 'tar --help' or 'tar --usage' for more information.";

/** `tar -c|-x|-t [-mv] [-f file] [-C directory] [name…]`, with the options in front in the old style, too. */
export const tar = command(function* (context) {
  const options = parseOptions(context.name, inNewStyle(context.args), {
    short: 'cxtvmpof:C:',
    long: {
      create: 'c',
      extract: 'x',
      get: 'x',
      list: 't',
      verbose: 'v',
      touch: 'm',
      'file=': 'f',
      'directory=': 'C',
      'no-same-owner': 'o',
      'same-permissions': 'p',
      'preserve-permissions': 'p',
      'no-same-permissions': 'no-p',
    },
    unmodelled: 'ArudzjJZahkKLMNOPRsSTUVwWXbBFgGiIln',
    unmodelledLong: [
      'append',
      'update',
      'delete',
      'diff',
      'compare',
      'gzip',
      'exclude',
      'strip-components',
      'transform',
      'to-stdout',
      'wildcards',
    ],
    usage: POINTER,
    errorStatus: WRONG_USE,
  });
  const isSound = yield* carryOut(context, modeOf(options), jobOf(context, options));
  if (isSound) return undefined;
  yield* context.complain('Exiting with failure status due to previous errors');
  return FAILED;
});

/** `cvf file` at the beginning stands for `-c -v -f file`: there, values follow after all letters. */
function inNewStyle(args: readonly Bytes[]): readonly Bytes[] {
  const [first = '', ...rest] = args;
  if (first === '' || first.startsWith('-')) return args;
  const options = Array.from(first, (letter) =>
    ['f', 'C'].includes(letter) && rest.length > 0 ? [`-${letter}`, rest.shift()!] : [`-${letter}`],
  );
  return [...options.flat(), ...rest];
}

function modeOf(options: ParsedOptions): 'c' | 'x' | 't' {
  const modes = (['c', 'x', 't'] as const).filter((mode) => options.has(mode));
  if (modes.length > 1)
    throw new CommandError(`You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option\n${POINTER}`, FAILED);
  const [mode] = modes;
  if (mode) return mode;
  throw new CommandError(`You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n${POINTER}`, FAILED);
}

function jobOf(context: CommandContext, options: ParsedOptions): TarJob {
  const folders = options.all('C');
  // Why: each counts for the names that follow it, and the options are no longer in order with these.
  if (folders.length > 1) throw new CannotSimulate('tar: more than one -C is not modelled');
  return {
    archive: options.get('f') ?? '-',
    names: options.operands,
    directory: folders.reduce(joinPath, context.process.workingDirectory),
    shownDirectory: folders[0] ?? '.',
    isVerbose: options.has('v'),
    touches: options.has('m'),
    takesOver: options.has('o'),
  };
}

function* carryOut(context: CommandContext, mode: 'c' | 'x' | 't', job: TarJob): Task<boolean> {
  if (mode === 'x') return yield* extractArchive(context, job);
  if (mode === 't') return yield* listArchive(context, job);
  if (job.names.length === 0) throw new CommandError(`Cowardly refusing to create an empty archive\n${POINTER}`, FAILED);
  return yield* createArchive(context, job);
}
