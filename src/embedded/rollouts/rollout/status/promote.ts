import type { NormalStatus } from '../normal-rollout.ts';
import { revisionOf } from '../replica-sets/revision.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { canaryOf } from '../rollout-spec.ts';
import { scaleReferenced } from '../workload/scale-referenced-down.ts';

/** Makes the new revision the stable one; an event tells when it was not that already. Models rollout/sync.go promoteStable. */
export function promote(pass: RolloutPass, status: NormalStatus, reason: string): void {
  pass.pause.clearPauses();
  pass.pause.removeAbort();
  delete status.promoteFull;
  delete status.blueGreen.scaleUpPreviewCheckPoint;
  if (canaryOf(pass.rollout)) finishSteps(pass, status);
  const revision = revisionOf(pass.rollout);
  const hash = status.currentPodHash!;
  if (status.stableRS !== hash) {
    status.stableRS = hash;
    pass.tell('RolloutCompleted', `Rollout completed update to revision ${revision} (${hash}): ${reason}`);
  }
  const isFirst = revision === 1 && pass.status.phase === 'Healthy';
  if (isFirst && pass.rollout.spec.workloadRef?.scaleDown === 'onsuccess') scaleReferenced(pass, 0);
}

function finishSteps({ rollout }: RolloutPass, status: NormalStatus): void {
  const count = canaryOf(rollout)?.steps?.length ?? 0;
  if (count > 0) status.currentStepIndex = count;
  else delete status.currentStepIndex;
}
