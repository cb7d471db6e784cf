import type { DrillPlan, DrillRecord, Drills } from '../../../../grader/index.ts';
import { snapshotOfObjects } from '../../../embedded/snapshot-of-objects.ts';
import { WorkerSandboxPool } from '../../../embedded/shell/worker-sandbox-pool.ts';
import { WorkerThreads } from '../../../embedded/shell/worker/worker-threads.ts';
import type { StoreSnapshot } from '../../../embedded/store/store.ts';
import type { DrillSource } from '../../backend.ts';
import { runDrill } from './drill.ts';

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
    const objects = await this.#source.objects();
    return { copy: snapshotOfObjects(objects).snapshot, nowMs: this.#source.now() };
  }
}
