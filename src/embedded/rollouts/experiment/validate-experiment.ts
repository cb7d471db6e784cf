import type { Experiment } from '../../../kube/types/rollouts.ts';
import { progressDeadlineSeconds } from './experiment-facts.ts';

/** The first thing that is wrong with an Experiment's templates; undefined when nothing is. Models conditions VerifyExperimentSpec. */
export function problemWithExperiment(experiment: Experiment): string | undefined {
  const { name: experimentName } = experiment.metadata;
  const names = new Set<string>();
  for (const [index, { name, selector, minReadySeconds = 0 }] of experiment.spec.templates.entries()) {
    if (!selector) return `Rollout has missing field '.Spec.Templates[${index}].Selector'`;
    if (Object.keys(selector).length === 0) {
      return `This experiment is selecting all pods at index ${index}. A non-empty selector is required.`;
    }
    if (minReadySeconds > progressDeadlineSeconds(experiment)) {
      return `MinReadySeconds cannot be longer than ProgressDeadlineSeconds. Check template index ${index}`;
    }
    if (!name) return `Experiment ${experimentName} has empty template name at index ${index}`;
    if (names.has(name)) return `Experiment ${experimentName} has repeated template name '${name}' in templates`;
    names.add(name);
  }
  return undefined;
}
