import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { MANAGED_BY } from '../names.ts';
import { availableOf, hashOf, sizeOf } from '../replica-sets/replica-set-facts.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { canaryOf } from '../rollout-spec.ts';
import { requireService, selectedHash, switchService } from '../services/switch-service.ts';

/** Leads the canary's and the stable Service, where there are any, to their pods; after an abort both to the stable ones. Models reconcileStableAndCanaryService. */
export function switchCanaryServices(pass: RolloutPass): void {
  const { canaryService, stableService } = canaryOf(pass.rollout)!;
  leadTo(pass, stableService, pass.stableRS);
  leadTo(pass, canaryService, pass.pause.isAborted ? pass.stableRS : pass.newRS);
}

/** A Service that is taken over waits for all pods, one that is steered already for the first. Models ensureSVCTargets. */
function leadTo(pass: RolloutPass, name: string | undefined, replicaSet: ReplicaSet | undefined): void {
  if (!name || !replicaSet) return;
  const service = requireService(pass, name);
  if (selectedHash(service) === hashOf(replicaSet)) return;
  const isManaged = service.metadata.annotations?.[MANAGED_BY] !== undefined;
  const available = availableOf(replicaSet);
  if (available === 0 || (!isManaged && available < sizeOf(replicaSet))) return;
  switchService(pass, service, hashOf(replicaSet));
}
