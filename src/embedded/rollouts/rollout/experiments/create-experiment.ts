import type { Experiment, ExperimentSpec, ExperimentStep } from '../../../../kube/types/rollouts.ts';
import { equalJson } from '../../../../system/json.ts';
import { ApiError } from '../../../api/api-error.ts';
import { isControlledBy } from '../../../controllers/ownership.ts';
import { EXPERIMENTS } from '../names.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { isCompleted } from '../status/phase.ts';
import { draftExperiment } from './draft-experiment.ts';

/**
 * Starts the Experiment of the present step; an unfinished one of the same name and content is taken as the one that was to be started, else
 * a number is put after the name. Undefined as long as there is no stable revision. Models createExperimentWithCollisionHandling.
 */
export function createExperiment(pass: RolloutPass, step: ExperimentStep, stepIndex: number): Experiment | undefined {
  if (!pass.stableRS) return undefined;
  const draft = draftExperiment(pass, step, stepIndex, pass.stableRS);
  const experiment = createOrAdopt(pass, draft);
  pass.tell('ExperimentCreated', `Created Experiment '${experiment.metadata.name}'`);
  return experiment;
}

function createOrAdopt(pass: RolloutPass, draft: Experiment): Experiment {
  const baseName = draft.metadata.name;
  for (let collisions = 1; ; collisions += 1) {
    const experiment = tryToCreate(pass, draft);
    if (experiment) return experiment;
    draft.metadata.name = `${baseName}-${collisions}`;
  }
}

/** Undefined when the name belongs to another experiment. */
function tryToCreate({ tools, namespace, rollout }: RolloutPass, draft: Experiment): Experiment | undefined {
  try {
    return tools.api.create(EXPERIMENTS, draft);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
  }
  const existing = tools.api.get<Experiment>(EXPERIMENTS, namespace, draft.metadata.name);
  if (!existing || isCompleted(existing.status?.phase) || !isControlledBy(existing, rollout)) return undefined;
  return equalJson(withoutTerminate(existing.spec), withoutTerminate(draft.spec)) ? existing : undefined;
}

/** Models utils/experiment IsSemanticallyEqual. */
function withoutTerminate({ terminate: _, ...spec }: ExperimentSpec): Omit<ExperimentSpec, 'terminate'> {
  return spec;
}
