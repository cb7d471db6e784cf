import { DEFAULT_MEMORY_MB } from '../../embedded/kubelet/default-memory.ts';
import { WorkerThreads } from '../../embedded/shell/worker/worker-threads.ts';
import type { DrillSource, OpenDrills } from '../backend.ts';

/** What the script of a gate is likely to run. */
const GATE_PROGRAMS = ['nuclei', 'grep'];

/** Drills that have threads of their own for what containers run. */
export async function createDrills(source: DrillSource): Promise<OpenDrills> {
  const threads = new WorkerThreads();
  // Why: a thread takes about as long to come up as the rest takes to load, and the first scan would wait for it.
  threads.warm(DEFAULT_MEMORY_MB, GATE_PROGRAMS);
  const { CopyDrills } = await import('./drills/copy-drills.ts');
  const drills = new CopyDrills(source, threads);
  return { run: (plan) => drills.run(plan), close: () => threads.close() };
}
