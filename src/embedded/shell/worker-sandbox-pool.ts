import type { Sandbox, SandboxHost, SandboxPool, SandboxSpec } from './container-process.ts';
import { ReportOrder } from './worker/report-order.ts';
import { WorkerSandbox } from './worker/worker-sandbox.ts';
import { WorkerThreads } from './worker/worker-threads.ts';

/**
 * Sandboxes in worker threads that see neither files, processes nor network of the machine. What the sandboxes of one pool do
 * happens in the same order every time, so a cluster has a pool of its own; several may share their threads.
 */
export class WorkerSandboxPool implements SandboxPool {
  readonly #threads: WorkerThreads;
  readonly #ownsThreads: boolean;
  readonly #order = new ReportOrder();
  readonly #sandboxes = new Set<Sandbox>();
  static #nextId = 1;

  /** Without threads to share it makes its own on first use, and ends them with `close`. */
  constructor(threads?: WorkerThreads) {
    this.#threads = threads ?? new WorkerThreads();
    this.#ownsThreads = threads === undefined;
  }

  open(spec: SandboxSpec, host: SandboxHost): Sandbox {
    const sandbox: Sandbox = new WorkerSandbox({
      id: WorkerSandboxPool.#nextId++,
      spec,
      host,
      threads: this.#threads,
      order: this.#order,
      onDisposed: () => this.#sandboxes.delete(sandbox),
    });
    this.#sandboxes.add(sandbox);
    return sandbox;
  }

  /** Makes a worker ahead of need. */
  warm(memoryMb: number): void {
    this.#threads.warm(memoryMb);
  }

  async close(): Promise<void> {
    for (const sandbox of [...this.#sandboxes]) sandbox.dispose();
    if (this.#ownsThreads) await this.#threads.close();
  }
}
