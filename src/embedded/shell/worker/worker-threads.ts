import { WorkerThread } from './worker-thread.ts';

/** Memory limits are rounded up to one of these, so that a warm worker fits the next sandbox. */
const MEMORY_CLASSES_MB = [32, 64, 128, 256, 512];
/** From here on sandboxes share workers, side by side. */
const MOST_WORKERS = 16;
const MOST_IDLE = 4;
/** How long a worker is kept without a sandbox. */
const IDLE_MS = 10_000;

/** Worker threads for sandboxes of any cluster in this process: made on first use, kept for a while, ended when nobody comes. */
export class WorkerThreads {
  readonly #threads = new Set<WorkerThread>();
  #sweep: NodeJS.Timeout | undefined;

  /** Makes a worker ahead of need, with programs that are likely to be run, so that the first container does not wait for them. */
  warm(memoryMb: number, programs: readonly string[] = []): void {
    const classMb = memoryClass(memoryMb);
    if ([...this.#threads].some((thread) => isFree(thread) && thread.memoryMb === classMb)) return;
    const thread = this.#create(classMb);
    thread.load(programs);
    this.#idle(thread);
  }

  /** A worker for a new sandbox: a warm one, a new one, or, when there are many, one that others use too. */
  take(memoryMb: number): WorkerThread {
    const classMb = memoryClass(memoryMb);
    const threads = [...this.#threads];
    const warm = threads.find((thread) => isFree(thread) && thread.memoryMb === classMb);
    if (warm) return warm;
    if (threads.length < MOST_WORKERS) return this.#create(classMb);
    const roomy = threads.filter((thread) => thread.memoryMb >= classMb);
    if (roomy.length === 0) return this.#create(classMb);
    return roomy.reduce((least, thread) => (thread.tenantCount < least.tenantCount ? thread : least));
  }

  giveBack(thread: WorkerThread): void {
    if (!thread.isGone && thread.tenantCount === 0) this.#idle(thread);
  }

  /** Ends every worker. */
  async close(): Promise<void> {
    clearTimeout(this.#sweep);
    await Promise.all([...this.#threads].map(async (thread) => thread.terminate()));
  }

  #create(classMb: number): WorkerThread {
    const thread = new WorkerThread(classMb, (gone) => this.#threads.delete(gone));
    this.#threads.add(thread);
    return thread;
  }

  #idle(thread: WorkerThread): void {
    thread.idleSinceMs = performance.now();
    const spare = [...this.#threads].filter(isFree).slice(0, -MOST_IDLE);
    for (const other of spare) void other.terminate();
    this.#sweep ??= setTimeout(() => this.#endIdle(), IDLE_MS).unref();
  }

  #endIdle(): void {
    this.#sweep = undefined;
    const latestMs = performance.now() - IDLE_MS;
    for (const thread of [...this.#threads]) if (isFree(thread) && thread.idleSinceMs <= latestMs) void thread.terminate();
    const isAnyUnused = [...this.#threads].some(({ tenantCount }) => tenantCount === 0);
    if (isAnyUnused) this.#sweep = setTimeout(() => this.#endIdle(), IDLE_MS).unref();
  }
}

function isFree(thread: WorkerThread): boolean {
  return thread.tenantCount === 0 && !thread.isWorking;
}

function memoryClass(memoryMb: number): number {
  return MEMORY_CLASSES_MB.find((classMb) => classMb >= memoryMb) ?? MEMORY_CLASSES_MB.at(-1)!;
}
