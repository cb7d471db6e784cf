import type { AnalysisRun } from '../../../../kube/types/rollouts.ts';
import { createRun } from '../analysis-runs/create-run.ts';
import { needsNewRun } from '../analysis-runs/needs-new-run.ts';
import { ANALYSIS_RUNS, STEP_INDEX } from '../names.ts';
import { pauseOf } from '../pause-plan.ts';
import type { CurrentRuns, RolloutPass } from '../rollout-pass.ts';
import { canaryOf } from '../rollout-spec.ts';
import { isFullyPromoted } from '../status/phase.ts';
import { terminateUnfinished } from '../terminate-unfinished.ts';
import { currentStep } from './current-step.ts';

/** Starts the analysis of the present step and the one in the background, and pauses or aborts as they end. Models the canary part of reconcileAnalysisRuns. */
export function reconcileCanaryRuns(pass: RolloutPass): CurrentRuns {
  const step = reconcileStepRun(pass);
  const background = reconcileBackgroundRun(pass);
  return { ...(step && { step }), ...(background && { background }) };
}

/** Models reconcileStepBasedAnalysisRun. */
function reconcileStepRun(pass: RolloutPass): AnalysisRun | undefined {
  const current = pass.runs.step;
  if ((pass.status.pauseConditions?.length ?? 0) > 0 || pass.status.abort) return current;
  const { step, index } = currentStep(pass.rollout);
  const isOfOtherStep = current !== undefined && current.metadata.labels?.[STEP_INDEX] !== String(index);
  if (!step?.analysis?.templates?.length || index === undefined || isOfOtherStep) {
    terminateUnfinished(pass, ANALYSIS_RUNS, [current]);
    return undefined;
  }
  if (needsNewRun(pass, current)) return createRun(pass, step.analysis, { infix: String(index), type: 'Step', stepIndex: index });
  react(pass, current!, 'Step-based');
  return current;
}

/** Models reconcileBackgroundAnalysisRun. */
function reconcileBackgroundRun(pass: RolloutPass): AnalysisRun | undefined {
  const current = pass.runs.background;
  const analysis = canaryOf(pass.rollout)!.analysis;
  if (!analysis?.templates?.length) {
    terminateUnfinished(pass, ANALYSIS_RUNS, [current]);
    return undefined;
  }
  const { stableRS, currentPodHash } = pass.status;
  if (isFullyPromoted(pass.rollout) || !stableRS || !currentPodHash || isBeforeStart(pass)) return undefined;
  if (pauseOf(pass.status, 'InconclusiveAnalysisRun')) return current;
  if (needsNewRun(pass, current)) return createRun(pass, analysis, { type: 'Background' });
  react(pass, current!, 'Background');
  return current;
}

/** Models BeforeStartingStep. */
function isBeforeStart({ rollout }: RolloutPass): boolean {
  const first = canaryOf(rollout)!.analysis?.startingStep;
  const { index } = currentStep(rollout);
  return first !== undefined && index !== undefined && index < first;
}

function react({ pause }: RolloutPass, { status }: AnalysisRun, kind: string): void {
  if (status?.phase === 'Inconclusive') pause.addPause('InconclusiveAnalysisRun');
  else if (status?.phase === 'Error' || status?.phase === 'Failed') {
    pause.addAbort(`${kind} analysis phase error/failed${status.message ? `: ${status.message}` : ''}`);
  }
}
