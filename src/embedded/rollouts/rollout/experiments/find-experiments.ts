import type { Experiment } from '../../../../kube/types/rollouts.ts';
import type { ApiClient } from '../../../api/client.ts';
import { isControlledBy } from '../../../controllers/ownership.ts';
import { EXPERIMENTS } from '../names.ts';
import type { NormalRollout } from '../normal-rollout.ts';

/** The Experiments that a Rollout owns: the one that its status names, and the others. Models getExperimentsForRollout. */
export function findExperiments(api: ApiClient, rollout: NormalRollout): { current: Experiment | undefined; others: Experiment[] } {
  const owned = api
    .list<Experiment>(EXPERIMENTS, { namespace: rollout.metadata.namespace! })
    .filter((experiment) => isControlledBy(experiment, rollout));
  const current = owned.find(({ metadata }) => metadata.name === rollout.status.canary.currentExperiment);
  return { current, others: owned.filter((experiment) => experiment !== current) };
}
