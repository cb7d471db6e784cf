import type { Deployment } from '../../../kube/types/workloads.ts';
import { scaledValue } from '../scaled-value.ts';

const UNLIMITED = 2 ** 31 - 1;
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;
const DEFAULT_HISTORY = 10;

/** The number of pods a Deployment wants: 1 unless it says otherwise. */
export function desiredReplicas({ spec }: Deployment): number {
  return spec.replicas ?? 1;
}

export function isRolling({ spec }: Deployment): boolean {
  return (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
}

/** How many pods may be there beyond the desired number. Models deployment_util.go MaxSurge. */
export function maxSurge(deployment: Deployment): number {
  return isRolling(deployment) ? rollingBounds(deployment).surge : 0;
}

/** How many of the desired pods may be unavailable. Models deployment_util.go MaxUnavailable. */
export function maxUnavailable(deployment: Deployment): number {
  const desired = desiredReplicas(deployment);
  if (!isRolling(deployment) || desired === 0) return 0;
  return Math.min(desired, rollingBounds(deployment).unavailable);
}

/** Both bounds at once: when rounding leaves neither any room, one pod may be unavailable. Models deployment_util.go ResolveFenceposts. */
function rollingBounds(deployment: Deployment): { surge: number; unavailable: number } {
  const desired = desiredReplicas(deployment);
  const rolling = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = scaledValue(rolling.maxSurge ?? '25%', desired, 'up');
  const unavailable = scaledValue(rolling.maxUnavailable ?? '25%', desired, 'down');
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Seconds without progress after which the Deployment counts as stuck; undefined when it never does. */
export function progressDeadlineSeconds({ spec }: Deployment): number | undefined {
  const seconds = spec.progressDeadlineSeconds ?? DEFAULT_PROGRESS_DEADLINE_SECONDS;
  return seconds === UNLIMITED ? undefined : seconds;
}

/** How many old replica sets are kept; undefined when all are. */
export function revisionHistoryLimit({ spec }: Deployment): number | undefined {
  const limit = spec.revisionHistoryLimit ?? DEFAULT_HISTORY;
  return limit === UNLIMITED ? undefined : limit;
}
