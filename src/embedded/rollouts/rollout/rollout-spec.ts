import type { BlueGreenStrategy, CanaryStrategy, Rollout } from '../../../kube/types/rollouts.ts';
import { scaledValue } from '../../controllers/scaled-value.ts';

const DEFAULT_DELAY_SECONDS = 30;
const DEFAULT_HISTORY = 10;
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;
const DEFAULT_ANALYSIS_HISTORY = 5;

/** What the fields of a Rollout mean when they are not set. Models utils/defaults. */

export function replicasOf({ spec }: Rollout): number {
  return spec.replicas ?? 1;
}

export function blueGreenOf({ spec }: Rollout): BlueGreenStrategy | undefined {
  return spec.strategy?.blueGreen;
}

export function canaryOf({ spec }: Rollout): CanaryStrategy | undefined {
  return spec.strategy?.canary;
}

export function isTrafficRouted(canary: CanaryStrategy): boolean {
  return canary['trafficRouting'] !== undefined && canary['trafficRouting'] !== null;
}

export function minReadySeconds({ spec }: Rollout): number {
  return spec.minReadySeconds ?? 0;
}

export function revisionHistoryLimit({ spec }: Rollout): number {
  return spec.revisionHistoryLimit ?? DEFAULT_HISTORY;
}

export function progressDeadlineSeconds({ spec }: Rollout): number {
  return spec.progressDeadlineSeconds ?? DEFAULT_PROGRESS_DEADLINE_SECONDS;
}

export function successfulRunHistoryLimit({ spec }: Rollout): number {
  return spec.analysis?.successfulRunHistoryLimit ?? DEFAULT_ANALYSIS_HISTORY;
}

export function unsuccessfulRunHistoryLimit({ spec }: Rollout): number {
  return spec.analysis?.unsuccessfulRunHistoryLimit ?? DEFAULT_ANALYSIS_HISTORY;
}

/** How long an old ReplicaSet stays after another one became stable; 0 gives it no deadline at all. */
export function scaleDownDelaySeconds(rollout: Rollout): number {
  const blueGreen = blueGreenOf(rollout);
  if (blueGreen) return blueGreen.scaleDownDelaySeconds ?? DEFAULT_DELAY_SECONDS;
  const canary = canaryOf(rollout);
  return canary && isTrafficRouted(canary) ? (canary.scaleDownDelaySeconds ?? DEFAULT_DELAY_SECONDS) : 0;
}

/** How many old ReplicaSets may wait for their deadline at the same time. */
export function scaleDownRevisionLimit(rollout: Rollout): number {
  return blueGreenOf(rollout)?.scaleDownDelayRevisionLimit ?? canaryOf(rollout)?.scaleDownDelayRevisionLimit ?? Infinity;
}

/** How long the new ReplicaSet stays after an abort; undefined when it stays for good. */
export function abortDelaySeconds(rollout: Rollout): number | undefined {
  const set = blueGreenOf(rollout)?.abortScaleDownDelaySeconds ?? canaryOf(rollout)?.abortScaleDownDelaySeconds;
  return set === 0 ? undefined : (set ?? DEFAULT_DELAY_SECONDS);
}

/** How many of the desired pods may be unavailable. Models replicaset MaxUnavailable. */
export function maxUnavailable(rollout: Rollout): number {
  const replicas = replicasOf(rollout);
  if (replicas === 0) return 0;
  const canary = canaryOf(rollout);
  const unavailable = canary ? canaryBounds(canary, replicas).unavailable : percentOrCount(blueGreenOf(rollout)?.maxUnavailable, replicas);
  return Math.min(unavailable, replicas);
}

/** How many pods a canary may have beyond the desired number. Models replicaset MaxSurge. */
export function maxSurge(rollout: Rollout): number {
  const canary = canaryOf(rollout);
  return canary ? canaryBounds(canary, replicasOf(rollout)).surge : 0;
}

/** When rounding leaves neither bound any room, one pod may be unavailable. */
function canaryBounds(canary: CanaryStrategy, replicas: number): { surge: number; unavailable: number } {
  const surge = scaledValue(canary.maxSurge ?? '25%', replicas, 'up');
  const unavailable = percentOrCount(canary.maxUnavailable, replicas);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function percentOrCount(value: number | string | undefined, replicas: number): number {
  return scaledValue(value ?? '25%', replicas, 'down');
}
