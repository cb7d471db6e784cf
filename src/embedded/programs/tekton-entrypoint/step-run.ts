import { Buffer } from 'node:buffer';
import { Broadcast, waitForAny } from '../../shell/kernel/broadcast.ts';
import { fromBytes, toBytes } from '../../shell/kernel/bytes.ts';
import { execute, findProgram } from '../../shell/kernel/execute.ts';
import { exitCode, type Process } from '../../shell/kernel/process.ts';
import { SystemError } from '../../shell/kernel/system-error.ts';
import type { Task } from '../../shell/kernel/task.ts';
import type { EntrypointFlags } from './flags.ts';

const POLL_MS = 1_000;
/** Go has -1 for a command that a signal has ended, and that is what is left of it. */
const ENDED_BY_SIGNAL = 255;
const RESULTS_FOLDER = '/tekton/results';
const LONGEST_MESSAGE_BYTES = 4_096;
const TOO_LONG = 'Termination message is above max allowed size 4096, caused by large task result.';
const WordType = { taskResult: 1, internal: 3, stepResult: 4 } as const;

interface Word {
  key: string;
  value: string;
  type: number;
}

/** One step: waits, runs its command, and leaves behind what the next step, the kubelet and the controller look for. */
export class StepRun {
  readonly #process: Process;
  readonly #flags: EntrypointFlags;
  readonly #words: Word[] = [];

  constructor(process: Process, flags: EntrypointFlags) {
    this.#process = process;
    this.#flags = flags;
  }

  *run(): Task<number> {
    const code = yield* this.#waitAndRun();
    if (this.#leaveLastWords()) return code;
    yield* this.#log(TOO_LONG);
    return 1;
  }

  *#waitAndRun(): Task<number> {
    const isGoingOn = yield* this.#waitForStepBefore();
    this.#note('StartedAt', new Date(this.#process.kernel.host.now()).toISOString());
    if (!isGoingOn) {
      this.#note('Reason', 'Skipped');
      this.#writePostFile('.err');
      yield* this.#log('Skipping step because a previous step failed');
      return 1;
    }
    const code = yield* this.#runCommand();
    this.#collectResults();
    return code;
  }

  /**
   * Answers whether the step before went well. What comes into a file by the downward API is not seen by containers that run here: the kubelet
   * brings it about a second after the controller has written it, so that is how long the first step waits.
   */
  *#waitForStepBefore(): Task<boolean> {
    if (this.#flags.waitsForContent) {
      yield* this.#process.sleep(POLL_MS);
      return true;
    }
    for (const file of this.#flags.waitFiles) {
      for (;;) {
        if (this.#exists(file)) break;
        if (this.#exists(`${file}.err`)) return false;
        yield* this.#process.sleep(POLL_MS);
      }
    }
    return true;
  }

  *#runCommand(): Task<number> {
    const { command, continuesOnError, timeoutMs, stepResults, metadataFolder } = this.#flags;
    if (stepResults.length > 0) this.#process.files.installDirectory(toBytes(`${metadataFolder}/results`), 0o777);
    const outcome = yield* this.#supervise(command, timeoutMs);
    if (outcome.kind === 'not-started') {
      this.#writePostFile('.err');
      yield* this.#log(`Error executing command: fork/exec ${command[0]}: ${outcome.problem}`);
      return 1;
    }
    if (outcome.kind === 'timed-out') {
      this.#note('Reason', 'TimeoutExceeded');
      this.#writePostFile('.err');
      yield* this.#log('context deadline exceeded');
      return 1;
    }
    if (outcome.code !== 0 && !continuesOnError) {
      this.#writePostFile('.err');
      return outcome.code;
    }
    if (outcome.code !== 0) this.#note('ExitCode', String(outcome.code));
    this.#writePostFile('');
    this.#writeFile(`${metadataFolder}/exitCode`, String(outcome.code));
    return 0;
  }

  /** Runs the command in a process group of its own, and passes on the signals that this process gets. */
  *#supervise(command: readonly string[], limitMs: number | undefined): Task<CommandOutcome> {
    const process = this.#process;
    const words = command.map(toBytes);
    const path = this.#find(words[0] ?? '');
    if (path instanceof SystemError) return { kind: 'not-started', problem: goText(path) };
    for (const name of ['TERM', 'INT', 'HUP'] as const) process.caught.add(name);
    let problem: SystemError | undefined;
    const child = process.fork(function* (forked) {
      try {
        return yield* execute(forked, path, words, forked.environment);
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        problem = error;
        return 1;
      }
    });
    const alarm = new Broadcast();
    let isOverdue = false;
    const cancel =
      limitMs === undefined
        ? () => undefined
        : process.kernel.host.sleep(limitMs, () => {
            isOverdue = true;
            alarm.notify();
          });
    while (!child.status) {
      yield waitForAny([child.ended.wait, process.signalled.wait, alarm.wait]);
      for (let signal = process.takeSignal(); signal !== undefined; signal = process.takeSignal()) process.kernel.signal(child, signal);
      if (isOverdue && !child.status) {
        process.kernel.signal(child, 'KILL');
        return { kind: 'timed-out' };
      }
    }
    cancel();
    const status = yield* process.waitFor(child);
    return problem
      ? { kind: 'not-started', problem: goText(problem) }
      : { kind: 'ended', code: 'signal' in status ? ENDED_BY_SIGNAL : exitCode(status) };
  }

  #find(name: string): string | SystemError {
    try {
      return findProgram(this.#process, name, this.#process.environment.get('PATH'));
    } catch (error) {
      if (error instanceof SystemError) return error;
      throw error;
    }
  }

  /** What the step has written where results are looked for; a result that it has not written is none. */
  #collectResults(): void {
    const { results, stepResults, metadataFolder } = this.#flags;
    for (const name of results) this.#collect(name, `${RESULTS_FOLDER}/${name}`, WordType.taskResult);
    for (const name of stepResults) this.#collect(name, `${metadataFolder}/results/${name}`, WordType.stepResult);
  }

  #collect(key: string, path: string, type: number): void {
    const node = this.#process.files.find(toBytes(path), this.#process);
    if (node?.kind === 'file') this.#words.push({ key, value: fromBytes(node.content), type });
  }

  /** Answers false when there is more to say than fits. */
  #leaveLastWords(): boolean {
    const message = JSON.stringify(this.#words);
    if (Buffer.byteLength(message) > LONGEST_MESSAGE_BYTES) return false;
    this.#writeFile(this.#flags.terminationPath, message);
    return true;
  }

  #note(key: string, value: string): void {
    this.#words.push({ key, value, type: WordType.internal });
  }

  #writePostFile(suffix: '' | '.err'): void {
    if (this.#flags.postFile !== undefined) this.#writeFile(`${this.#flags.postFile}${suffix}`, '');
  }

  /** As root would: the folders of the entrypoint are its own, whoever the step runs as. */
  #writeFile(path: string, content: string): void {
    this.#process.files.install(toBytes(path), { content: toBytes(content), mode: 0o644 });
  }

  #exists(path: string): boolean {
    return this.#process.files.find(toBytes(path), this.#process) !== undefined;
  }

  *#log(message: string): Task<void> {
    const stamp = new Date(this.#process.kernel.host.now()).toISOString().replace('T', ' ').slice(0, 19).replaceAll('-', '/');
    yield* this.#process.write(2, toBytes(`${stamp} ${message}\n`));
  }
}

type CommandOutcome = { kind: 'ended'; code: number } | { kind: 'timed-out' } | { kind: 'not-started'; problem: string };

/** A system error as Go has it. */
function goText({ message }: SystemError): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
