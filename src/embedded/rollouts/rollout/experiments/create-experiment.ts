import type { Experiment, ExperimentSpec, ExperimentStep } from '../../../../kube/types/rollouts.ts';
import { equalJson } from '../../../../system/json.ts';
import { createOrAdopt } from '../create-or-adopt.ts';
import { EXPERIMENTS } from '../names.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { draftExperiment } from './draft-experiment.ts';

/**
 * Starts the Experiment of the present step; an unfinished one of the same name and content is taken as the one that was to be started, else
 * a number is put after the name. Undefined as long as there is no stable revision. Models createExperimentWithCollisionHandling.
 */
export function createExperiment(pass: RolloutPass, step: ExperimentStep, stepIndex: number): Experiment | undefined {
  if (!pass.stableRS) return undefined;
  const draft = draftExperiment(pass, step, stepIndex, pass.stableRS);
  const experiment = createOrAdopt(pass.tools.api, pass.rollout, {
    resource: EXPERIMENTS,
    draft,
    separator: '-',
    isSame: isSameExperiment,
  });
  pass.tell('ExperimentCreated', `Created Experiment '${experiment.metadata.name}'`);
  return experiment;
}

/** Models utils/experiment IsSemanticallyEqual. */
function isSameExperiment({ spec: a }: Experiment, { spec: b }: Experiment): boolean {
  return equalJson(withoutTerminate(a), withoutTerminate(b));
}

function withoutTerminate({ terminate: _, ...spec }: ExperimentSpec): Omit<ExperimentSpec, 'terminate'> {
  return spec;
}
