import type { RolloutPass } from '../rollout-pass.ts';
import { abortDelaySeconds, canaryOf, isTrafficRouted } from '../rollout-spec.ts';

/** Whether the new ReplicaSet of an aborted update keeps its pods for a while. Models rollout/replicaset.go shouldDelayScaleDownOnAbort. */
export function staysAfterAbort({ pause, stableRS, rollout }: RolloutPass): boolean {
  if (!pause.isAborted || !stableRS) return false;
  const canary = canaryOf(rollout);
  if (canary && !isTrafficRouted(canary)) return false;
  return abortDelaySeconds(rollout) !== undefined;
}
