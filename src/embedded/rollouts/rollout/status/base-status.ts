import { cloneJson } from '../../../../system/json.ts';
import type { NormalStatus } from '../normal-rollout.ts';
import { totalOf } from '../replica-sets/replica-set-facts.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { canaryOf } from '../rollout-spec.ts';
import { currentHash } from '../template-change.ts';
import { removeCondition } from './conditions.ts';

/** The next status as far as it does not depend on the strategy; a pass that got here has a valid spec. Models calculateBaseStatus. */
export function baseStatus(pass: RolloutPass): NormalStatus {
  const { status: before, replicaSets, newRS, draft } = pass;
  const status: NormalStatus = {
    ...cloneJson(draft),
    currentPodHash: currentHash(pass),
    replicas: totalOf(replicaSets, 'replicas'),
    updatedReplicas: totalOf([newRS], 'replicas'),
    readyReplicas: totalOf(replicaSets, 'readyReplicas'),
    ...(before.collisionCount !== undefined && { collisionCount: before.collisionCount }),
    ...(before.conditions && { conditions: before.conditions }),
    ...(before.promoteFull && { promoteFull: true }),
    ...(before.stableRS !== undefined && { stableRS: before.stableRS }),
  };
  removeCondition(status, 'InvalidSpec');
  return status;
}

/** Begins a new update: nothing of the last one's pauses, abort and analyses remains. Models resetRolloutStatus. */
export function resetForNewTemplate({ pause, rollout }: RolloutPass, status: NormalStatus): void {
  pause.clearPauses();
  pause.removeAbort();
  delete status.promoteFull;
  status.blueGreen = {};
  delete status.canary.currentStepAnalysisRunStatus;
  delete status.canary.currentBackgroundAnalysisRunStatus;
  if (canaryOf(rollout)?.steps?.length) status.currentStepIndex = 0;
  else delete status.currentStepIndex;
}
