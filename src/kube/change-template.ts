import { ClusterError } from '../errors.ts';
import { cloneJson } from '../system/json.ts';
import type { KubeClient } from './client.ts';
import { readRollout, type RolloutTarget } from './rollout-actions.ts';
import type { Container, PodSpec, PodTemplateSpec } from './types/core.ts';
import type { KubeObject } from './types/meta.ts';

type Templated = KubeObject & { spec: { template?: PodTemplateSpec } };

const ATTEMPTS = 5;
const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/**
 * Changes a container (`*` for all) in the pod template of a Rollout, or of the Deployment it takes its template from, as a pipeline would:
 * reads the object, writes it back whole, and reads again when somebody else was quicker. Answers what was written.
 */
export async function changeTemplate(
  client: KubeClient,
  target: RolloutTarget,
  container: string,
  change: (container: Container) => void,
): Promise<KubeObject> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await changeOnce(client, target, container, change);
    } catch (error) {
      const isConflict = error instanceof ClusterError && error.reason === 'Conflict';
      if (!isConflict || attempt === ATTEMPTS) throw error;
    }
  }
}

async function changeOnce(
  client: KubeClient,
  target: RolloutTarget,
  container: string,
  change: (container: Container) => void,
): Promise<KubeObject> {
  const rollout = await readRollout(client, target);
  const deployment = rollout.spec.workloadRef?.name;
  if (deployment === undefined) return client.update('rollouts.argoproj.io', changed(rollout, container, change));
  const workload = await client.get<Templated>('deployments.apps', target.namespace, deployment);
  if (!workload) throw new ClusterError(`deployments.apps "${deployment}" not found`, { status: 404, reason: 'NotFound' });
  return client.update('deployments.apps', changed(workload, container, change));
}

function changed<T extends Templated>(object: T, container: string, change: (container: Container) => void): T {
  const copy = cloneJson(object);
  const containers = CONTAINER_LISTS.flatMap((list) => (copy.spec.template?.spec[list] ?? []) as PodSpec['containers']);
  const chosen = containers.filter(({ name }) => container === '*' || name === container);
  if (chosen.length === 0) throw new ClusterError(`unable to find container named "${container}"`);
  for (const each of chosen) change(each);
  return copy;
}
