import type { CommandFault } from '../../faults.ts';
import type { HttpRequest, HttpResponse, NetworkErrorCode } from '../../network/http.ts';
import type { ProcessEnd } from '../container-process.ts';
import { fromBytes, type Bytes } from './bytes.ts';
import { CannotSimulate } from './cannot-simulate.ts';
import { DescriptorTable } from './descriptor-table.ts';
import { execute, findProgram } from './execute.ts';
import type { FileSystem } from './file-system.ts';
import { DeviceFile } from './open-file.ts';
import type { Program, ProcessInheritance, ProcessStatus } from './process.ts';
import { exitCode, Process, Terminated } from './process.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import type { SessionListener } from './session.ts';
import { Session } from './session.ts';
import type { SignalName } from './signals.ts';
import { defaultAction } from './signals.ts';
import { InputStream, OutputStream } from './standard-streams.ts';
import { SystemError } from './system-error.ts';
import { Terminal } from './terminal.ts';
import type { Task } from './task.ts';

/** What became of a request: an answer, or why there is none. */
export type FetchOutcome = { response: HttpResponse; error?: undefined } | { error: NetworkErrorCode; response?: undefined };

/** What the kernel needs from outside: time and the network. */
export interface KernelHost {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `done` once the time has passed, unless the answer is called before. */
  sleep(delayMs: number, done: () => void): () => void;
  fetch(request: HttpRequest, done: (outcome: FetchOutcome) => void): void;
}

/** Gives the code of a program; a promise where it has to be loaded first, undefined where the sandbox has none. */
export type ProgramSource = (name: string) => Program | Promise<Program> | undefined;

export interface KernelOptions {
  host: KernelHost;
  files: FileSystem;
  programs: ProgramSource;
  hostname: string;
  /** Process 1 is none of the kernel's. */
  isBesideServer: boolean;
  /** Bytes of output of one session; more ends it. */
  outputBytes: number;
  /** Bytes that one string in a program may have; more counts as running out of memory. */
  stringBytes: number;
}

/** A program as the outside starts it; strings are bytes. */
export interface StartOptions {
  argv: readonly Bytes[];
  environment: ReadonlyMap<Bytes, Bytes>;
  workingDirectory: Bytes;
  user: number;
  hasStdin: boolean;
  hasTty: boolean;
  /** The outside gets bytes instead of the text that they stand for. */
  carriesBytes: boolean;
}

const EXEC_COST_MS = 1;
const LONGEST_DEBT_MS = 25;
const FIRST_PID_BESIDE_SERVER = 7;

/** The processes of one container. The first one started is process 1, unless that is a server outside: when it ends, all others are killed. */
export class Kernel {
  readonly host: KernelHost;
  readonly files: FileSystem;
  readonly hostname: string;
  readonly random: Random;
  readonly stringBytes: number;
  /** Programs that are broken on purpose. */
  faults: ReadonlyMap<string, CommandFault> = new Map();
  readonly #programs: ProgramSource;
  readonly #outputBytes: number;
  readonly #scheduler = new Scheduler();
  readonly #processes = new Map<number, Process>();
  #nextPid: number;
  #debtMs = 0;

  constructor(options: KernelOptions) {
    this.host = options.host;
    this.files = options.files;
    this.hostname = options.hostname;
    this.stringBytes = options.stringBytes;
    this.random = new Random(options.hostname);
    this.#programs = options.programs;
    this.#nextPid = options.isBesideServer ? FIRST_PID_BESIDE_SERVER : 1;
    this.#outputBytes = options.outputBytes;
  }

  /** Lets every process run until all wait; answers what to await first when a program has to be loaded. */
  run(): Promise<unknown> | undefined {
    return this.#scheduler.run();
  }

