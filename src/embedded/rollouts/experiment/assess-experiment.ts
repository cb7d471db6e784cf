import type { AnalysisPhase, Experiment, ExperimentStatus, ExperimentTemplatePhase } from '../../../kube/types/rollouts.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { isCompleted, isWorse } from '../analysis/analysis-phase.ts';
import { areRequiredRunsSuccessful, hasRequiredRuns } from './experiment-facts.ts';
import type { ExperimentPass } from './experiment-pass.ts';

interface Verdict {
  phase: AnalysisPhase;
  message: string;
}

/** Puts the experiment's phase into the draft of its status: pending at first, then what templates and analyses make of it. Models calculateStatus. */
export function assessExperiment({ experiment, draft, nowMs }: ExperimentPass): void {
  if (!draft.phase) {
    draft.phase = 'Pending';
    return;
  }
  if (isCompleted(draft.phase)) return;
  const templates = assessTemplates(experiment, draft);
  const analyses = assessAnalyses(experiment, draft);
  if (templates.phase === 'Running') draft.availableAt ??= toSecondsTimestamp(nowMs);
  const { phase, message } = isDecidedByAnalyses(experiment, draft, { templates, analyses }) ? analyses : templates;
  draft.phase = phase;
  if (message) draft.message = message;
  else delete draft.message;
}

function isDecidedByAnalyses(
  experiment: Experiment,
  draft: ExperimentStatus,
  { templates, analyses }: { templates: Verdict; analyses: Verdict },
): boolean {
  const isAnalysed = isCompleted(analyses.phase);
  if (!isCompleted(templates.phase)) {
    return (isAnalysed && analyses.phase !== 'Successful') || areRequiredRunsSuccessful(experiment, draft);
  }
  return templates.phase === 'Successful' && (isAnalysed || hasRequiredRuns(experiment));
}

const BEST_TO_WORST: readonly (ExperimentTemplatePhase | undefined)[] = ['Successful', 'Running', 'Progressing', 'Error', 'Failed'];
const PHASE_FOR: Record<ExperimentTemplatePhase, AnalysisPhase> = {
  Successful: 'Successful',
  Running: 'Running',
  Progressing: 'Pending',
  Error: 'Error',
  Failed: 'Failed',
};

/** The worst of the templates. */
function assessTemplates({ spec }: Experiment, { templateStatuses = [] }: ExperimentStatus): Verdict {
  let worst: ExperimentTemplatePhase = 'Successful';
  let message = '';
  for (const { name } of spec.templates) {
    const status = templateStatuses.find((template) => template.name === name);
    if (!status?.status || BEST_TO_WORST.indexOf(status.status) <= BEST_TO_WORST.indexOf(worst)) continue;
    worst = status.status;
    message = status.message ?? '';
  }
  return { phase: PHASE_FOR[worst], message };
}

/** The worst of the analyses, where one that waits counts as one that runs; without any, success. */
function assessAnalyses(experiment: Experiment, draft: ExperimentStatus): Verdict {
  let worst: AnalysisPhase = 'Successful';
  let message = '';
  for (const { name } of experiment.spec.analyses ?? []) {
    const status = draft.analysisRuns?.find((run) => run.name === name);
    if (!status?.phase || !isWorse(status.phase, worst)) continue;
    worst = status.phase;
    message = status.message ?? '';
  }
  if (areRequiredRunsSuccessful(experiment, draft) && isWorse('Running', worst)) {
    return { phase: 'Successful', message: 'Required AnalysisRuns completed' };
  }
  return { phase: worst === 'Pending' ? 'Running' : worst, message };
}
