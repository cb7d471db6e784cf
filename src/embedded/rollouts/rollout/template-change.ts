import { rolloutTemplateHash } from './pod-template/rollout-hash.ts';
import { hashOf } from './replica-sets/replica-set-facts.ts';
import type { RolloutPass } from './rollout-pass.ts';

/** The hash of the present template's ReplicaSet, or the one that it would get. */
export function currentHash({ newRS, rollout, status }: RolloutPass): string {
  return newRS ? hashOf(newRS) : rolloutTemplateHash(rollout.spec.template, status.collisionCount);
}

/** Whether the template is another one than at the last pass; false as long as there was none. Models replicaset CheckPodSpecChange. */
export function isTemplateChanged(pass: RolloutPass): boolean {
  const known = pass.status.currentPodHash;
  return known !== undefined && known !== currentHash(pass);
}