  /** Starts a program the way a container runtime does. It runs at the next `run`. */
  start(options: StartOptions, listener: SessionListener): Process {
    const session = new Session(listener, { outputBytes: this.#outputBytes, carriesBytes: options.carriesBytes });
    const descriptors = options.hasTty ? this.#openTerminal(session, options.hasStdin) : this.#openStreams(session, options.hasStdin);
    const { argv, environment, workingDirectory, user } = options;
    session.root = this.#launch(
      {
        session,
        parent: undefined,
        group: undefined,
        descriptors,
        workingDirectory,
        user,
        umask: 0o022,
        ignored: new Set(),
        argv,
        environment,
      },
      (process) => this.#runEntrypoint(process),
    );
    return session.root;
  }

  fork(parent: Process, body: Program): Process {
    const child = this.#launch({ ...inheritance(parent), parent, group: parent.group }, body);
    parent.children.push(child);
    return child;
  }

  process(pid: number): Process | undefined {
    return this.#processes.get(pid);
  }

  /** The processes of a group, oldest first. */
  group(group: number): Process[] {
    return [...this.#processes.values()].filter((process) => process.group === group);
  }

  /** Every process that has not ended, oldest first. */
  all(): Process[] {
    return [...this.#processes.values()];
  }

  /** Sends a signal. Process 1 is safe from signals that it does not catch, except for SIGKILL from outside. */
  signal(target: Process, name: SignalName, isFromOutside = false): void {
    if (target.status) return;
    if (target.caught.has(name) && name !== 'KILL') {
      target.pending.push(name);
      target.signalled.notify();
      return;
    }
    const isForced = name === 'KILL' && (isFromOutside || target.pid !== 1);
    const action = defaultAction(name);
    if (!isForced && (target.ignored.has(name) || target.pid === 1 || action === 'ignore')) return;
    if (action === 'stop') throw new CannotSimulate(`stopping a process with SIG${name} is not modelled`);
    this.#terminate(target, name);
  }

  /** The code of a program, loading it while everything else stands still. */
  *loadProgram(name: string): Task<Program> {
    const source = this.#programs(name);
    if (source === undefined) throw new CannotSimulate(`the program ${name} is not modelled`);
    if (typeof source === 'function') return source;
    let program: Program | undefined;
    let failure: unknown;
    this.#scheduler.stallUntil(
      source.then(
        (loaded) => {
          program = loaded;
        },
        (error: unknown) => {
          failure = error;
        },
      ),
    );
    yield () => () => undefined;
    if (!program) throw failure;
    return program;
  }

  /** Starting programs takes a little time, so that a script that polls without sleeping gets somewhere. */
  *chargeForExec(process: Process): Task<void> {
    this.#debtMs += EXEC_COST_MS;
    if (this.#debtMs < LONGEST_DEBT_MS) return;
    const debtMs = this.#debtMs;
    this.#debtMs = 0;
    yield* process.sleep(debtMs);
  }

  /** Ends a session and its processes from within, for example because the sandbox lacks something. */
  endSession(session: Session, end: ProcessEnd): void {
    session.end(end);
    for (const process of this.all()) if (process.session === session) this.#terminate(process, 'KILL', true);
  }

  #openStreams(session: Session, hasStdin: boolean): DescriptorTable {
    const input = hasStdin ? new InputStream() : undefined;
    session.input = input;
    const descriptors = new DescriptorTable();
    descriptors.set(0, input ?? new DeviceFile(undefined));
    descriptors.set(1, new OutputStream(this.#emitter(session, 'stdout')));
    descriptors.set(2, new OutputStream(this.#emitter(session, 'stderr')));
    return descriptors;
  }

  #openTerminal(session: Session, hasStdin: boolean): DescriptorTable {
    const terminal = new Terminal({
      show: (data) => void session.emit('stdout', data),
      write: this.#emitter(session, 'stdout'),
      interrupt: () => {
        for (const process of this.all()) if (process.session === session) this.signal(process, 'INT');
      },
    });
    if (hasStdin) session.input = terminal;
    const descriptors = new DescriptorTable();
    for (const descriptor of [0, 1, 2]) descriptors.set(descriptor, terminal);
    return descriptors;
  }

  #emitter(session: Session, stream: 'stdout' | 'stderr'): (data: Bytes) => void {
    return (data) => {
      if (session.emit(stream, data)) return;
      this.endSession(session, { kind: 'killed', code: 137, reason: `more than ${this.#outputBytes} bytes of output` });
      throw new Terminated('KILL');
    };
  }

  #launch(from: ProcessInheritance, body: Program): Process {
    const process = new Process(this, this.#nextPid++, from);
    this.#processes.set(process.pid, process);
    process.coroutine = this.#scheduler.start(this.#main(process, body));
    return process;
  }

  *#main(process: Process, body: Program): Task<void> {
    const status = yield* this.#outcome(process, body);
    this.#finish(process, status);
  }

  *#outcome(process: Process, body: Program): Task<ProcessStatus> {
    try {
      return { code: (yield* body(process)) & 255 };
    } catch (error) {
      if (error instanceof Terminated) return { signal: error.signal };
      if (error instanceof RangeError) return this.#exhausted(process, error);
      const message = error instanceof CannotSimulate ? error.message : `an internal error of the sandbox: ${String(error)}`;
      this.endSession(process.session, { kind: 'cannot-simulate', message });
      return { signal: 'KILL' };
    }
  }

  /** Recursion without end overflows the stack of a real program; a string without end fills its memory. */
  #exhausted(process: Process, error: RangeError): ProcessStatus {
    if (error.message.includes('call stack')) return { signal: 'SEGV' };
    this.endSession(process.session, { kind: 'killed', code: 137, reason: 'OOMKilled' });
    return { signal: 'KILL' };
  }

  *#runEntrypoint(process: Process): Task<number> {
    let path: Bytes;
    try {
      path = findProgram(process, process.argv[0] ?? '', process.environment.get('PATH'));
    } catch (error) {
      if (error instanceof SystemError) return this.#notStarted(process, notFound(process.argv[0] ?? '', error));
      throw error;
    }
    try {
      if (process.files.node(process.workingDirectory, process).kind !== 'directory') throw new SystemError('ENOTDIR');
    } catch (error) {
      if (error instanceof SystemError) return this.#notStarted(process, cannotEnter(process.workingDirectory, error));
      throw error;
    }
    try {
      return yield* execute(process, path, process.argv, process.environment);
    } catch (error) {
      if (error instanceof SystemError) return 126;
      throw error;
    }
  }

