import type { ClusterObject, ClusterReader, Drills, Journal } from '../../../grader/index.ts';
import { WorkerSandboxPool } from '../../embedded/shell/worker-sandbox-pool.ts';
import { WorkerThreads } from '../../embedded/shell/worker/worker-threads.ts';
import type { Journal as WriteJournal } from '../../embedded/store/journal.ts';
import { objectsOf, type StoreSnapshot } from '../../embedded/store/store.ts';
import type { ClusterSession } from '../../kube/cluster-session.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { toJournalEntries } from '../audit-journal.ts';
import type { ScenarioPlan } from '../backend.ts';
import { CopyDrills } from './drills/copy-drills.ts';
import { storeReader } from './drills/store-reader.ts';
import { knownBefore } from './previous-objects.ts';
import { SteppedCluster } from './stepped-cluster.ts';

/** A scenario as it is at its start, from which any number of clusters can be opened. */
export interface PlantedScenario {
  snapshot: StoreSnapshot;
  /** When the planting was done, in milliseconds since the epoch. */
  atMs: number;
}

/** A cluster that a repair can be tried on, in time that costs nothing. */
export interface RehearsalCluster {
  session: ClusterSession;
  reader: ClusterReader;
  journal: Journal;
  drills: Drills;
  /** Milliseconds since the epoch, as the cluster has it. */
  now(): number;
  /** Ends it. Rejects with what went wrong inside it meanwhile, if anything did. */
  stop(): Promise<void>;
}

/** Clusters in the memory of this process that scenarios are tried on; what their containers run shares one set of threads. */
export class Rehearsal {
  readonly #threads = new WorkerThreads();

  /** Lets a scenario happen, beginning at a moment in milliseconds since the epoch. */
  async plant(plan: Pick<ScenarioPlan, 'plant' | 'needs'>, startMs: number): Promise<PlantedScenario> {
    const { stepped, stop } = this.#open(startMs, { ...(plan.needs && { needs: plan.needs }) });
    try {
      await plan.plant(stepped.session);
      return { snapshot: stepped.cluster.snapshot(), atMs: stepped.clock.now() };
    } finally {
      await stop();
    }
  }

  /** A cluster that goes on from what was planted. */
  open({ snapshot, atMs }: PlantedScenario): RehearsalCluster {
    const { stepped, stop } = this.#open(atMs, { snapshot });
    const { session, cluster, clock } = stepped;
    const now = (): number => clock.now();
    const objects = (): Promise<KubeObject[]> => Promise.resolve(objectsOf(cluster.snapshot()));
    return {
      session,
      reader: storeReader(cluster.core.store),
      journal: journalSince(atMs, cluster.core.journal),
      drills: new CopyDrills({ objects, now }, this.#threads),
      now,
      stop,
    };
  }

  /** Ends the threads. */
  close(): Promise<void> {
    return this.#threads.close();
  }

  #open(
    startMs: number,
    begin: { snapshot?: StoreSnapshot; needs?: readonly string[] },
  ): { stepped: SteppedCluster; stop: () => Promise<void> } {
    const sandboxes = new WorkerSandboxPool(this.#threads);
    const stepped = new SteppedCluster(startMs, { sandboxes, ...begin });
    const stop = async (): Promise<void> => {
      try {
        await stepped.close();
      } finally {
        await sandboxes.close();
      }
    };
    return { stepped, stop };
  }
}

/** Everything that a planted scenario's cluster consists of. */
export function plantedObjects({ snapshot }: PlantedScenario): ClusterObject[] {
  return objectsOf(snapshot);
}

function journalSince(sinceMs: number, writes: WriteJournal): Journal {
  return {
    read: () => {
      const records = writes.entries();
      return Promise.resolve({ sinceMs, entries: toJournalEntries(records, knownBefore(records)), gaps: [] });
    },
  };
}
