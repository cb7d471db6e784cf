import { formatLabelSelector } from '../../../api/selectors.ts';
import type { NormalStatus } from '../normal-rollout.ts';
import { totalOf, withHash, availableOf } from '../replica-sets/replica-set-facts.ts';
import { isFastRollback, isRollbackWithinWindow, rollbackReason } from '../rollback.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { blueGreenOf } from '../rollout-spec.ts';
import { selectedHash } from '../services/switch-service.ts';
import { baseStatus, resetForNewTemplate } from '../status/base-status.ts';
import { persistStatus } from '../status/persist-status.ts';
import { promote } from '../status/promote.ts';
import { isTemplateChanged } from '../template-change.ts';
import { isAnalysisPassed, isPauseCompleted } from './blue-green-progress.ts';
import type { BlueGreenServices } from './blue-green-services.ts';

/** Puts the status together at the end of a pass, promotes the new revision if its time has come, and writes. Models syncRolloutStatusBlueGreen. */
export function writeBlueGreenStatus(pass: RolloutPass, { preview, active }: BlueGreenServices): void {
  const status = baseStatus(pass);
  if (isTemplateChanged(pass)) resetForNewTemplate(pass, status);
  if (pass.status.promoteFull || isRollbackWithinWindow(pass)) {
    pass.pause.clearPauses();
    pass.pause.removeAbort();
  }
  status.blueGreen.previewSelector = selectedHash(preview);
  status.blueGreen.activeSelector = selectedHash(active);
  const reason = promotionReason(pass, status);
  if (reason !== undefined) promote(pass, status, reason);
  else status.blueGreen.scaleUpPreviewCheckPoint = isPastCheckPoint(pass);
  countActive(pass, status);
  persistStatus(pass, status);
}

/** Why the new revision becomes the stable one now; undefined when it does not. The order matters. Models shouldFullPromote. */
function promotionReason(pass: RolloutPass, status: NormalStatus): string | undefined {
  const active = status.blueGreen.activeSelector;
  if (!pass.stableRS || !active) return 'Initial deploy';
  if (active !== status.currentPodHash) return undefined;
  if (pass.status.promoteFull) return 'Full promotion requested';
  if (isFastRollback(pass)) return rollbackReason(pass);
  if (pass.pause.isAborted) return undefined;
  const needsRun = blueGreenOf(pass.rollout)!.postPromotionAnalysis !== undefined;
  if (needsRun && pass.runs.postPromotion?.status?.phase !== 'Successful') return undefined;
  return 'Completed blue-green update';
}

/** Whether the preview passed its checks, so that it may grow to full size; once true it stays so until promotion. Models calculateScaleUpPreviewCheckPoint. */
function isPastCheckPoint(pass: RolloutPass): boolean {
  const preview = blueGreenOf(pass.rollout)!.previewReplicaCount;
  if (preview === undefined) return false;
  if (pass.status.blueGreen.scaleUpPreviewCheckPoint) return true;
  return isAnalysisPassed(pass) && isPauseCompleted(pass) && availableOf(pass.newRS) === preview;
}

/** Pods are counted where the active Service leads; all of them as long as it leads nowhere in particular. */
function countActive({ replicaSets, rollout }: RolloutPass, status: NormalStatus): void {
  const active = withHash(replicaSets, status.blueGreen.activeSelector);
  const counted = active ? [active] : replicaSets;
  status.HPAReplicas = totalOf(counted, 'replicas');
  status.availableReplicas = totalOf(counted, 'availableReplicas');
  status.selector = formatLabelSelector(active ? active.spec.selector : rollout.spec.selector);
  if (active) status.readyReplicas = totalOf(counted, 'readyReplicas');
}
