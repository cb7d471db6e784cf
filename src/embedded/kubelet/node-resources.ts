import type { Container, Pod } from '../../kube/types/core.ts';
import type { IntOrString, KubeObject } from '../../kube/types/meta.ts';
import { parseQuantity, QuantityError } from '../schema/quantity.ts';

/** Amounts of what a node shares out. */
export interface Resources {
  cpuMillis: number;
  memoryBytes: number;
}

/** What a node has to share out. */
export interface Allocatable extends Resources {
  pods: number;
}

const NOTHING: Resources = { cpuMillis: 0, memoryBytes: 0 };

/** An amount in whole units; 0 for a text that is no quantity. */
export function unitsOf(quantity: IntOrString | undefined): number {
  return amountOf(quantity, 1n);
}

/** An amount in thousandths, as processor time is counted. */
export function millisOf(quantity: IntOrString | undefined): number {
  return amountOf(quantity, 1_000n);
}

function amountOf(quantity: IntOrString | undefined, scale: bigint): number {
  if (quantity === undefined) return 0;
  try {
    const nano = parseQuantity(String(quantity)).nano * scale;
    return Number(nano / 1_000_000_000n) + (nano % 1_000_000_000n > 0n ? 1 : 0);
  } catch (error) {
    if (error instanceof QuantityError) return 0;
    throw error;
  }
}

/** What a node object says it can share out. */
export function allocatableOf(node: KubeObject): Allocatable {
  const { allocatable = {} } = (node['status'] ?? {}) as { allocatable?: Record<string, string> };
  return { cpuMillis: millisOf(allocatable['cpu']), memoryBytes: unitsOf(allocatable['memory']), pods: unitsOf(allocatable['pods']) };
}

/** What a pod asks for: its containers together with its sidecars, or its most demanding init container if that is more. Models resource helpers PodRequests. */
export function requestsOf({ spec }: Pod): Resources {
  let sidecars = NOTHING;
  let initPeak = NOTHING;
  for (const container of spec.initContainers ?? []) {
    const own = containerRequests(container);
    if (container.restartPolicy === 'Always') sidecars = sum(sidecars, own);
    initPeak = larger(initPeak, container.restartPolicy === 'Always' ? sidecars : sum(sidecars, own));
  }
  return larger(spec.containers.map(containerRequests).reduce(sum, sidecars), initPeak);
}

function containerRequests({ resources }: Container): Resources {
  const requests = { ...resources?.limits, ...resources?.requests };
  return { cpuMillis: millisOf(requests['cpu']), memoryBytes: unitsOf(requests['memory']) };
}

/** Both amounts together. */
export function sum(a: Resources, b: Resources): Resources {
  return { cpuMillis: a.cpuMillis + b.cpuMillis, memoryBytes: a.memoryBytes + b.memoryBytes };
}

function larger(a: Resources, b: Resources): Resources {
  return { cpuMillis: Math.max(a.cpuMillis, b.cpuMillis), memoryBytes: Math.max(a.memoryBytes, b.memoryBytes) };
}
