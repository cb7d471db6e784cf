import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { canarySizes } from '../canary/canary-sizes.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { blueGreenOf, replicasOf } from '../rollout-spec.ts';
import { hashOf, isSame, withHash } from './replica-set-facts.ts';

/** The size that the new ReplicaSet is to have now. Models replicaset NewRSNewReplicas. */
export function wantedSize(pass: RolloutPass, newRS: ReplicaSet): number {
  return blueGreenOf(pass.rollout) ? blueGreenSize(pass, newRS) : canarySizes(pass).canary;
}

/** All pods, or those of a preview as long as the update isn't past its checks. */
function blueGreenSize({ rollout, status, replicaSets }: RolloutPass, newRS: ReplicaSet): number {
  const full = replicasOf(rollout);
  const preview = blueGreenOf(rollout)?.previewReplicaCount;
  if (preview === undefined) return full;
  const active = withHash(replicaSets, status.blueGreen.activeSelector);
  if (!active || isSame(active, newRS) || status.promoteFull) return full;
  if (hashOf(newRS) !== (status.currentPodHash ?? '')) return preview;
  const isHeld = rollout.spec.paused || (status.pauseConditions?.length ?? 0) > 0;
  return !isHeld && status.blueGreen.scaleUpPreviewCheckPoint ? full : preview;
}
