import { NetworkError } from '../../network/http.ts';
import type {
  FileSpec,
  ProcessEnd,
  ProcessHooks,
  ProcessSpec,
  Sandbox,
  SandboxHost,
  SandboxProcess,
  SandboxSpec,
} from '../container-process.ts';
import type { FetchOutcome } from '../kernel/kernel.ts';
import type { SandboxEffect, SandboxEvent, TurnReport } from './messages.ts';
import type { ExpectedReport, ReportOrder } from './report-order.ts';
import type { WorkerTenant, WorkerThread } from './worker-thread.ts';
import type { WorkerThreads } from './worker-threads.ts';

export interface WorkerSandboxOptions {
  id: number;
  spec: SandboxSpec;
  host: SandboxHost;
  threads: WorkerThreads;
  order: ReportOrder;
  onDisposed(): void;
}

/**
 * A sandbox whose processes run in a worker. It works in turns: what happens outside is collected, sent as one message, and the clock
 * is held until the report is there and has been acted on, so that no virtual time passes while a worker computes.
 */
export class WorkerSandbox implements Sandbox, WorkerTenant {
  readonly sandbox: number;
  readonly cpuMs: number;
  readonly #options: WorkerSandboxOptions;
  readonly #processes = new Map<number, ProcessHooks>();
  readonly #timers = new Map<number, () => void>();
  readonly #reads = new Map<number, (files: Record<string, FileSpec>) => void>();
  #thread: WorkerThread | undefined;
  #events: SandboxEvent[] = [];
  #expected: ExpectedReport | undefined;
  #report: TurnReport | undefined;
  #release: (() => void) | undefined;
  #sentFaults = '[]';
  #nextId = 1;
  #isOpen = false;
  #isDisposed = false;
  /** How the worker ended, if it did. */
  #death: ProcessEnd | undefined;

  constructor(options: WorkerSandboxOptions) {
    this.#options = options;
    this.sandbox = options.id;
    this.cpuMs = options.spec.limits.cpuMs;
  }

  start(spec: ProcessSpec, hooks: ProcessHooks): SandboxProcess {
    const process = this.#nextId++;
    this.#processes.set(process, hooks);
    this.#open(spec.hostname);
    this.#notify({ kind: 'start', process, spec });
    return {
      signal: (name) => this.#notify({ kind: 'signal', process, name }),
      writeStdin: (text) => this.#notify({ kind: 'stdin', process, text }),
      closeStdin: () => this.#notify({ kind: 'stdin-end', process }),
    };
  }

  writeFile(path: string, file: FileSpec): void {
    this.#open('localhost');
    this.#notify({ kind: 'write-file', path, file });
  }

  async readFiles(path: string): Promise<Record<string, FileSpec>> {
    if (this.#isDisposed || this.#death) return {};
    const request = this.#nextId++;
    const answer = new Promise<Record<string, FileSpec>>((resolve) => {
      this.#reads.set(request, resolve);
    });
    this.#open('localhost');
    this.#notify({ kind: 'read-files', request, path });
    return answer;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#processes.clear();
    this.#forgetOutside();
    this.#thread?.evict(this.sandbox);
    if (this.#thread) this.#options.threads.giveBack(this.#thread);
    this.#expected?.forget();
    this.#letTimePass();
    this.#options.onDisposed();
  }

  reported(report: TurnReport): void {
    this.#report = report;
    this.#expected?.deliver(() => this.#settle());
  }

  died(end: ProcessEnd): void {
    this.#death = end;
    this.#thread = undefined;
    this.#holdTime();
    this.#expected ??= this.#options.order.expect();
    this.#expected.deliver(() => this.#settle());
  }

  /** The container's files are laid out when they are first needed. */
  #open(hostname: string): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const { spec } = this.#options;
    this.#notify({ kind: 'open', spec, hostname: spec.hostname ?? hostname });
  }

  #notify(event: SandboxEvent): void {
    if (this.#isDisposed) return;
    this.#holdTime();
    this.#events.push(event);
    // Why: what else happens at this moment goes into the same message.
    if (this.#events.length === 1 && !this.#expected) queueMicrotask(() => this.#beginTurn());
  }

  #beginTurn(): void {
    if (this.#isDisposed || this.#expected) return;
    if (this.#death) {
      this.#events = [];
      this.#endAll();
      this.#letTimePass();
      return;
    }
    if (this.#events.length === 0) return;
    const { spec, host, threads, order } = this.#options;
    const events = this.#events;
    this.#events = [];
    this.#expected = order.expect();
    this.#thread ??= threads.take(spec.limits.memoryMb);
    this.#thread.run(this, { sandbox: this.sandbox, nowMs: host.now(), events, ...this.#changedFaults() });
  }

  /** Acts on what has come back, which may be a report and the end of the worker after it. */
  #settle(): void {
    this.#expected = undefined;
    const { effects = [] } = this.#report ?? {};
    this.#report = undefined;
    for (const effect of effects) if (!this.#isDisposed) this.#apply(effect);
    if (this.#isDisposed) return;
    if (this.#death || this.#events.length > 0) this.#beginTurn();
    else this.#letTimePass();
  }

  #changedFaults(): Pick<Parameters<WorkerThread['run']>[1], 'faults'> {
    const { spec, host } = this.#options;
    const faults = spec.commands.flatMap((command) => {
      const fault = host.commandFault?.(command);
      return fault ? [[command, fault] as const] : [];
    });
    const text = JSON.stringify(faults);
    if (text === this.#sentFaults) return {};
    this.#sentFaults = text;
    return { faults };
  }

  #apply(effect: SandboxEffect): void {
    switch (effect.kind) {
      case 'output':
        this.#processes.get(effect.process)?.onOutput(effect.stream, effect.text);
        break;
      case 'ended':
        this.#end(effect.process, effect.end);
        break;
      case 'sleep':
        this.#sleep(effect.timer, effect.delayMs);
        break;
      case 'wake':
        this.#timers.get(effect.timer)?.();
        this.#timers.delete(effect.timer);
        break;
      case 'fetch':
        void this.#fetch(effect);
        break;
      case 'files':
        this.#reads.get(effect.request)?.(effect.files);
        this.#reads.delete(effect.request);
        break;
    }
  }

  #sleep(timer: number, delayMs: number): void {
    const cancel = this.#options.host.sleep(delayMs, () => {
      this.#timers.delete(timer);
      this.#notify({ kind: 'timer', timer });
    });
    this.#timers.set(timer, cancel);
  }

  async #fetch({ request, message }: SandboxEffect & { kind: 'fetch' }): Promise<void> {
    let outcome: FetchOutcome;
    try {
      outcome = { response: await this.#options.host.fetch(message) };
    } catch (error) {
      outcome = { error: error instanceof NetworkError ? error.code : 'ECONNRESET' };
    }
    this.#notify({ kind: 'response', request, outcome });
  }

  #end(process: number, end: ProcessEnd): void {
    const hooks = this.#processes.get(process);
    this.#processes.delete(process);
    hooks?.onEnd(end);
  }

  #endAll(): void {
    this.#forgetOutside();
    for (const process of [...this.#processes.keys()]) this.#end(process, this.#death!);
  }

  #forgetOutside(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    for (const resolve of this.#reads.values()) resolve({});
    this.#reads.clear();
  }

  #holdTime(): void {
    this.#release ??= this.#options.host.hold();
  }

  #letTimePass(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
