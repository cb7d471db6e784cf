import type { ExperimentTemplate, ExperimentTemplateStatus } from '../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { cloneJson } from '../../../system/json.ts';
import { ApiError } from '../../api/api-error.ts';
import { controllerReference } from '../../controllers/ownership.ts';
import { HASH_LABEL, REPLICA_SETS } from '../rollout/names.ts';
import { normalTemplate } from '../rollout/pod-template/go-template.ts';
import { rolloutTemplateHash } from '../rollout/pod-template/rollout-hash.ts';
import { EXPERIMENT_NAME, EXPERIMENT_TEMPLATE } from './names.ts';
import type { ExperimentPass } from './experiment-pass.ts';

/**
 * Creates the ReplicaSet of a template, without pods. A name that is taken leaves the template without one: the real controller counts
 * such collisions, but gives the next one the same name. Undefined when there is none. Models createReplicaSetForTemplate.
 */
export function createTemplateReplicaSet(
  pass: ExperimentPass,
  template: ExperimentTemplate,
  status: ExperimentTemplateStatus,
): ReplicaSet | undefined {
  const draft = draftReplicaSet(pass, template, status.collisionCount);
  try {
    return cloneJson(pass.tools.api.create(REPLICA_SETS, draft));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason === 'AlreadyExists') return undefined;
    pass.tell('ReplicaSetCreateError', `Failed to create new replica set "${draft.metadata.name}": ${error.message}`);
    status.status = 'Error';
    status.message = `Failed to create ReplicaSet for template '${template.name}': ${error.message}`;
    return undefined;
  }
}

/** Models newReplicaSetFromTemplate. */
function draftReplicaSet({ experiment, namespace }: ExperimentPass, from: ExperimentTemplate, collisionCount?: number): ReplicaSet {
  const template = normalTemplate(from.template);
  if (template.metadata?.labels) delete template.metadata.labels[HASH_LABEL];
  const hash = rolloutTemplateHash(template, collisionCount);
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${experiment.metadata.name}-${from.name}`,
      namespace,
      labels,
      ownerReferences: [controllerReference(experiment)],
      annotations: { [EXPERIMENT_NAME]: experiment.metadata.name, [EXPERIMENT_TEMPLATE]: from.name },
    },
    spec: {
      replicas: 0,
      ...(from.minReadySeconds && { minReadySeconds: from.minReadySeconds }),
      selector: { ...cloneJson(from.selector ?? {}), matchLabels: { ...from.selector?.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}
