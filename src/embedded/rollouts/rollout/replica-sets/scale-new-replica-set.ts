import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { RESYNC_MS } from '../../controller-settings.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { abortDelaySeconds, replicasOf } from '../rollout-spec.ts';
import { scaleReferencedDown } from '../workload/scale-referenced-down.ts';
import { staysAfterAbort } from './abort-delay.ts';
import { availableOf, sizeOf } from './replica-set-facts.ts';
import { addDeadline, hasDeadline, untilDeadlineMs } from './scale-down-deadline.ts';
import { isNoteStale, scaleReplicaSet } from './scale-replica-set.ts';
import { wantedSize } from './wanted-size.ts';

/** Gives the new ReplicaSet the size it is to have now, or, after an abort, its end; says whether the size changed. Models rollout/replicaset.go reconcileNewReplicaSet. */
export function scaleNewReplicaSet(pass: RolloutPass): boolean {
  const { newRS } = pass;
  if (!newRS) return false;
  const size = staysAfterAbort(pass) ? sizeAfterAbort(pass, newRS) : wantedSize(pass, newRS);
  if (size === 'held') return false;
  const { isScaled } = scaleReplicaSet(pass, newRS, size);
  scaleReferencedDown(pass, newRS, size);
  return isScaled;
}

/** Aborted pods get a deadline once the stable ones can take over, stay until then, and go. */
function sizeAfterAbort(pass: RolloutPass, newRS: ReplicaSet): number | 'held' {
  if (!hasDeadline(newRS)) {
    noteSize(pass, newRS);
    if (availableOf(pass.stableRS) >= replicasOf(pass.rollout)) addDeadline(pass, newRS, abortDelaySeconds(pass.rollout)!);
    return 'held';
  }
  const remainingMs = untilDeadlineMs(newRS, pass.nowMs);
  if (remainingMs === undefined) return 0;
  // Why: as in the real controller, a deadline that the next look at everything comes before keeps nothing.
  if (remainingMs >= RESYNC_MS) return wantedSize(pass, newRS);
  pass.requeueAfter(remainingMs);
  noteSize(pass, newRS);
  return 'held';
}

/** A held ReplicaSet still notes the Rollout's size, or every pass would take that for a scaling. Models syncNewRSReplicasAnnotation. */
function noteSize(pass: RolloutPass, newRS: ReplicaSet): void {
  if (isNoteStale(newRS, replicasOf(pass.rollout))) pass.newRS = scaleReplicaSet(pass, newRS, sizeOf(newRS)).replicaSet;
}
