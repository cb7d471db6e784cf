import { stepsHash } from '../pod-template/rollout-hash.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { canaryOf } from '../rollout-spec.ts';
import { isTemplateChanged } from '../template-change.ts';

/** Whether the update has to begin anew: another template, other steps, or steps that were never noted. Models replicaset PodTemplateOrStepsChanged. */
export function isTemplateOrStepsChanged(pass: RolloutPass): boolean {
  return pass.status.currentStepHash !== currentStepsHash(pass) || isTemplateChanged(pass);
}

export function currentStepsHash({ rollout }: RolloutPass): string {
  return stepsHash(canaryOf(rollout)?.steps);
}
