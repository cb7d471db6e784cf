import type { Service, ServicePort } from '../../../kube/types/core.ts';
import type { ExperimentTemplate, ExperimentTemplateStatus } from '../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { ApiError } from '../../api/api-error.ts';
import { controllerReference, isControlledBy } from '../../controllers/ownership.ts';
import { HASH_LABEL, SERVICES } from '../rollout/names.ts';
import { availableOf } from '../rollout/replica-sets/replica-set-facts.ts';
import type { ExperimentPass } from './experiment-pass.ts';
import { EXPERIMENT_NAME, EXPERIMENT_TEMPLATE } from './names.ts';

/** Creates the Service that a template asks for as long as it is to have pods, and deletes it when the last one is gone. Models the Service part of reconcileTemplate. */
export function reconcileTemplateService(
  pass: ExperimentPass,
  replicaSet: ReplicaSet,
  wanted: { template: ExperimentTemplate; replicas: number },
  status: ExperimentTemplateStatus,
): void {
  const { template, replicas } = wanted;
  if (!template.service) deleteService(pass, template, status);
  else if (replicas > 0) createService(pass, replicaSet, template, status);
  else if (availableOf(replicaSet) === 0) deleteService(pass, template, status);
}

/** A Service has the ports of the containers, so there is none without any. As in the real one, one with a name of its own is looked for in every pass. */
function createService(pass: ExperimentPass, replicaSet: ReplicaSet, template: ExperimentTemplate, status: ExperimentTemplateStatus): void {
  const ports = portsOf(replicaSet);
  if (pass.services.get(template.name)?.metadata.name === replicaSet.metadata.name || ports.length === 0) return;
  const name = template.service?.name || replicaSet.metadata.name;
  const outcome = createOrFind(pass, template, serviceOf(pass, { name, template, replicaSet, ports }));
  if (typeof outcome === 'string') {
    status.status = 'Error';
    status.message = `Failed to create Service ${name} for template '${template.name}': ${outcome}`;
    return;
  }
  pass.services.set(template.name, outcome);
  status.serviceName = name;
  status.podTemplateHash = replicaSet.metadata.labels![HASH_LABEL]!;
}

function portsOf({ spec }: ReplicaSet): ServicePort[] {
  const ports = spec.template.spec.containers.flatMap((container) => container.ports ?? []);
  return ports.map(({ name, protocol, containerPort }) => ({
    ...(name && { name }),
    ...(protocol && { protocol }),
    port: containerPort,
    targetPort: containerPort,
  }));
}

function serviceOf(
  { experiment, namespace }: ExperimentPass,
  { name, template, replicaSet, ports }: { name: string; template: ExperimentTemplate; replicaSet: ReplicaSet; ports: ServicePort[] },
): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      ownerReferences: [controllerReference(experiment)],
      annotations: { [EXPERIMENT_NAME]: experiment.metadata.name, [EXPERIMENT_TEMPLATE]: template.name },
    },
    spec: { selector: { ...replicaSet.metadata.labels }, ports },
  };
}

/** The Service, or why there is none. */
function createOrFind({ tools, experiment }: ExperimentPass, template: ExperimentTemplate, draft: Service): Service | string {
  try {
    return tools.api.create(SERVICES, draft);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason !== 'AlreadyExists') return `cannot create service: ${error.message}`;
  }
  const { namespace, name } = draft.metadata;
  const existing = tools.api.get<Service>(SERVICES, namespace, name);
  const annotations = existing?.metadata.annotations ?? {};
  const isOurs =
    existing !== undefined &&
    isControlledBy(existing, experiment) &&
    annotations[EXPERIMENT_NAME] === experiment.metadata.name &&
    annotations[EXPERIMENT_TEMPLATE] === template.name;
  return isOurs ? existing : `service ${name} already exists and is not owned by experiment template ${template.name}`;
}

function deleteService(pass: ExperimentPass, template: ExperimentTemplate, status: ExperimentTemplateStatus): void {
  const service = pass.services.get(template.name);
  if (!service) return;
  try {
    pass.tools.api.delete(SERVICES, pass.namespace, service.metadata.name);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason !== 'NotFound') {
      status.status = 'Error';
      status.message = `Failed to delete Service for template '${template.name}': ${error.message}`;
      return;
    }
  }
  pass.services.delete(template.name);
  delete status.serviceName;
  delete status.podTemplateHash;
}
