import { reconcileAnalysisRuns } from '../analysis-runs/reconcile-analysis-runs.ts';
import { syncRoleMetadata } from '../role-metadata.ts';
import { restartPods } from '../restart-pods.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { syncRevision } from '../replica-sets/sync-revision.ts';
import { isTemplateChanged } from '../template-change.ts';
import { planBlueGreenPause } from './blue-green-pause.ts';
import { scaleBlueGreen } from './scale-blue-green.ts';
import { blueGreenServices, switchActiveService, switchPreviewService } from './blue-green-services.ts';
import { writeBlueGreenStatus } from './blue-green-status.ts';

/** One step of a blue/green update. Models rollout/bluegreen.go rolloutBlueGreen. */
export function reconcileBlueGreen(pass: RolloutPass): void {
  const services = blueGreenServices(pass);
  syncRevision(pass);
  switchPreviewService(pass, services);
  if (isTemplateChanged(pass)) {
    writeBlueGreenStatus(pass, services);
    return;
  }
  restartPods(pass);
  scaleBlueGreen(pass);
  planBlueGreenPause(pass, services);
  switchActiveService(pass, services);
  reconcileAnalysisRuns(pass);
  syncRoleMetadata(pass);
  writeBlueGreenStatus(pass, services);
}
