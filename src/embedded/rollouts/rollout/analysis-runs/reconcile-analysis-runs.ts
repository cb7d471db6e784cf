import type { AnalysisRun, AnalysisRunStatusReference } from '../../../../kube/types/rollouts.ts';
import { reconcilePromotionRuns } from '../blue-green/promotion-analysis.ts';
import { reconcileCanaryRuns } from '../canary/canary-analysis.ts';
import { deleteIfThere } from '../delete-if-there.ts';
import { ANALYSIS_RUNS } from '../names.ts';
import { isFastRollback } from '../rollback.ts';
import type { CurrentRuns, RolloutPass } from '../rollout-pass.ts';
import { blueGreenOf, canaryOf } from '../rollout-spec.ts';
import { isFullyPromoted } from '../status/phase.ts';
import { terminateUnfinished } from '../terminate-unfinished.ts';
import { finishedBeyondHistory } from './finished-beyond-history.ts';

/** Starts, follows, cancels and deletes the AnalysisRuns of an update. Models rollout/analysis.go reconcileAnalysisRuns. */
export function reconcileAnalysisRuns(pass: RolloutPass): void {
  const current = isAnalysisOver(pass) ? cancelCurrent(pass) : reconcileCurrent(pass);
  pass.runs = current;
  noteRuns(pass, current);
  const named = new Set(Object.values(current).map(({ metadata }: AnalysisRun) => metadata.name));
  const others = pass.otherRuns.filter(({ metadata }) => !named.has(metadata.name));
  terminateUnfinished(pass, ANALYSIS_RUNS, others);
  for (const run of finishedBeyondHistory(pass, others)) if (!run.metadata.deletionTimestamp) deleteIfThere(pass, ANALYSIS_RUNS, run);
  tellChanges(pass, current);
}

/** Whether no verdict matters any more, or none does yet. */
function isAnalysisOver(pass: RolloutPass): boolean {
  const { status, pause } = pass;
  return isFullyPromoted(pass) || pause.isAborted || Boolean(status.promoteFull) || isFastRollback(pass) || !status.stableRS;
}

/** A canary forgets its runs once they are cancelled, a blue/green Rollout goes on naming them. */
function cancelCurrent(pass: RolloutPass): CurrentRuns {
  const { prePromotion, postPromotion, step, background } = pass.runs;
  terminateUnfinished(pass, ANALYSIS_RUNS, [step, background, prePromotion, postPromotion]);
  return { ...(prePromotion && { prePromotion }), ...(postPromotion && { postPromotion }) };
}

function reconcileCurrent(pass: RolloutPass): CurrentRuns {
  if (canaryOf(pass.rollout)) return reconcileCanaryRuns(pass);
  return blueGreenOf(pass.rollout) ? reconcilePromotionRuns(pass) : {};
}

/** Models SetCurrentAnalysisRuns. */
function noteRuns({ draft, rollout }: RolloutPass, { prePromotion, postPromotion, step, background }: CurrentRuns): void {
  if (canaryOf(rollout)) {
    if (background) draft.canary.currentBackgroundAnalysisRunStatus = referenceTo(background);
    if (step) draft.canary.currentStepAnalysisRunStatus = referenceTo(step);
  } else if (blueGreenOf(rollout)) {
    if (prePromotion) draft.blueGreen.prePromotionAnalysisRunStatus = referenceTo(prePromotion);
    if (postPromotion) draft.blueGreen.postPromotionAnalysisRunStatus = referenceTo(postPromotion);
  }
}

function referenceTo({ metadata, status }: AnalysisRun): AnalysisRunStatusReference {
  const { phase = '', message } = status ?? {};
  return { name: metadata.name, status: phase, ...(message && { message }) };
}

/** Models reconcileAnalysisRunStatusChanges. */
function tellChanges(pass: RolloutPass, { prePromotion, postPromotion, step, background }: CurrentRuns): void {
  const { blueGreen, canary } = pass.status;
  tellChange(pass, 'PostPromotion', blueGreen.postPromotionAnalysisRunStatus, postPromotion);
  tellChange(pass, 'PrePromotion', blueGreen.prePromotionAnalysisRunStatus, prePromotion);
  tellChange(pass, 'Step', canary.currentStepAnalysisRunStatus, step);
  tellChange(pass, 'Background', canary.currentBackgroundAnalysisRunStatus, background);
}

function tellChange(pass: RolloutPass, type: string, before: AnalysisRunStatusReference | undefined, run: AnalysisRun | undefined): void {
  const phase = run?.status?.phase;
  if (!run || !phase) return;
  if (before && (before.name !== run.metadata.name || before.status === phase)) return;
  const message = `${type} Analysis Run '${run.metadata.name}' Status New: '${phase}' Previous: '${before ? (before.status ?? '') : 'NoPreviousStatus'}'`;
  pass.tell(`AnalysisRun${phase}`, message, phase === 'Failed' || phase === 'Error' ? 'Warning' : 'Normal');
}
