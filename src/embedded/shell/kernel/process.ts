import type { HttpRequest } from '../../network/http.ts';
import { Broadcast, waitForAny } from './broadcast.ts';
import type { Bytes } from './bytes.ts';
import type { DescriptorTable } from './descriptor-table.ts';
import type { FileSystem } from './file-system.ts';
import type { FetchOutcome, Kernel } from './kernel.ts';
import { openFile } from './open-path.ts';
import type { OpenMode } from './open-path.ts';
import type { Coroutine } from './scheduler.ts';
import type { Session } from './session.ts';
import type { SignalName } from './signals.ts';
import { signalNumber } from './signals.ts';
import { SystemError } from './system-error.ts';
import type { Task } from './task.ts';

/** A program of the image: answers its exit code. */
export type Program = (process: Process) => Task<number>;

/** How a process ended. */
export type ProcessStatus = { code: number; signal?: undefined } | { signal: SignalName; code?: undefined };

/** The status as a shell's `$?` shows it. */
export function exitCode(status: ProcessStatus): number {
  return status.signal === undefined ? status.code : 128 + signalNumber(status.signal);
}

/** Thrown inside a process that a signal ends while it runs; nothing but the kernel catches it. */
export class Terminated extends Error {
  readonly signal: SignalName;

  constructor(signal: SignalName) {
    super(signal);
    this.signal = signal;
  }
}

/** What `fork` hands on from parent to child. */
export interface ProcessInheritance {
  session: Session;
  parent: Process | undefined;
  group: number | undefined;
  descriptors: DescriptorTable;
  workingDirectory: Bytes;
  user: number;
  umask: number;
  ignored: ReadonlySet<SignalName>;
  argv: readonly Bytes[];
  environment: ReadonlyMap<Bytes, Bytes>;
}

/** A process of the container: what it holds, and the system calls it may make. */
export class Process {
  readonly pid: number;
  readonly kernel: Kernel;
  readonly session: Session;
  readonly descriptors: DescriptorTable;
  /** Signals that do nothing to it. */
  readonly ignored: Set<SignalName>;
  /** Signals that it handles itself; they are noted in `pending`. */
  readonly caught = new Set<SignalName>();
  pending: SignalName[] = [];
  readonly signalled = new Broadcast();
  readonly ended = new Broadcast();
  /** Children that nobody has waited for yet, oldest first. */
  children: Process[] = [];
  parent: Process | undefined;
  group: number;
  /** Absolute, without symbolic links. */
  workingDirectory: Bytes;
  user: number;
  umask: number;
  argv: readonly Bytes[];
  environment: ReadonlyMap<Bytes, Bytes>;
  status: ProcessStatus | undefined;
  coroutine: Coroutine | undefined;

  constructor(kernel: Kernel, pid: number, from: ProcessInheritance) {
    this.kernel = kernel;
    this.pid = pid;
    this.session = from.session;
    this.parent = from.parent;
    this.group = from.group ?? pid;
    this.descriptors = from.descriptors;
    this.workingDirectory = from.workingDirectory;
    this.user = from.user;
    this.umask = from.umask;
    this.ignored = new Set(from.ignored);
    this.argv = from.argv;
    this.environment = from.environment;
  }

  get files(): FileSystem {
    return this.kernel.files;
  }

  /** Reads at most `limit` bytes; an empty answer is the end of the file. */
  *read(descriptor: number, limit = 65_536): Task<Bytes> {
    return yield* this.descriptors.get(descriptor).read(limit);
  }

  /** Writes all of the data; writing to a pipe that nobody reads raises SIGPIPE, and EPIPE where that is ignored. */
  *write(descriptor: number, data: Bytes): Task<void> {
    try {
      yield* this.descriptors.get(descriptor).write(data);
    } catch (error) {
      if (error instanceof SystemError && error.code === 'EPIPE') this.kernel.signal(this, 'PIPE');
      throw error;
    }
  }

  /** Opens a path and answers the lowest free descriptor. */
  open(path: Bytes, mode: OpenMode): number {
    return this.descriptors.add(openFile(this, path, mode));
  }

  /** Starts a child that runs `body`, sharing everything that `fork` shares. */
  fork(body: Program): Process {
    return this.kernel.fork(this, body);
  }

  /** Waits until a child has ended and answers how; the child is then forgotten. */
  *waitFor(child: Process): Task<ProcessStatus> {
    while (!child.status) yield child.ended.wait;
    this.children = this.children.filter((other) => other !== child);
    return child.status;
  }

  *sleep(delayMs: number): Task<void> {
    let isOver = false;
    const cancel = this.kernel.host.sleep(delayMs, () => {
      isOver = true;
      over.notify();
    });
    const over = new Broadcast();
    while (!isOver) {
      yield (wake) => {
        const forget = over.wait(wake);
        return () => {
          forget();
          cancel();
        };
      };
    }
  }

  /** Sends a request on the virtual network and waits for what becomes of it. */
  *fetch(request: HttpRequest): Task<FetchOutcome> {
    let outcome: FetchOutcome | undefined;
    const over = new Broadcast();
    this.kernel.host.fetch(request, (result) => {
      outcome = result;
      over.notify();
    });
    while (!outcome) yield over.wait;
    return outcome;
  }

  /** Waits for any child that has not been waited for, or for a caught signal; answers the child, or undefined when there is none or a signal came. */
  *waitForAnyChild(): Task<Process | undefined> {
    while (this.children.length > 0 && this.pending.length === 0) {
      const ended = this.children.find((child) => child.status);
      if (ended) {
        this.children = this.children.filter((child) => child !== ended);
        return ended;
      }
      yield waitForAny([this.signalled.wait, ...this.children.map((child) => child.ended.wait)]);
    }
    return undefined;
  }

  /** Takes one caught signal that has not been handled yet. */
  takeSignal(): SignalName | undefined {
    return this.pending.shift();
  }
}
