import type { RolloutPass } from './rollout-pass.ts';
import { createdMs } from './replica-sets/revision.ts';
import { hashOf } from './replica-sets/replica-set-facts.ts';
import { blueGreenOf } from './rollout-spec.ts';

/** Annotation of ReplicaSets that belong to an Experiment. */
const EXPERIMENT = 'experiment.argoproj.io/name';

/**
 * Whether the update goes back to something that was in use a moment ago, so that pauses and analyses are skipped.
 * Also true once the update is complete. Models rollout/sync.go isFastRollback.
 */
export function isFastRollback(pass: RolloutPass): boolean {
  const { newRS, stableRS, status } = pass;
  if (!newRS || !stableRS) return false;
  if (status.stableRS === hashOf(newRS)) return true;
  const isWithinDelay = pass.isNewWithinDelay && blueGreenOf(pass.rollout) !== undefined;
  return createdMs(newRS) < createdMs(stableRS) && (isWithinDelay || isRollbackWithinWindow(pass));
}

/** Whether the update goes back to one of the last revisions that `rollbackWindow` covers. Models isRollbackWithinWindow. */
export function isRollbackWithinWindow({ newRS, stableRS, replicaSets, rollout }: RolloutPass): boolean {
  const revisions = rollout.spec.rollbackWindow?.revisions ?? 0;
  if (!newRS || !stableRS || revisions <= 0) return false;
  const [target, stable] = [createdMs(newRS), createdMs(stableRS)];
  if (target >= stable) return false;
  const between = replicaSets.filter((replicaSet) => {
    const created = createdMs(replicaSet);
    return !replicaSet.metadata.annotations?.[EXPERIMENT] && target < created && created < stable;
  });
  return between.length < revisions;
}

/** What a completed fast rollback is called. */
export function rollbackReason(pass: RolloutPass): string {
  return isRollbackWithinWindow(pass) ? 'Rollback within window' : 'Fast rollback';
}
