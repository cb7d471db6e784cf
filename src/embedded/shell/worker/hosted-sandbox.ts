import type { HttpRequest } from '../../network/http.ts';
import type { ProcessEnd } from '../container-process.ts';
import type { FetchOutcome, KernelHost } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { SandboxCore } from '../sandbox-core.ts';
import type { SandboxEffect, SandboxEvent, TurnOrder, TurnReport } from './messages.ts';

/** One sandbox inside a worker: hands events to its processes and collects what they do until all of them wait. */
export class HostedSandbox implements KernelHost {
  #core: SandboxCore | undefined;
  #nowMs = 0;
  #effects: SandboxEffect[] = [];
  #nextId = 1;
  readonly #processes = new Map<number, Process>();
  readonly #timers = new Map<number, () => void>();
  readonly #requests = new Map<number, (outcome: FetchOutcome) => void>();

  async turn({ nowMs, faults, events }: TurnOrder): Promise<TurnReport> {
    this.#nowMs = nowMs;
    for (const event of events) {
      this.#handle(event);
      if (event.kind === 'open' || faults) this.#core?.setFaults(new Map(faults));
    }
    await this.#core?.run();
    const effects = this.#effects;
    this.#effects = [];
    return { effects };
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(delayMs: number, done: () => void): () => void {
    const timer = this.#nextId++;
    this.#timers.set(timer, done);
    this.#effects.push({ kind: 'sleep', timer, delayMs });
    return () => {
      if (this.#timers.delete(timer)) this.#effects.push({ kind: 'wake', timer });
    };
  }

  fetch(message: HttpRequest, done: (outcome: FetchOutcome) => void): void {
    const request = this.#nextId++;
    this.#requests.set(request, done);
    this.#effects.push({ kind: 'fetch', request, message });
  }

  #handle(event: SandboxEvent): void {
    switch (event.kind) {
      case 'open':
        this.#core = new SandboxCore(event.spec, event.hostname, this);
        break;
      case 'start':
        this.#start(event);
        break;
      case 'signal':
        this.#withProcess(event.process, (process) => this.#core!.signal(process, event.name));
        break;
      case 'stdin':
        this.#withProcess(event.process, ({ session }) => session.feed(event.text));
        break;
      case 'stdin-end':
        this.#withProcess(event.process, ({ session }) => session.input?.end());
        break;
      case 'write-file':
        this.#core!.writeFile(event.path, event.file);
        break;
      case 'read-files':
        this.#effects.push({ kind: 'files', request: event.request, files: this.#core!.readFiles(event.path) });
        break;
      case 'timer':
        take(this.#timers, event.timer)?.();
        break;
      case 'response':
        take(this.#requests, event.request)?.(event.outcome);
        break;
    }
  }

  #start({ process: id, spec }: SandboxEvent & { kind: 'start' }): void {
    const process = this.#core!.start(spec, {
      output: (stream, text) => this.#output(id, stream, text),
      ended: (end) => this.#ended(id, end),
    });
    this.#processes.set(id, process);
  }

  /** Pieces that follow each other in one stream travel as one. */
  #output(process: number, stream: 'stdout' | 'stderr', text: string): void {
    const last = this.#effects.at(-1);
    if (last?.kind === 'output' && last.process === process && last.stream === stream) last.text += text;
    else this.#effects.push({ kind: 'output', process, stream, text });
  }

  #ended(process: number, end: ProcessEnd): void {
    this.#processes.delete(process);
    this.#effects.push({ kind: 'ended', process, end });
  }

  #withProcess(id: number, act: (process: Process) => void): void {
    const process = this.#processes.get(id);
    if (process) act(process);
  }
}

function take<V>(map: Map<number, V>, key: number): V | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}
