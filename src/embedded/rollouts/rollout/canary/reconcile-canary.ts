import { reconcileAnalysisRuns } from '../analysis-runs/reconcile-analysis-runs.ts';
import { reconcileExperiments } from '../experiments/reconcile-experiments.ts';
import { cleanUpHistory } from '../replica-sets/history-limit.ts';
import { syncRevision } from '../replica-sets/sync-revision.ts';
import { restartPods } from '../restart-pods.ts';
import { syncRoleMetadata } from '../role-metadata.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { switchCanaryServices } from './canary-services.ts';
import { writeCanaryStatus } from './canary-status.ts';
import { planCanaryPause } from './canary-pause.ts';
import { scaleCanary } from './scale-canary.ts';
import { isTemplateOrStepsChanged } from './steps-change.ts';

/** One step of a canary update, without a traffic router. Models rollout/canary.go rolloutCanary. */
export function reconcileCanary(pass: RolloutPass): void {
  const isChanged = isTemplateOrStepsChanged(pass);
  syncRevision(pass);
  if (isChanged) {
    writeCanaryStatus(pass);
    return;
  }
  // Why: pods that were just evicted still count as available, so nothing may be scaled down in the same pass.
  if (restartPods(pass) > 0) return;
  syncRoleMetadata(pass);
  cleanUpHistory(pass);
  switchCanaryServices(pass);
  reconcileExperiments(pass);
  reconcileAnalysisRuns(pass);
  if (!pass.pause.addsPause && !scaleCanary(pass)) planCanaryPause(pass);
  writeCanaryStatus(pass);
}
