import type { DrillPlan, DrillRecord, Drills } from '../../../grader/index.ts';
import { DEFAULT_MEMORY_MB } from '../../embedded/kubelet/launch.ts';
import { snapshotOfObjects } from '../../embedded/snapshot-of-objects.ts';
import { WorkerSandboxPool } from '../../embedded/shell/worker-sandbox-pool.ts';
import { WorkerThreads } from '../../embedded/shell/worker/worker-threads.ts';
import type { StoreSnapshot } from '../../embedded/store/store.ts';
import type { DrillSource, OpenDrills } from '../backend.ts';
import { runDrill } from './drills/drill.ts';

/** Drills that have threads of their own for what containers run. */
export function createDrills(source: DrillSource): OpenDrills {
  const threads = new WorkerThreads();
  const drills = new CopyDrills(source, threads);
  return { run: (plan) => drills.run(plan), close: () => threads.close() };
}

/** Drills on copies of a cluster, all as it is when the first one begins. The cluster itself is only read, and only then. */
export class CopyDrills implements Drills {
  readonly #source: DrillSource;
  readonly #threads: WorkerThreads;
  #copy: Promise<{ copy: StoreSnapshot; nowMs: number }> | undefined;

  constructor(source: DrillSource, threads: WorkerThreads) {
    this.#source = source;
    this.#threads = threads;
  }

  async run(plan: DrillPlan): Promise<DrillRecord> {
    this.#copy ??= this.#takeCopy();
    const start = await this.#copy;
    const sandboxes = new WorkerSandboxPool(this.#threads);
    try {
      return await runDrill(plan, { ...start, sandboxes });
    } finally {
      await sandboxes.close();
    }
  }

  async #takeCopy(): Promise<{ copy: StoreSnapshot; nowMs: number }> {
    // Why: a thread takes about as long to come up as the copy does, and the first scan would wait for it.
    this.#threads.warm(DEFAULT_MEMORY_MB);
    const objects = await this.#source.objects();
    return { copy: snapshotOfObjects(objects).snapshot, nowMs: this.#source.now() };
  }
}
