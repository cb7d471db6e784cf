import type { BuiltinFunction } from '../interpreter/builtin.ts';
import type { Job } from '../interpreter/job-table.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import { announceSignal } from '../interpreter/subshell.ts';
import { interruptedStatus } from '../interpreter/traps.ts';
import { waitForAny } from '../kernel/broadcast.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { exitCode } from '../kernel/process.ts';
import type { Task } from '../kernel/task.ts';

/** `wait [pid|job…]`: waits for background commands; a signal with a trap cuts it short. */
export const waitBuiltin: BuiltinFunction = function* (shell, argv) {
  const operands = argv.slice(1);
  if (operands[0]?.startsWith('-')) {
    if (shell.dialect === 'bash' && operands.length === 1 && operands[0] === '-n') return yield* waitForNext(shell);
    if (shell.dialect === 'bash') throw new CannotSimulate(`bash: wait ${operands[0]} is not modelled`);
    throw new ShellError(`Illegal option ${operands[0].slice(0, 2)}`);
  }
  if (operands.length === 0) return yield* waitForAll(shell);
  let status = 0;
  for (const operand of operands) {
    const job = findJob(shell, operand);
    status = job ? yield* waitForJob(shell, job) : 127;
  }
  return status;
};

function* waitForAll(shell: Shell): Task<number> {
  for (const job of shell.jobs.all()) {
    yield* waitForJob(shell, job);
    const [signal] = shell.process.pending;
    if (signal !== undefined) return interruptedStatus(signal);
  }
  for (const job of [...shell.jobs.all()]) shell.jobs.remove(job);
  return 0;
}

/** bash: `wait -n`: the next job that ends, 127 when there is none. */
function* waitForNext(shell: Shell): Task<number> {
  for (;;) {
    const jobs = shell.jobs.all().filter((job) => !job.status);
    if (jobs.length === 0) return 127;
    if (shell.process.pending.length > 0) return interruptedStatus(shell.process.pending[0]!);
    const ended = jobs.find((job) => job.process.status);
    if (ended) return yield* waitForJob(shell, ended);
    yield waitForAny([...jobs.map((job) => job.process.ended.wait), shell.process.signalled.wait]);
  }
}

function* waitForJob(shell: Shell, job: Job): Task<number> {
  while (!job.status) {
    if (shell.process.pending.length > 0) return interruptedStatus(shell.process.pending[0]!);
    if (job.process.status) {
      job.status = yield* shell.process.waitFor(job.process);
      yield* announceSignal(shell, job.status);
    } else yield waitForAny([job.process.ended.wait, shell.process.signalled.wait]);
  }
  return exitCode(job.status);
}

function findJob(shell: Shell, operand: Bytes): Job | undefined {
  if (operand.startsWith('%')) {
    const job = shell.jobs.bySpec(operand);
    if (!job) throw new ShellError(`No such job: ${operand}`);
    return job;
  }
  if (!/^\d+$/.test(operand))
    throw shell.dialect === 'bash'
      ? new ShellError(`\`${operand}': not a pid or valid job spec`, 1)
      : new ShellError(`Illegal number: ${operand}`);
  return shell.jobs.byPid(Number(operand));
}
