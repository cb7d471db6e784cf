import type { Pod } from '../../../kube/types/core.ts';
import { ApiError } from '../../api/api-error.ts';
import { isPodAvailable } from '../../controllers/pod-state.ts';
import { totalSize } from './replica-sets/replica-set-facts.ts';
import { createdMs } from './replica-sets/revision.ts';
import type { RolloutPass } from './rollout-pass.ts';
import { maxUnavailable, minReadySeconds, replicasOf } from './rollout-spec.ts';

/** Why: availability may not change when pods come back quickly, so nothing else would go on with the restart. */
const CHECK_AGAIN_MS = 30_000;

/**
 * Evicts pods that are older than `restartAt`, as many at a time as may be unavailable, and notes when none is left.
 * Says how many it evicted. Models rollout/restart.go RolloutPodRestarter.
 */
export function restartPods(pass: RolloutPass): number {
  const { restartAt } = pass.rollout.spec;
  if (!restartAt) return 0;
  const restartAtMs = Date.parse(restartAt);
  if (pass.nowMs <= restartAtMs) {
    pass.requeueAfter(restartAtMs - pass.nowMs);
    return 0;
  }
  const { restartedAt } = pass.status;
  if (restartedAt && Date.parse(restartedAt) === restartAtMs) return 0;
  const old = podsOf(pass).filter((pod) => createdMs(pod) < restartAtMs);
  const evicted = evictSome(pass, old);
  if (old.length === evicted) pass.draft.restartedAt = restartAt;
  else pass.requeueAfter(CHECK_AGAIN_MS);
  return evicted;
}

function podsOf({ tools, namespace, rollout, replicaSets }: RolloutPass): Pod[] {
  const uids = new Set(replicaSets.map(({ metadata }) => metadata.uid));
  const pods = tools.api.list<Pod>('pods', { namespace, ...(rollout.spec.selector && { selector: rollout.spec.selector }) });
  return pods.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uids.has(uid)));
}

function evictSome(pass: RolloutPass, old: readonly Pod[]): number {
  let evicted = 0;
  let allowed = allowedEvictions(pass);
  for (const { metadata } of old) {
    if (allowed <= 0 || metadata.deletionTimestamp || !evict(pass, metadata.name)) continue;
    allowed -= 1;
    evicted += 1;
  }
  return evicted;
}

/** One at least may be missing, else the restart would never begin. */
function allowedEvictions(pass: RolloutPass): number {
  const concurrent = Math.max(maxUnavailable(pass.rollout), 1);
  const leastAvailable = Math.max(replicasOf(pass.rollout), totalSize(pass.replicaSets)) - concurrent;
  const available = podsOf(pass).filter(
    (pod) => !pod.metadata.deletionTimestamp && isPodAvailable(pod, minReadySeconds(pass.rollout), pass.nowMs),
  );
  return available.length - leastAvailable;
}

/** False when a PodDisruptionBudget forbids it. */
function evict({ tools, namespace }: RolloutPass, name: string): boolean {
  try {
    tools.api.evict(namespace, name);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 429) return false;
    throw error;
  }
}
