import type { Experiment } from '../../../../kube/types/rollouts.ts';
import { ApiError } from '../../../api/api-error.ts';
import { EXPERIMENTS } from '../names.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { isCompleted } from '../status/phase.ts';

/** Asks experiments that are under way to end. Models cancelExperiments. */
export function cancelExperiments({ tools }: RolloutPass, experiments: readonly Experiment[]): void {
  for (const { metadata, spec, status } of experiments) {
    if (spec.terminate || isCompleted(status?.phase)) continue;
    try {
      tools.api.patch(EXPERIMENTS, metadata.namespace, metadata.name, { type: 'merge', body: { spec: { terminate: true } } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
    }
  }
}
