import { cloneJson } from '../../../system/json.ts';
import type { Service } from '../../../kube/types/core.ts';
import { scaleBlueGreen } from './blue-green/scale-blue-green.ts';
import { scaleCanary } from './canary/scale-canary.ts';
import { SERVICES } from './names.ts';
import { totalOf, withHash } from './replica-sets/replica-set-facts.ts';
import { syncRevision } from './replica-sets/sync-revision.ts';
import type { RolloutPass } from './rollout-pass.ts';
import { blueGreenOf } from './rollout-spec.ts';
import { persistStatus } from './status/persist-status.ts';

/** What a pass does after the Rollout was given another size: ReplicaSets are scaled, nothing else moves. Models rollout/sync.go syncReplicasOnly. */
export function syncSizesOnly(pass: RolloutPass): void {
  syncRevision(pass);
  const status = cloneJson(pass.status);
  let counted = pass.replicaSets;
  const blueGreen = blueGreenOf(pass.rollout);
  if (blueGreen) {
    if (!areServicesThere(pass, [blueGreen.activeService, blueGreen.previewService])) return;
    scaleBlueGreen(pass);
    const active = withHash(pass.replicaSets, status.blueGreen.activeSelector);
    if (active) counted = [active];
  } else scaleCanary(pass);
  status.HPAReplicas = totalOf(counted, 'replicas');
  status.availableReplicas = totalOf(counted, 'availableReplicas');
  persistStatus(pass, status);
}

function areServicesThere({ tools, namespace }: RolloutPass, names: readonly (string | undefined)[]): boolean {
  return names.every((name) => !name || tools.api.get<Service>(SERVICES, namespace, name));
}
