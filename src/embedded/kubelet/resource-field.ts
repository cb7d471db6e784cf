import type { Pod } from '../../kube/types/core.ts';
import { millisOf, unitsOf, type Allocatable } from './node-resources.ts';

/** Reference to a container's resources in the downward API. */
export interface ResourceFieldRef {
  resource: string;
  containerName?: string;
  divisor?: string;
}

/**
 * A resource of a container as the downward API shows it, in units of the divisor, rounded up; without a limit, what the node has.
 * Undefined for a container or resource that there is not. Models pkg/api/v1/resource ExtractContainerResourceValue.
 */
export function resourceFieldOf(pod: Pod, ref: ResourceFieldRef, ownContainer: string, node: Allocatable): string | undefined {
  const name = ref.containerName ?? ownContainer;
  const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((candidate) => candidate.name === name);
  const [kind, resource] = ref.resource.split('.');
  if (!container || (kind !== 'limits' && kind !== 'requests') || resource === undefined) return undefined;
  const amount = container.resources?.[kind]?.[resource];
  if (resource === 'cpu') {
    const millis = amount === undefined && kind === 'limits' ? node.cpuMillis : millisOf(amount);
    return String(Math.ceil(millis / (millisOf(ref.divisor || '1') || 1_000)));
  }
  const units = amount === undefined && kind === 'limits' && resource === 'memory' ? node.memoryBytes : unitsOf(amount);
  return String(Math.ceil(units / (unitsOf(ref.divisor || '1') || 1)));
}
