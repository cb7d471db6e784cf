import type { Service } from '../../../../kube/types/core.ts';
import { isHalted } from '../halt.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { hashOf, isSaturated } from '../replica-sets/replica-set-facts.ts';
import { blueGreenOf, replicasOf } from '../rollout-spec.ts';
import { requireService, selectedHash, switchService } from '../services/switch-service.ts';
import { isAnalysisPassed, isFastTracked, isPauseCompleted, isReadyForPause } from './blue-green-progress.ts';

/** The Services of a blue/green Rollout, as copies that know where the pass switched them to. */
export interface BlueGreenServices {
  preview: Service | undefined;
  active: Service;
}

export function blueGreenServices(pass: RolloutPass): BlueGreenServices {
  const { previewService, activeService } = blueGreenOf(pass.rollout)!;
  return { preview: previewService ? requireService(pass, previewService) : undefined, active: requireService(pass, activeService) };
}

/** The preview leads to the new revision as soon as that exists. Models reconcilePreviewService. */
export function switchPreviewService(pass: RolloutPass, { preview }: BlueGreenServices): void {
  if (preview && !isHalted(pass)) switchService(pass, preview, hashOf(pass.newRS));
}

/** Production traffic goes to the new revision once everything is there and checked, and back after an abort; never before the new pods are all available. Models reconcileActiveService. */
export function switchActiveService(pass: RolloutPass, { active }: BlueGreenServices): void {
  if (isHalted(pass)) return;
  if (!isReadyForPause(pass) || !isSaturated(pass.newRS, replicasOf(pass.rollout))) return;
  switchService(pass, active, activeTarget(pass, active));
}

function activeTarget(pass: RolloutPass, active: Service): string {
  if (pass.status.abort) return pass.status.stableRS ?? '';
  const mayPass = isFastTracked(pass, active) || (isPauseCompleted(pass) && isAnalysisPassed(pass));
  return mayPass ? hashOf(pass.newRS) : selectedHash(active);
}
