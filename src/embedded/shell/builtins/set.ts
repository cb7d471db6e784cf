import type { BuiltinFunction } from '../interpreter/builtin.ts';
import type { ShellOption } from '../interpreter/options.ts';
import { SHELL_OPTIONS, UNMODELLED_OPTIONS } from '../interpreter/options.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Task } from '../kernel/task.ts';
import { singleQuote } from './options.ts';

const BASH_OPTIONS: ReadonlySet<string> = new Set(['pipefail', 'posix', 'braceexpand', 'hashall', 'errtrace']);

/** `set`: lists variables, changes options, replaces the positional parameters. */
export const setBuiltin: BuiltinFunction = function* (shell, argv) {
  if (argv.length === 1) return yield* listVariables(shell);
  const { operands, lists } = applyOptions(shell, argv.slice(1));
  for (const sign of lists) yield* listOptions(shell, sign);
  if (operands) shell.positional = operands;
  return 0;
};

/** Applies leading `-e`, `+e`, `-o name` arguments; `operands` is what follows, undefined where nothing replaces the parameters. */
export function applyOptions(shell: Shell, args: readonly Bytes[]): { operands: readonly Bytes[] | undefined; lists: ('-' | '+')[] } {
  const lists: ('-' | '+')[] = [];
  let index = 0;
  for (; index < args.length; index += 1) {
    const argument = args[index]!;
    if (argument === '--') return { operands: args.slice(index + 1), lists };
    if (argument === '-') {
      shell.options.delete('xtrace');
      shell.options.delete('verbose');
      return { operands: index + 1 < args.length ? args.slice(index + 1) : undefined, lists };
    }
    const sign = argument[0] as '-' | '+';
    if ((sign !== '-' && sign !== '+') || argument.length === 1) return { operands: args.slice(index), lists };
    for (const letter of argument.slice(1)) {
      if (letter !== 'o') setOption(shell, optionByLetter(shell, letter, sign), sign === '-');
      else if (args[index + 1] === undefined) lists.push(sign);
      else setOption(shell, optionByName(shell, args[++index]!), sign === '-');
    }
  }
  return { operands: undefined, lists };
}

/** The option that a name stands for; throws ShellError where there is none. */
export function optionByName(shell: Shell, name: Bytes): ShellOption {
  const option = SHELL_OPTIONS.find((candidate) => candidate.name === name)?.name;
  if (option) return option;
  if (shell.dialect === 'bash' && BASH_OPTIONS.has(name)) return name as ShellOption;
  if (shell.dialect === 'bash' && /^(?:functrace|histexpand|history|keyword|onecmd|physical|interactive-comments)$/.test(name)) {
    throw new CannotSimulate(`bash: set -o ${name} is not modelled`);
  }
  throw new ShellError(shell.dialect === 'bash' ? `${name}: invalid option name` : `Illegal option -o ${name}`);
}

function optionByLetter(shell: Shell, letter: string, sign: string): ShellOption {
  const option = SHELL_OPTIONS.find((candidate) => candidate.letter === letter)?.name;
  if (option && !(shell.dialect === 'bash' && /[IsVEi]/.test(letter))) return option;
  if (shell.dialect === 'bash') {
    if (letter === 'h') return 'hashall';
    if (letter === 'B') return 'braceexpand';
    if (letter === 'E') return 'errtrace';
    if (/[ktHPT]/.test(letter)) throw new CannotSimulate(`bash: set ${sign}${letter} is not modelled`);
    throw new ShellError(`${sign}${letter}: invalid option`);
  }
  throw new ShellError(`Illegal option ${sign}${letter}`);
}

function setOption(shell: Shell, option: ShellOption, isOn: boolean): void {
  if (isOn && UNMODELLED_OPTIONS.has(option)) throw new CannotSimulate(`the shell option ${option} is not modelled`);
  if (isOn) shell.options.add(option);
  else shell.options.delete(option);
}

function* listVariables(shell: Shell): Task<number> {
  if (shell.dialect === 'bash') throw new CannotSimulate('bash: set without arguments is not modelled');
  const lines = shell.variables
    .sorted()
    .filter(([, { value }]) => value !== undefined)
    .map(([name, { value }]) => `${name}=${singleQuote(value!, shell.dialect)}\n`);
  yield* shell.process.write(1, lines.join(''));
  return 0;
}

function* listOptions(shell: Shell, sign: '-' | '+'): Task<void> {
  if (shell.dialect === 'bash') throw new CannotSimulate('bash: set -o without a name is not modelled');
  const lines = SHELL_OPTIONS.map(({ name }) => {
    const isOn = shell.has(name);
    return sign === '+' ? `set ${isOn ? '-' : '+'}o ${name}\n` : `${name.padEnd(16)}${isOn ? 'on' : 'off'}\n`;
  });
  yield* shell.process.write(1, (sign === '-' ? 'Current option settings\n' : '') + lines.join(''));
}
