import type { Pod } from '../../../kube/types/core.ts';
import { controllerOf } from '../../../kube/types/meta.ts';
import { isPodTerminal } from '../pod-state.ts';
import { desiredReplicas } from './deployment-spec.ts';
import type { DeploymentPass } from './deployment-pass.ts';
import { isComplete, rolloutStatus } from './deployment-status.ts';
import { isActive, totalCounted } from './replica-set-family.ts';

/** One step of a Recreate rollout: every old pod is gone before the first new one comes. `pods` are those of all replica sets. Models recreate.go rolloutRecreate. */
export function recreate(pass: DeploymentPass, pods: readonly Pod[]): void {
  pass.syncRevision();
  if (!removeOld(pass) && !oldPodsRemain(pass, pods)) {
    pass.scale(pass.ensureCurrent(), desiredReplicas(pass.deployment));
    if (isComplete(pass.deployment, pass.deployment.status ?? {})) pass.cleanUpHistory();
  }
  pass.writeStatus(rolloutStatus(pass.deployment, pass.family, pass.nowMs));
}

function removeOld(pass: DeploymentPass): boolean {
  const active = pass.family.old.filter(isActive);
  for (const replicaSet of active) pass.scale(replicaSet, 0);
  return active.length > 0;
}

function oldPodsRemain({ family }: DeploymentPass, pods: readonly Pod[]): boolean {
  if (totalCounted(family.old, 'replicas') > 0) return true;
  return pods.some((pod) => controllerOf(pod)?.uid !== family.current?.metadata.uid && !isPodTerminal(pod));
}
