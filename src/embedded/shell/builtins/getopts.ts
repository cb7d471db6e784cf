import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { writeError } from '../interpreter/report.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import type { Task } from '../kernel/task.ts';

/** `getopts optstring name [argument…]`: takes the next option; status 1 when there are no more. */
export const getoptsBuiltin: BuiltinFunction = function* (shell, argv) {
  const [, accepted, name] = argv;
  if (accepted === undefined || name === undefined) throw new ShellError('usage: getopts optstring var [arg]');
  const args = argv.length > 3 ? argv.slice(3) : shell.positional;
  const offset = shell.getoptsOffset;
  const index = Math.max(1, Number(shell.variables.value('OPTIND') ?? '1') || 1);
  const argument = args[index - 1];
  if (offset === 0 && (argument === undefined || !argument.startsWith('-') || argument === '-' || argument === '--')) {
    finish(shell, name, argument === '--' ? index + 1 : index);
    return 1;
  }
  return yield* takeOption(shell, { accepted, name, args, index, position: offset === 0 ? 1 : offset });
};

interface Progress {
  accepted: Bytes;
  name: Bytes;
  args: readonly Bytes[];
  /** Which argument, from 1. */
  index: number;
  position: number;
}

function* takeOption(shell: Shell, { accepted, name, args, index, position }: Progress): Task<number> {
  const argument = args[index - 1] ?? '';
  const letter = argument[position] ?? '';
  const isSilent = accepted.startsWith(':');
  const place = letter === ':' ? -1 : accepted.indexOf(letter, isSilent ? 1 : 0);
  const isClusterDone = position + 1 >= argument.length;
  if (place < 0) {
    advance(shell, isClusterDone ? index + 1 : index, isClusterDone ? 0 : position + 1);
    return yield* refuse(
      shell,
      name,
      letter,
      isSilent,
      '?',
      shell.dialect === 'bash' ? `illegal option -- ${letter}` : `Illegal option -${letter}`,
    );
  }
  if (accepted[place + 1] !== ':') {
    advance(shell, isClusterDone ? index + 1 : index, isClusterDone ? 0 : position + 1);
    shell.variables.unset('OPTARG');
    if (shell.dialect === 'dash') shell.variables.set('OPTARG', '');
    shell.variables.set(name, letter);
    return 0;
  }
  const value = isClusterDone ? args[index] : argument.slice(position + 1);
  advance(shell, isClusterDone ? index + 2 : index + 1, 0);
  if (value === undefined) {
    advance(shell, index + 1, 0);
    return yield* refuse(
      shell,
      name,
      letter,
      isSilent,
      isSilent ? ':' : '?',
      shell.dialect === 'bash' ? `option requires an argument -- ${letter}` : `No arg for -${letter} option`,
    );
  }
  shell.variables.set('OPTARG', value);
  shell.variables.set(name, letter);
  return 0;
}

function* refuse(shell: Shell, name: Bytes, letter: Bytes, isSilent: boolean, result: string, message: string): Task<number> {
  if (isSilent) shell.variables.set('OPTARG', letter);
  else {
    shell.variables.unset('OPTARG');
    yield* writeError(shell.process, shell.dialect === 'bash' ? `${shell.name}: ${message}\n` : `${message}\n`);
  }
  shell.variables.set(name, result);
  return 0;
}

function advance(shell: Shell, index: number, offset: number): void {
  shell.variables.set('OPTIND', String(index));
  shell.getoptsOffset = offset;
}

function finish(shell: Shell, name: Bytes, index: number): void {
  advance(shell, index, 0);
  shell.variables.unset('OPTARG');
  shell.variables.set(name, '?');
}
