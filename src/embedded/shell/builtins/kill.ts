import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { report } from '../interpreter/report.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Process } from '../kernel/process.ts';
import type { SignalName } from '../kernel/signals.ts';
import { parseSignal, SIGNAL_NAMES, signalName } from '../kernel/signals.ts';
import type { Task } from '../kernel/task.ts';

const USAGE = 'Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]';

/** `kill [-signal] pid…` and `kill -l` */
export const killBuiltin: BuiltinFunction = function* (shell, argv) {
  const first = argv[1];
  if (first === undefined) throw new ShellError(USAGE);
  if (first === '-l') return yield* list(shell, argv[2]);
  const { signal, operands } = parseArguments(shell, argv.slice(1));
  if (operands.length === 0) throw new ShellError(USAGE);
  let status = 0;
  for (const operand of operands) {
    const targets = findTargets(shell, operand);
    for (const target of targets) if (signal !== undefined) shell.process.kernel.signal(target, signal);
    if (targets.length > 0) continue;
    yield* report(shell, new ShellError(shell.dialect === 'bash' ? `kill: (${operand}) - No such process` : 'kill: No such process\n'));
    status = 1;
  }
  return status;
};

/** Signal 0 only asks whether the process is there: undefined. */
function parseArguments(shell: Shell, args: readonly Bytes[]): { signal: SignalName | undefined; operands: readonly Bytes[] } {
  const [first, second] = args;
  if (first === '-s') return { signal: toSignal(shell, second ?? '', 's'), operands: args.slice(2) };
  if (first === '--') return { signal: 'TERM', operands: args.slice(1) };
  if (!first?.startsWith('-')) return { signal: 'TERM', operands: args };
  return { signal: toSignal(shell, first.slice(1), first[1] ?? ''), operands: second === '--' ? args.slice(2) : args.slice(1) };
}

function toSignal(shell: Shell, text: Bytes, letter: string): SignalName | undefined {
  if (text === '0') return undefined;
  const signal = /^SIG/i.test(text) && shell.dialect === 'dash' ? undefined : parseSignal(text);
  if (signal !== undefined) return signal;
  if (shell.dialect === 'bash') throw new ShellError(`${text}: invalid signal specification`, 1);
  throw new ShellError(letter === 's' ? `invalid signal number or name: ${text}` : `Illegal option -${letter}`);
}

function findTargets(shell: Shell, operand: Bytes): Process[] {
  const { kernel } = shell.process;
  if (operand.startsWith('%')) {
    const job = shell.jobs.bySpec(operand);
    if (!job) throw new ShellError(`No such job: ${operand}`);
    return job.process.status ? [] : [job.process];
  }
  if (!/^-?\d+$/.test(operand)) throw new ShellError(`Illegal number: ${operand}`);
  const pid = Number(operand);
  if (pid === -1) throw new CannotSimulate('kill -1 (every process) is not modelled');
  if (pid <= 0) return kernel.group(pid === 0 ? shell.process.group : -pid);
  const process = kernel.process(pid) ?? shell.process.children.find((child) => child.pid === pid);
  return process ? [process] : [];
}

function* list(shell: Shell, operand: Bytes | undefined): Task<number> {
  if (shell.dialect === 'bash' && operand === undefined) throw new CannotSimulate('bash: kill -l is not modelled');
  if (operand === undefined) throw new CannotSimulate('kill -l without a number is not modelled');
  if (!/^\d+$/.test(operand)) throw new ShellError(`Illegal number: ${operand}`);
  const number = Number(operand) > 128 ? Number(operand) - 128 : Number(operand);
  const name = signalName(number);
  if (name === undefined || !SIGNAL_NAMES.includes(name)) throw new ShellError(`invalid signal number or exit status: ${operand}`);
  yield* shell.process.write(1, `${name}\n`);
  return 0;
}
