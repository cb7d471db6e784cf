import { randomUUID } from 'node:crypto';
import { EmbeddedCluster } from '../../embedded/cluster.ts';
import { KubeClient } from '../../kube/client.ts';
import { ClusterClock } from '../../system/clock.ts';
import type { ScenarioPlan } from '../backend.ts';
import type { ClusterState } from './cluster-state.ts';
import { InProcessTransport } from './in-process-transport.ts';
import { SteppedSession } from './stepped-session.ts';

/** What waiting for things to become ready may take in all, beside the time that the plan lets pass. */
const SLACK_MS = 90_000;
/** A scenario that came out further ahead of the machine's clock than this is planted once more, from further back. */
const TOLERATED_LEAD_MS = 1_000;

/**
 * Plants a scenario in a cluster of this process whose time costs nothing: it begins in the past, by as much as the scenario's history
 * takes, and ends at the machine's present.
 */
export async function plantOffline(plan: ScenarioPlan, now: () => number = Date.now): Promise<ClusterState> {
  const first = await plantFrom(now() - plan.historyMs - SLACK_MS, plan, now);
  const leadMs = first.nowMs - now();
  if (leadMs <= TOLERATED_LEAD_MS) return first;
  return plantFrom(now() - plan.historyMs - SLACK_MS - 2 * leadMs, plan, now);
}

async function plantFrom(startMs: number, plan: ScenarioPlan, now: () => number): Promise<ClusterState> {
  const clock = new ClusterClock(startMs);
  const adminToken = randomUUID();
  const unexpected: unknown[] = [];
  const cluster = EmbeddedCluster.create({ clock, adminToken, onUnexpected: (error) => unexpected.push(error) });
  const { store } = cluster.core;
  cluster.start();
  const client = new KubeClient(new InProcessTransport(cluster.handler, adminToken));
  try {
    await plan.plant(new SteppedSession({ client, clock, revision: () => store.revision }));
    await clock.advance({ deadlineMs: Math.max(clock.now(), now()) });
  } finally {
    cluster.stop();
    clock.stop();
  }
  if (unexpected.length > 0) throw unexpected[0] as Error;
  const { revision, objects } = store.snapshot();
  return { nowMs: clock.now(), revision, objects: [...objects.values()].flatMap((byKey) => [...byKey.values()]) };
}
