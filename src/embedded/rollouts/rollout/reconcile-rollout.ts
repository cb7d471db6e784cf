import type { Rollout } from '../../../kube/types/rollouts.ts';
import { invalid } from '../../api/api-error.ts';
import { findRuns } from './analysis-runs/find-runs.ts';
import { reconcileBlueGreen } from './blue-green/reconcile-blue-green.ts';
import { reconcileCanary } from './canary/reconcile-canary.ts';
import { findExperiments } from './experiments/find-experiments.ts';
import { ROLLOUTS } from './names.ts';
import { normalRollout } from './normal-rollout.ts';
import { showPause } from './pause-conditions.ts';
import { createNewReplicaSet } from './replica-sets/create-replica-set.ts';
import { findNewReplicaSet, findStableReplicaSet, replicaSetsOf } from './replica-sets/find-replica-sets.ts';
import { isActive, notedReplicas } from './replica-sets/replica-set-facts.ts';
import { untilDeadlineMs } from './replica-sets/scale-down-deadline.ts';
import { syncRevision } from './replica-sets/sync-revision.ts';
import { RolloutPass, type RolloutTools } from './rollout-pass.ts';
import { blueGreenOf, replicasOf } from './rollout-spec.ts';
import { isFullyPromoted } from './status/phase.ts';
import { syncSizesOnly } from './sync-sizes-only.ts';
import { reportInvalidSpec } from './validation/report-invalid-spec.ts';
import { problemWith } from './validation/validate-rollout.ts';
import { resolveWorkload } from './workload/resolve-workload.ts';

/** How soon a Rollout whose workload cannot be used is looked at again. */
const RETRY_WORKLOAD_MS = 20_000;

/**
 * One pass over one Rollout: every pass does the first of these that has anything to do, and what it wrote begins the next pass.
 * A refused write, and a spec that is not valid, end the pass with an ApiError; it is to be tried again. Models rollout/controller.go syncHandler.
 */
export function reconcileRollout(tools: RolloutTools, found: Rollout): void {
  if (found.metadata.deletionTimestamp) return;
  const pass = beginPass(tools, found);
  if (!pass || pass.hasWritten) return;
  if (pass.rollout.spec.replicas === undefined) {
    pass.writeRollout(({ spec }) => {
      spec.replicas = 1;
    });
    return;
  }
  showPause(pass);
  if (pass.hasWritten) return;
  syncRevision(pass);
  if (isScaled(pass)) syncSizesOnly(pass);
  else if (blueGreenOf(pass.rollout)) reconcileBlueGreen(pass);
  else reconcileCanary(pass);
}

/** Finds what a pass is about, and creates the ReplicaSet of a new template, which ends the pass. Undefined when the workload cannot be used. Models newRolloutContext. */
function beginPass(tools: RolloutTools, object: Rollout): RolloutPass | undefined {
  const { rollout, fromWorkload, problem } = resolveWorkload(tools.api, normalRollout(object));
  const replicaSets = replicaSetsOf(tools.api, rollout);
  const newRS = findNewReplicaSet(rollout, replicaSets);
  const stableRS = findStableReplicaSet(rollout, replicaSets);
  const { current: runs, others: otherRuns } = findRuns(tools.api, rollout);
  const { current: experiment, others: otherExperiments } = findExperiments(tools.api, rollout);
  const found = { rollout, fromWorkload, replicaSets, newRS, stableRS, runs, otherRuns, experiment, otherExperiments };
  const pass = new RolloutPass(tools, found);
  pass.isNewWithinDelay = newRS !== undefined && untilDeadlineMs(newRS, pass.nowMs) !== undefined;
  if (problem !== undefined) {
    reportInvalidSpec(pass, problem);
    pass.requeueAfter(RETRY_WORKLOAD_MS);
    return undefined;
  }
  refuseInvalidSpec(pass);
  if (!pass.newRS) addNewReplicaSet(pass);
  if (isFullyPromoted(rollout)) pass.pause.removeAbort();
  return pass;
}

/** Throws after the problem was shown, so that the Rollout is tried again soon. */
function refuseInvalidSpec(pass: RolloutPass): void {
  const problem = problemWith(pass.tools.api, pass.rollout);
  if (problem === undefined) return;
  reportInvalidSpec(pass, problem);
  const { name } = pass.rollout.metadata;
  throw invalid({ group: ROLLOUTS.slice(ROLLOUTS.indexOf('.') + 1), kind: 'Rollout' }, name, [{ field: '', message: problem }]);
}

function addNewReplicaSet(pass: RolloutPass): void {
  const created = createNewReplicaSet(pass);
  pass.newRS = created;
  pass.replicaSets = [...pass.replicaSets, created];
  pass.stableRS = findStableReplicaSet(pass.rollout, pass.replicaSets);
}

/** Whether somebody gave the Rollout another size: the new or the stable ReplicaSet still notes the old one. Models isScalingEvent. */
function isScaled({ newRS, stableRS, rollout }: RolloutPass): boolean {
  return [newRS, stableRS].filter(isActive).some((replicaSet) => {
    const noted = notedReplicas(replicaSet);
    return noted !== undefined && noted !== replicasOf(rollout);
  });
}
