import type { Experiment } from '../../../../kube/types/rollouts.ts';
import { finishedBeyondHistory } from '../analysis-runs/finished-beyond-history.ts';
import { currentStep } from '../canary/current-step.ts';
import { deleteIfThere } from '../delete-if-there.ts';
import { EXPERIMENTS } from '../names.ts';
import { pauseOf } from '../pause-plan.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { terminateUnfinished } from '../terminate-unfinished.ts';
import { createExperiment } from './create-experiment.ts';

/** Starts the Experiment of a canary's step, pauses or aborts as it ends, and ends and deletes others. Models rollout/experiment.go reconcileExperiments. */
export function reconcileExperiments(pass: RolloutPass): void {
  const found = pass.experiment;
  if (pass.pause.isAborted || pass.status.promoteFull) {
    terminateUnfinished(pass, EXPERIMENTS, [...pass.otherExperiments, ...(found ? [found] : [])]);
    return;
  }
  if (pauseOf(pass.status, 'InconclusiveAnalysisRun')) return;
  const { step, index } = currentStep(pass.rollout);
  const current = step?.experiment ? (found ?? createExperiment(pass, step.experiment, index!)) : undefined;
  if (step?.experiment && !current) return;
  if (current) react(pass, current);
  const others = found && !current ? [...pass.otherExperiments, found] : pass.otherExperiments;
  terminateUnfinished(pass, EXPERIMENTS, others);
  for (const experiment of finishedBeyondHistory(pass, others)) {
    if (!experiment.metadata.deletionTimestamp) deleteIfThere(pass, EXPERIMENTS, experiment);
  }
}

/** The status names an experiment only as long as it is under way. */
function react(pass: RolloutPass, experiment: Experiment): void {
  const { phase, message } = experiment.status ?? {};
  if (phase === 'Inconclusive') pass.pause.addPause('InconclusiveExperiment');
  else if (phase === 'Error' || phase === 'Failed') {
    pass.pause.addAbort(`Experiment analysis phase is error/failed${message ? `: ${message}` : ''}`);
  } else if (phase !== 'Successful') setCurrent(pass, experiment);
}

/** Models SetCurrentExperiment. */
function setCurrent(pass: RolloutPass, experiment: Experiment): void {
  const { name } = experiment.metadata;
  pass.experiment = experiment;
  pass.draft.canary.currentExperiment = name;
  pass.otherExperiments = pass.otherExperiments.filter(({ metadata }) => metadata.name !== name);
}
