import type { ClusterReader } from '../../grader/index.ts';
import { actOnRollout, type RolloutTarget } from '../kube/rollout-actions.ts';
import type { ClusterSession } from '../kube/cluster-session.ts';
import type { AnalysisRun, Rollout } from '../kube/types/rollouts.ts';

/** How long a Rollout has to stay as it is to count as at rest: longer than what follows an abort or a promotion takes. */
const QUIET_MS = 3000;
const LOOK_EVERY_MS = 1000;

/**
 * Lets time pass until a Rollout is at rest: Healthy, aborted, or paused with no analysis under way. With `promotes` an operator promotes
 * when a release waits for a person, as one does who has nothing else to go by. Answers false when it did not come to rest in time.
 */
export async function settle(
  session: ClusterSession,
  target: RolloutTarget,
  { reader, withinMs, now, promotes }: { reader: ClusterReader; withinMs: number; now: () => number; promotes: boolean },
): Promise<boolean> {
  const deadlineMs = now() + withinMs;
  let quietMs = 0;
  while (now() < deadlineMs) {
    const rollout = (await reader.get('rollouts.argoproj.io', target.namespace, target.name)) as Rollout | undefined;
    if (!rollout) return true;
    if (promotes && waitsForPerson(rollout)) await actOnRollout(session.client, target, 'promote');
    else if (await isAtRest(reader, rollout)) {
      if (quietMs >= QUIET_MS) return true;
      quietMs += LOOK_EVERY_MS;
    } else quietMs = 0;
    await session.elapse(LOOK_EVERY_MS);
  }
  return false;
}

function waitsForPerson(rollout: Rollout): boolean {
  const { metadata, status } = rollout;
  if (Number(status?.observedGeneration) !== metadata.generation) return false;
  return status?.pauseConditions?.[0]?.reason === 'BlueGreenPause' && !hasTimer(rollout);
}

/** Whether the pause ends by itself. Why it matters: a promotion begins such a pause anew, so whoever promotes all the time keeps it from ending. */
function hasTimer({ spec }: Rollout): boolean {
  const { autoPromotionEnabled = true, autoPromotionSeconds = 0 } = spec.strategy?.blueGreen ?? {};
  return autoPromotionEnabled && autoPromotionSeconds > 0;
}

async function isAtRest(reader: ClusterReader, rollout: Rollout): Promise<boolean> {
  const { metadata, status } = rollout;
  if (Number(status?.observedGeneration) !== metadata.generation) return false;
  if (status?.phase === 'Healthy') return true;
  if (status?.phase !== 'Degraded' && status?.phase !== 'Paused') return false;
  if (status.pauseConditions?.[0]?.reason === 'BlueGreenPause' && hasTimer(rollout)) return false;
  return !(await hasRunningAnalysis(reader, metadata.uid!, metadata.namespace!));
}

async function hasRunningAnalysis(reader: ClusterReader, rolloutUid: string, namespace: string): Promise<boolean> {
  const runs = (await reader.list('analysisruns.argoproj.io', namespace)) as AnalysisRun[];
  return runs.some(
    ({ metadata, status }) =>
      metadata.ownerReferences?.some(({ uid }) => uid === rolloutUid) &&
      !['Successful', 'Failed', 'Error', 'Inconclusive'].includes(status?.phase ?? ''),
  );
}
