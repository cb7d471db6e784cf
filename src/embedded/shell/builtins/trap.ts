import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { writeError } from '../interpreter/report.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell, TrapCondition } from '../interpreter/shell.ts';
import { setTrap } from '../interpreter/traps.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { parseSignal, signalNumber } from '../kernel/signals.ts';
import type { Task } from '../kernel/task.ts';
import { singleQuote } from './options.ts';

/** `trap`: lists traps, or sets what happens on signals and on exit. */
export const trapBuiltin: BuiltinFunction = function* (shell, argv) {
  const args = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
  if (shell.dialect === 'bash' && args[0] === '-p') return yield* list(shell, args.slice(1));
  if (/^-./.test(args[0] ?? '')) throw unmodelled(shell, args[0]!);
  if (args.length === 0) return yield* list(shell, []);
  const isReset = args.length === 1 || args[0] === '-' || /^\d+$/.test(args[0]!);
  const action = isReset ? undefined : args[0]!;
  const names = args.length === 1 || (args[0] !== '-' && /^\d+$/.test(args[0]!)) ? args : args.slice(1);
  let status = 0;
  for (const name of names) {
    const condition = parseCondition(shell, name);
    if (condition) setTrap(shell, condition, action);
    else {
      yield* writeError(
        shell.process,
        shell.dialect === 'bash' ? shell.complaint(`trap: ${name}: invalid signal specification`) : `trap: ${name}: bad trap\n`,
      );
      status = 1;
    }
  }
  return status;
};

function parseCondition(shell: Shell, name: Bytes): TrapCondition | undefined {
  if (name === '0' || name === 'EXIT') return 'EXIT';
  if (shell.dialect === 'bash') {
    if (name === 'ERR') return 'ERR';
    if (name === 'DEBUG' || name === 'RETURN') throw new CannotSimulate(`bash: trap ${name} is not modelled`);
    return parseSignal(name);
  }
  return /^SIG/i.test(name) ? undefined : parseSignal(name);
}

/** Lists the traps of some conditions, or all. */
function* list(shell: Shell, names: readonly Bytes[]): Task<number> {
  const wanted = names.map((name) => parseCondition(shell, name));
  const order = (condition: TrapCondition): number => (condition === 'EXIT' ? 0 : condition === 'ERR' ? 1000 : signalNumber(condition));
  const traps = [...shell.traps]
    .filter(([condition]) => wanted.length === 0 || wanted.includes(condition))
    .sort(([a], [b]) => order(a) - order(b));
  const label = (condition: TrapCondition): string =>
    shell.dialect === 'bash' && condition !== 'EXIT' && condition !== 'ERR' ? `SIG${condition}` : condition;
  const lines = traps.map(([condition, action]) => `trap -- ${singleQuote(action, shell.dialect)} ${label(condition)}\n`);
  if (lines.length > 0) yield* shell.process.write(1, lines.join(''));
  return 0;
}

function unmodelled(shell: Shell, option: Bytes): Error {
  return shell.dialect === 'bash'
    ? new CannotSimulate(`bash: trap ${option} is not modelled`)
    : new ShellError(`Illegal option ${option.slice(0, 2)}`);
}
