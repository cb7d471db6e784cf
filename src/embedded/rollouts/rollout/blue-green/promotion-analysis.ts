import type { AnalysisRun } from '../../../../kube/types/rollouts.ts';
import { createRun } from '../analysis-runs/create-run.ts';
import { needsNewRun } from '../analysis-runs/needs-new-run.ts';
import { ANALYSIS_RUNS } from '../names.ts';
import { pauseOf } from '../pause-plan.ts';
import { availableOf, hashOf, isSaturated, sizeOf } from '../replica-sets/replica-set-facts.ts';
import type { CurrentRuns, RolloutPass } from '../rollout-pass.ts';
import { blueGreenOf, replicasOf } from '../rollout-spec.ts';
import { terminateUnfinished } from '../terminate-unfinished.ts';

/** Starts the analyses before and after promotion when their time has come, and pauses or aborts as they end. Models the blue/green part of reconcileAnalysisRuns. */
export function reconcilePromotionRuns(pass: RolloutPass): CurrentRuns {
  const prePromotion = reconcileRun(pass, 'pre');
  react(pass, prePromotion, 'pre');
  const postPromotion = reconcileRun(pass, 'post');
  react(pass, postPromotion, 'post');
  return { ...(prePromotion && { prePromotion }), ...(postPromotion && { postPromotion }) };
}

type Stage = 'pre' | 'post';

/** Models reconcilePrePromotionAnalysisRun and reconcilePostPromotionAnalysisRun. */
function reconcileRun(pass: RolloutPass, stage: Stage): AnalysisRun | undefined {
  const blueGreen = blueGreenOf(pass.rollout)!;
  const analysis = stage === 'pre' ? blueGreen.prePromotionAnalysis : blueGreen.postPromotionAnalysis;
  const current = stage === 'pre' ? pass.runs.prePromotion : pass.runs.postPromotion;
  if (!analysis?.templates?.length) {
    terminateUnfinished(pass, ANALYSIS_RUNS, [current]);
    return undefined;
  }
  if (stage === 'pre' ? skipsPrePromotionRun(pass) : skipsPostPromotionRun(pass)) {
    terminateUnfinished(pass, ANALYSIS_RUNS, [current]);
    return current;
  }
  if (pauseOf(pass.status, 'InconclusiveAnalysisRun') || !needsNewRun(pass, current)) return current;
  return createRun(pass, analysis, { infix: stage, type: stage === 'pre' ? 'PrePromotion' : 'PostPromotion' });
}

/** Whether there is nothing to analyse before promotion: it is done, or the new pods are not all there. Models skipPrePromotionAnalysisRun. */
function skipsPrePromotionRun({ status, newRS, runs, rollout }: RolloutPass): boolean {
  const hash = hashOf(newRS);
  const active = status.blueGreen.activeSelector ?? '';
  if (!newRS || hash === '' || status.stableRS === hash || active === '' || active === hash) return true;
  if (runs.prePromotion) return false;
  const preview = blueGreenOf(rollout)!.previewReplicaCount;
  if (preview !== undefined) return sizeOf(newRS) !== preview || availableOf(newRS) !== preview;
  return !isSaturated(newRS, replicasOf(rollout));
}

/** Whether there is nothing to analyse after promotion: it has not happened, or is final, or the new pods are not all there. Models skipPostPromotionAnalysisRun. */
export function skipsPostPromotionRun({ status, newRS, runs, rollout }: RolloutPass): boolean {
  const hash = hashOf(newRS);
  if (hash === '' || status.stableRS === hash || status.blueGreen.activeSelector !== hash) return true;
  return !runs.postPromotion && !isSaturated(newRS, replicasOf(rollout));
}

/** Models setPauseOrAbortForBlueGreen. */
function react({ pause }: RolloutPass, run: AnalysisRun | undefined, stage: Stage): void {
  const { phase, message } = run?.status ?? {};
  if (phase === 'Inconclusive') pause.addPause('InconclusiveAnalysisRun');
  else if (phase === 'Error' || phase === 'Failed') {
    pause.addAbort(`Blue/green ${stage}-promotion analysis phase error/failed${message ? `: ${message}` : ''}`);
  }
}