  #notStarted({ session }: Process, { code, problem }: StartProblem): number {
    session.end({ kind: 'not-started', code, problem });
    return code;
  }

  #terminate(target: Process, signal: SignalName, isForced = false): void {
    const isRunning = target.coroutine !== undefined && target.coroutine === this.#scheduler.running;
    if (isRunning && !isForced) throw new Terminated(signal);
    if (target.coroutine) this.#scheduler.drop(target.coroutine);
    this.#finish(target, { signal });
  }

  #finish(process: Process, status: ProcessStatus): void {
    if (process.status) return;
    process.status = status;
    this.#processes.delete(process.pid);
    process.descriptors.closeAll();
    for (const child of process.children) child.parent = undefined;
    process.children = [];
    const isFirst = process.pid === 1;
    if (process.session.root === process) process.session.end(toProcessEnd(status));
    process.ended.notify();
    if (isFirst) for (const other of this.all()) this.#terminate(other, 'KILL', true);
  }
}

function inheritance(parent: Process): Omit<ProcessInheritance, 'parent' | 'group'> {
  return {
    session: parent.session,
    descriptors: parent.descriptors.copy(),
    workingDirectory: parent.workingDirectory,
    user: parent.user,
    umask: parent.umask,
    ignored: parent.ignored,
    argv: parent.argv,
    environment: parent.environment,
  };
}

function toProcessEnd(status: ProcessStatus): ProcessEnd {
  return status.signal === undefined ? { kind: 'exited', code: status.code } : { kind: 'killed', code: exitCode(status) };
}

/** Why a program was not run, and the exit code that tells so. */
type StartProblem = Pick<ProcessEnd & { kind: 'not-started' }, 'code' | 'problem'>;

/** Models what runc says of os/exec LookPath. */
function notFound(name: Bytes, { code, message }: SystemError): StartProblem {
  const program = fromBytes(name);
  const said = `exec: ${JSON.stringify(program)}`;
  if (code === 'EACCES') return { code: 126, problem: `${said}: permission denied` };
  if (!program.includes('/')) return { code: 127, problem: `${said}: executable file not found in $PATH` };
  return { code: 127, problem: `${said}: stat ${program}: ${message.toLowerCase()}` };
}

/** Models runc libcontainer/init_linux.go finalizeNamespace. */
function cannotEnter(folder: Bytes, { message }: SystemError): StartProblem {
  return { code: 127, problem: `chdir to cwd (${JSON.stringify(fromBytes(folder))}) set in config.json failed: ${message.toLowerCase()}` };
}
