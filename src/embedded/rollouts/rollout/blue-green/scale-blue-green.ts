import type { Service } from '../../../../kube/types/core.ts';
import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { ApiError } from '../../../api/api-error.ts';
import { SERVICES } from '../names.ts';
import { pauseOf } from '../pause-plan.ts';
import { cleanUpHistory } from '../replica-sets/history-limit.ts';
import { hashOf, isActive, sizeOf } from '../replica-sets/replica-set-facts.ts';
import { byRevisionDescending } from '../replica-sets/revision.ts';
import { removeDeadlinesInUse } from '../replica-sets/scale-down-deadline.ts';
import { ScaleDownDelay } from '../replica-sets/scale-down-delay.ts';
import { scaleNewReplicaSet } from '../replica-sets/scale-new-replica-set.ts';
import { scaleReplicaSet } from '../replica-sets/scale-replica-set.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { blueGreenOf, replicasOf } from '../rollout-spec.ts';
import { selectedHash } from '../services/switch-service.ts';
import { skipsPostPromotionRun } from './promotion-analysis.ts';

/** Gives every ReplicaSet its size: the stable one all pods, the new one what it is to have, the others theirs until their time is over. Models reconcileBlueGreenReplicaSets. */
export function scaleBlueGreen(pass: RolloutPass): void {
  removeDeadlinesInUse(pass);
  if (pass.stableRS) scaleReplicaSet(pass, pass.stableRS, replicasOf(pass.rollout));
  scaleNewReplicaSet(pass);
  scaleOthersDown(pass);
  cleanUpHistory(pass);
}

/** As in the real one, a refused write ends this step only. Models reconcileOtherReplicaSets. */
function scaleOthersDown(pass: RolloutPass): void {
  try {
    if (!holdsOthers(pass)) scaleDownIdle(pass);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Whether the others may be needed again: an analysis was inconclusive, or one is under way and no delay says how long they stay. */
function holdsOthers(pass: RolloutPass): boolean {
  if (pauseOf(pass.status, 'InconclusiveAnalysisRun')) return true;
  const { postPromotionAnalysis, scaleDownDelaySeconds } = blueGreenOf(pass.rollout)!;
  if (!postPromotionAnalysis || scaleDownDelaySeconds !== undefined || skipsPostPromotionRun(pass)) return false;
  return pass.runs.postPromotion?.status?.phase !== 'Successful';
}

/** Models scaleDownOldReplicaSetsForBlueGreen. */
function scaleDownIdle(pass: RolloutPass): void {
  const delay = new ScaleDownDelay(pass);
  for (const replicaSet of pass.otherRSs.filter(isActive).sort(byRevisionDescending)) {
    if (isReferenced(pass, replicaSet)) continue;
    const size = delay.sizeFor(replicaSet);
    if (size !== sizeOf(replicaSet)) scaleReplicaSet(pass, replicaSet, size);
  }
}

/** Whether the status or a Service still leads to a ReplicaSet. Models isReplicaSetReferenced. */
function isReferenced({ status, rollout, tools, namespace }: RolloutPass, replicaSet: ReplicaSet): boolean {
  const hash = hashOf(replicaSet);
  if (hash === '') return false;
  const { activeSelector, previewSelector } = status.blueGreen;
  if ([status.stableRS, status.currentPodHash, activeSelector, previewSelector].includes(hash)) return true;
  const { activeService, previewService } = blueGreenOf(rollout)!;
  const names = [activeService, previewService].filter((name) => name !== undefined && name !== '');
  return names.some((name) => selectedHash(tools.api.get<Service>(SERVICES, namespace, name!)) === hash);
}
