import type { KubeObject } from '../../../kube/types/meta.ts';
import type { Experiment } from '../../../kube/types/rollouts.ts';
import { cloneJson } from '../../../system/json.ts';
import type { ApiClient } from '../../api/client.ts';
import { isControlledBy } from '../../controllers/ownership.ts';
import { EXPERIMENT_NAME, EXPERIMENT_TEMPLATE } from './names.ts';

/**
 * Copies of the objects of a kind that belong to an Experiment's templates, by the template's name. What is annotated for a template that
 * another object has already is left alone; the real controller gives up the whole pass. Models getReplicaSetsForExperiment and getServicesForExperiment.
 */
export function findOwned<T extends KubeObject>(api: ApiClient, resource: string, experiment: Experiment): Map<string, T> {
  const templates = new Set(experiment.spec.templates.map(({ name }) => name));
  const found = new Map<string, T>();
  for (const object of api.list<T>(resource, { namespace: experiment.metadata.namespace! })) {
    const { [EXPERIMENT_NAME]: owner, [EXPERIMENT_TEMPLATE]: template = '' } = object.metadata.annotations ?? {};
    if (!isControlledBy(object, experiment) || owner !== experiment.metadata.name) continue;
    if (templates.has(template) && !found.has(template)) found.set(template, cloneJson(object));
  }
  return found;
}
