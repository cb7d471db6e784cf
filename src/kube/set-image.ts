import { ClusterError } from '../errors.ts';
import { cloneJson } from '../system/json.ts';
import type { KubeClient } from './client.ts';
import { readRollout, type RolloutTarget } from './rollout-actions.ts';
import type { PodSpec, PodTemplateSpec } from './types/core.ts';
import type { KubeObject } from './types/meta.ts';

type Templated = KubeObject & { spec: { template?: PodTemplateSpec } };

const ATTEMPTS = 5;
const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/**
 * Sets the image of a container (`*` for all) of a Rollout, or of the Deployment it takes its template from, as a pipeline would:
 * reads the object, writes it back whole, and reads again when somebody else was quicker. Answers what the plugin prints.
 * Models cmd/set SetImage.
 */
export async function setImage(client: KubeClient, target: RolloutTarget, container: string, image: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { kind, metadata } = await setImageOnce(client, target, container, image);
      return `${kind.toLowerCase()} "${metadata.name}" image updated`;
    } catch (error) {
      const isConflict = error instanceof ClusterError && error.reason === 'Conflict';
      if (!isConflict || attempt === ATTEMPTS) throw error;
    }
  }
}

async function setImageOnce(client: KubeClient, target: RolloutTarget, container: string, image: string): Promise<KubeObject> {
  const rollout = await readRollout(client, target);
  const deployment = rollout.spec.workloadRef?.name;
  if (deployment === undefined) return client.update('rollouts.argoproj.io', withImage(rollout, container, image));
  const workload = await client.get<Templated>('deployments.apps', target.namespace, deployment);
  if (!workload) throw new ClusterError(`deployments.apps "${deployment}" not found`, { status: 404, reason: 'NotFound' });
  return client.update('deployments.apps', withImage(workload, container, image));
}

function withImage<T extends Templated>(object: T, container: string, image: string): T {
  const copy = cloneJson(object);
  const containers = CONTAINER_LISTS.flatMap((list) => (copy.spec.template?.spec[list] ?? []) as PodSpec['containers']);
  const chosen = containers.filter(({ name }) => container === '*' || name === container);
  if (chosen.length === 0) throw new ClusterError(`unable to find container named "${container}"`);
  for (const each of chosen) each.image = image;
  return copy;
}
