import { cpuUsage } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ProcessEnd } from '../container-process.ts';
import type { TurnOrder, TurnReport, WorkerInstruction, WorkerMessage } from './messages.ts';

/** What the interpreter itself needs, beside what a container may fill. */
const BASE_HEAP_MB = 24;
const YOUNG_GENERATION_MB = 8;
/** Whoever has not answered for so long, without using its processor time up, is stuck. */
const STUCK_MS = 60_000;

/** Who hears from a worker on behalf of one sandbox. */
export interface WorkerTenant {
  readonly sandbox: number;
  /** Processor time of one turn. */
  readonly cpuMs: number;
  reported(report: TurnReport): void;
  /** The worker has ended, and the sandbox's processes with it. */
  died(end: ProcessEnd): void;
}

/** A worker thread: runs turns of its tenants, and is ended by force when one of them takes too much time or memory. */
export class WorkerThread {
  readonly memoryMb: number;
  /** Not before this is it looked at as idle. */
  idleSinceMs = 0;
  readonly #worker: Worker;
  readonly #tenants = new Map<number, WorkerTenant>();
  readonly #onGone: (thread: WorkerThread) => void;
  #working: WorkerTenant[] = [];
  #busySinceMs = 0;
  #cpuAtStartMs = 0;
  #watch: NodeJS.Timeout | undefined;
  #isReady = false;
  #isGone = false;

  constructor(memoryMb: number, onGone: (thread: WorkerThread) => void) {
    this.memoryMb = memoryMb;
    this.#onGone = onGone;
    this.#worker = new Worker(WORKER, {
      name: 'sandbox',
      argv: [],
      env: {},
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb + BASE_HEAP_MB, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.#worker.unref();
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message));
    this.#worker.on('error', (error: Error & { code?: string }) => this.#die(endBecauseOf(error)));
    this.#worker.on('exit', () => this.#die(lost('its worker ended')));
  }

  get tenantCount(): number {
    return this.#tenants.size;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Whether a turn is under way, possibly one that nobody waits for any more. */
  get isWorking(): boolean {
    return this.#working.length > 0;
  }

  run(tenant: WorkerTenant, order: TurnOrder): void {
    this.#tenants.set(tenant.sandbox, tenant);
    this.#working.push(tenant);
    if (this.#working.length === 1) {
      this.#worker.ref();
      this.#beginTurn();
    }
    this.#tell({ kind: 'turn', order });
  }

  /** Loads programs ahead of need. */
  load(programs: readonly string[]): void {
    this.#tell({ kind: 'load', programs });
  }

  /** Drops a sandbox; nothing is heard of it afterwards. A turn of it that is under way is still watched. */
  evict(sandbox: number): void {
    if (this.#tenants.delete(sandbox) && !this.#isGone) this.#tell({ kind: 'forget', sandbox });
  }

  async terminate(): Promise<void> {
    this.#die(lost('it was closed'));
    await this.#worker.terminate();
  }

  #tell(instruction: WorkerInstruction): void {
    this.#worker.postMessage(instruction);
  }

  #receive(message: WorkerMessage): void {
    if (this.#isGone) return;
    this.#beginTurn();
    if (message.kind === 'ready') {
      this.#isReady = true;
      return;
    }
    const index = this.#working.findIndex(({ sandbox }) => sandbox === message.sandbox);
    const [tenant] = this.#working.splice(index, 1);
    if (this.#working.length === 0) this.#worker.unref();
    if (tenant && this.#tenants.get(tenant.sandbox) === tenant) tenant.reported(message.report);
  }

  #beginTurn(): void {
    this.#busySinceMs = performance.now();
    this.#cpuAtStartMs = processorMs();
    const [tenant] = this.#working;
    if (tenant && !this.#watch) this.#watchAfter(tenant.cpuMs);
  }

  #watchAfter(delayMs: number): void {
    this.#watch = setTimeout(() => this.#look(), delayMs).unref();
  }

  /** Ends the worker once its turn has had its time. Processor time is that of the whole process, so a busy machine never cuts a turn short. */
  #look(): void {
    this.#watch = undefined;
    const [tenant] = this.#working;
    if (!tenant || this.#isGone) return;
    const elapsedMs = performance.now() - this.#busySinceMs;
    const usedMs = Math.min(elapsedMs, processorMs() - this.#cpuAtStartMs);
    if (elapsedMs >= Math.max(STUCK_MS, tenant.cpuMs * 2)) this.#kill(lost('its worker does not answer'));
    else if (this.#isReady && usedMs >= tenant.cpuMs) this.#kill({ kind: 'killed', code: 137, reason: 'CPU time' });
    else this.#watchAfter(Math.max(1, tenant.cpuMs - (this.#isReady ? usedMs : 0)));
  }

  #kill(end: ProcessEnd): void {
    this.#die(end);
    void this.#worker.terminate();
  }

  /** The sandbox whose turn it is has brought this about; others that share the worker are lost with it. */
  #die(end: ProcessEnd): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#watch);
    const [culprit] = this.#working;
    const tenants = [...this.#tenants.values()];
    this.#working = [];
    this.#tenants.clear();
    this.#onGone(this);
    for (const tenant of tenants) tenant.died(tenant === culprit ? end : lost('another container that shared its worker was killed'));
  }
}

/** The program of a worker: compiled, also when this runs from its source. */
const WORKER = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../../dist/src/embedded/shell/worker/sandbox-worker.js' : 'sandbox-worker.js',
    import.meta.url,
  ),
);

function endBecauseOf(error: Error & { code?: string }): ProcessEnd {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'killed', code: 137, reason: 'OOMKilled' };
  return lost(`an internal error: ${error.message}`);
}

function lost(why: string): ProcessEnd {
  return { kind: 'cannot-simulate', message: `the sandbox is gone: ${why}` };
}

function processorMs(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}
