import type { DrillPlan, DrillRecord, ServiceName } from '../../../../grader/index.ts';
import type { SandboxPool } from '../../../embedded/shell/container-process.ts';
import type { Store, StoreSnapshot } from '../../../embedded/store/store.ts';
import type { Rollout } from '../../../kube/types/rollouts.ts';
import { toJournalEntries } from '../../audit-journal.ts';
import { knownBefore } from '../previous-objects.ts';
import { SteppedCluster } from '../stepped-cluster.ts';
import { DrillFaults, type IsBehind } from './drill-faults.ts';
import { carryOutStep } from '../../drill-steps/carry-out-step.ts';
import { ProductionWatch, readyPods } from './production-watch.ts';
import { settle } from '../../settle.ts';
import { readerOf, storeReader } from './store-reader.ts';

/** What a drill begins with. */
export interface DrillStart {
  copy: StoreSnapshot;
  /** The moment at which the copy goes on, in milliseconds since the epoch. */
  nowMs: number;
  sandboxes: SandboxPool;
}

/** What is under way in the learner's cluster gets this much time to end before a drill begins. */
const SETTLE_MS = 300_000;
/** How long containers and the network take to be there again. */
const COME_UP_MS = 3_000;

/** Carries a plan out on a copy of its own, which is gone afterwards. */
export async function runDrill(plan: DrillPlan, { copy, nowMs, sandboxes }: DrillStart): Promise<DrillRecord> {
  const notSimulated: DrillRecord['notSimulated'] = [];
  const isBehind: IsBehind = (service, { namespace, pod }) => {
    const { store } = cluster.cluster.core;
    return readyPods(store, { namespace, name: service }).includes(`${namespace}/${pod}`);
  };
  const faults = new DrillFaults(plan.faults, isBehind);
  const cluster: SteppedCluster = new SteppedCluster(nowMs, {
    snapshot: copy,
    faults,
    sandboxes,
    onCannotSimulate: ({ pod, container, message }) => notSimulated.push({ pod, container, message }),
  });
  try {
    await comeToRest(cluster, plan.production);
    return { ...(await carryOut(plan, cluster, faults)), notSimulated };
  } finally {
    await cluster.close();
  }
}

/** Lets the copy come up, and what was under way in it end as it would have. */
async function comeToRest({ session, clock, cluster }: SteppedCluster, { namespace }: ServiceName): Promise<void> {
  const reader = storeReader(cluster.core.store);
  await session.elapse(COME_UP_MS);
  for (const { metadata } of cluster.core.store.list('rollouts.argoproj.io', namespace) as Rollout[]) {
    await settle(session, { namespace, name: metadata.name }, { reader, withinMs: SETTLE_MS, now: () => clock.now(), promotes: false });
  }
}

async function carryOut(
  { production, steps, visits, callers }: DrillPlan,
  { cluster, clock, session }: SteppedCluster,
  faults: DrillFaults,
): Promise<Omit<DrillRecord, 'notSimulated'>> {
  const { store, journal } = cluster.core;
  const acts: DrillRecord['acts'] = [];
  const stage = {
    session,
    reader: storeReader(store),
    faults,
    production,
    podsBehind: (service: string) => namesBehind(store, { namespace: production.namespace, name: service }),
    now: () => clock.now(),
    note: (what: string) => void acts.push({ atMs: clock.now(), what }),
  };
  const startedAtMs = clock.now();
  const before = readerOf(cluster.snapshot());
  const earlierWrites = journal.entries().length;
  const watch = new ProductionWatch({ clock, store, network: cluster.network, production, visits, callers });
  watch.start();
  for (const step of steps) await carryOutStep(step, stage);
  watch.stop();
  const writes = journal.entries().slice(earlierWrites);
  return {
    startedAtMs,
    endedAtMs: clock.now(),
    answers: watch.answers,
    ...(visits && { visits: watch.visits }),
    ...(watch.calls && { calls: watch.calls }),
    requests: watch.requests,
    journal: toJournalEntries(writes, knownBefore(writes)),
    before,
    after: readerOf(cluster.snapshot()),
    acts,
  };
}

function namesBehind(store: Store, service: ServiceName): string[] {
  return readyPods(store, service).map((key) => key.slice(key.indexOf('/') + 1));
}
