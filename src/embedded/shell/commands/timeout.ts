import { Broadcast, waitForAny } from '../kernel/broadcast.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { execute, findProgram } from '../kernel/execute.ts';
import type { Process } from '../kernel/process.ts';
import { exitCode } from '../kernel/process.ts';
import type { SignalName } from '../kernel/signals.ts';
import { parseSignal } from '../kernel/signals.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError, UsageError } from './io/command-error.ts';
import { parseDuration } from './io/duration.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

const TIMED_OUT = 124;
const FAILED = 125;

interface Plan {
  limitMs: number;
  signal: SignalName;
  killAfterMs: number | undefined;
  isForeground: boolean;
  preservesStatus: boolean;
  isVerbose: boolean;
}

/** `timeout [-k duration] [-s signal] duration program argument…` */
export const timeout = command(function* (context) {
  const { plan, words } = readArguments(context);
  const { process } = context;
  if (!plan.isForeground) process.group = process.pid;
  for (const name of ['TERM', 'INT', 'HUP', 'QUIT', 'ALRM'] as const) process.caught.add(name);
  const child = process.fork((forked) => runProgram(forked, words));
  return yield* supervise(context, child, plan);
});

function readArguments(context: CommandContext): { plan: Plan; words: readonly Bytes[] } {
  const options = parseOptions(context.name, context.args, {
    short: 'k:s:v',
    long: { 'kill-after=': 'k', 'signal=': 's', verbose: 'v', foreground: 'foreground', 'preserve-status': 'preserve-status' },
    stopsAtOperand: true,
    errorStatus: FAILED,
  });
  const hint = `Try '${context.name} --help' for more information.`;
  const [limit, ...words] = options.operands;
  if (limit === undefined || words.length === 0) throw new UsageError(hint, FAILED);
  const duration = (text: Bytes): number => {
    const ms = parseDuration(text);
    if (ms === undefined) throw new CommandError(`invalid time interval ${quote(text)}\n${hint}`, FAILED);
    return ms;
  };
  const signalText = options.get('s');
  const signal = signalText === undefined ? 'TERM' : parseSignal(signalText);
  if (signal === undefined) throw new CommandError(`${quote(signalText!)}: invalid signal\n${hint}`, FAILED);
  const killAfter = options.get('k');
  const plan = {
    limitMs: duration(limit),
    signal,
    killAfterMs: killAfter === undefined ? undefined : duration(killAfter),
    isForeground: options.has('foreground'),
    preservesStatus: options.has('preserve-status'),
    isVerbose: options.has('v'),
  };
  return { plan, words };
}

function* runProgram(process: Process, words: readonly Bytes[]): Task<number> {
  try {
    return yield* execute(process, findProgram(process, words[0]!, process.environment.get('PATH')), words, process.environment);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* process.write(2, `timeout: failed to run command ${quote(words[0]!)}: ${error.message}\n`);
    return error.code === 'ENOENT' ? 127 : 126;
  }
}

function* supervise(context: CommandContext, child: Process, plan: Plan): Task<number> {
  const { process } = context;
  const alarm = new Alarm(process);
  if (plan.limitMs > 0 && Number.isFinite(plan.limitMs)) alarm.set(plan.limitMs);
  let sent: SignalName | undefined;
  let hasTimedOut = false;
  let next: SignalName = plan.signal;
  while (!child.status) {
    yield waitForAny([child.ended.wait, alarm.rung.wait, process.signalled.wait]);
    const received = process.takeSignal();
    if (!alarm.takeRing() && received === undefined) continue;
    hasTimedOut ||= received === undefined;
    sent = received ?? next;
    if (plan.isVerbose) yield* context.complain(`sending signal ${sent} to command ${quote(context.args.at(-1)!)}`);
    send(process, child, sent, plan);
    if (plan.killAfterMs !== undefined && plan.killAfterMs > 0) {
      alarm.set(plan.killAfterMs);
      next = 'KILL';
    }
  }
  alarm.cancel();
  const status = yield* process.waitFor(child);
  if (hasTimedOut && !plan.preservesStatus) return sent === 'KILL' ? 137 : TIMED_OUT;
  if (status.signal !== undefined && !hasTimedOut) dieOf(process, status.signal);
  return exitCode(status);
}

/** The program gets the signal first, then whatever it started. */
function send(process: Process, child: Process, signal: SignalName, plan: Plan): void {
  const { kernel } = process;
  kernel.signal(child, signal);
  if (plan.isForeground) return;
  for (const member of kernel.group(process.group)) if (member !== process && member !== child) kernel.signal(member, signal);
  if (signal === 'KILL') dieOf(process, signal);
}

/** Ends as the program did, so that whoever waits sees the signal. */
function dieOf(process: Process, signal: SignalName): void {
  process.caught.delete(signal);
  if (process.pid !== 1) process.kernel.signal(process, signal);
}

class Alarm {
  readonly rung = new Broadcast();
  readonly #process: Process;
  #cancel: (() => void) | undefined;
  #hasRung = false;

  constructor(process: Process) {
    this.#process = process;
  }

  set(delayMs: number): void {
    this.cancel();
    this.#cancel = this.#process.kernel.host.sleep(Math.ceil(delayMs), () => {
      this.#hasRung = true;
      this.#cancel = undefined;
      this.rung.notify();
    });
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  takeRing(): boolean {
    const hasRung = this.#hasRung;
    this.#hasRung = false;
    return hasRung;
  }
}
