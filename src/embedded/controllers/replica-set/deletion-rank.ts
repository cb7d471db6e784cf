import type { Pod } from '../../../kube/types/core.ts';
import { isPodReady, readySinceMs } from '../pod-state.ts';

const PHASE_RANK: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** What the order of deletion looks at beside the pods themselves. */
export interface RankContext {
  nowMs: number;
  /** How many pods of the same owner's replica sets run on a node, by node name. */
  relatedPodsOnNode: ReadonlyMap<string, number>;
}

/** Pods in the order in which a replica set gives them up: the least useful first. Models controller_utils.go ActivePodsWithRanks. */
export function inDeletionOrder(pods: readonly Pod[], context: RankContext): Pod[] {
  return [...pods].sort((a, b) => compare(a, b, context));
}

function compare(a: Pod, b: Pod, context: RankContext): number {
  return (
    Number(isAssigned(a)) - Number(isAssigned(b)) ||
    phaseRank(a) - phaseRank(b) ||
    Number(isPodReady(a)) - Number(isPodReady(b)) ||
    deletionCost(a) - deletionCost(b) ||
    crowd(b, context) - crowd(a, context) ||
    youngerFirst(a, b, readySinceMs, context.nowMs) ||
    restarts(b) - restarts(a) ||
    sidecarRestarts(b) - sidecarRestarts(a) ||
    youngerFirst(a, b, createdMs, context.nowMs) ||
    byUid(a, b)
  );
}

function isAssigned({ spec }: Pod): boolean {
  return Boolean(spec.nodeName);
}

function phaseRank({ status }: Pod): number {
  return PHASE_RANK[status?.phase ?? 'Pending'] ?? 0;
}

/** The cost that an annotation claims; anything but a plain 32-bit integer counts as 0. */
function deletionCost({ metadata }: Pod): number {
  const text = metadata.annotations?.[DELETION_COST] ?? '0';
  if (!/^-?(0|[1-9]\d*)$/.test(text)) return 0;
  const cost = Number(text);
  return Math.abs(cost) <= 2 ** 31 - 1 ? cost : 0;
}

function crowd({ spec }: Pod, { relatedPodsOnNode }: RankContext): number {
  return relatedPodsOnNode.get(spec.nodeName ?? '') ?? 0;
}

/** Ages are compared by their order of magnitude; pods of different but similar age are told apart by chance (their uid) at once. */
function youngerFirst(a: Pod, b: Pod, sinceMs: (pod: Pod) => number | undefined, nowMs: number): number {
  const aMs = sinceMs(a);
  const bMs = sinceMs(b);
  if (aMs === bMs) return 0;
  if (aMs === undefined || bMs === undefined) return aMs === undefined ? -1 : 1;
  return magnitude(nowMs - aMs) - magnitude(nowMs - bMs) || byUid(a, b);
}

function magnitude(ageMs: number): number {
  return ageMs <= 0 ? -1 : Math.floor(Math.log2(ageMs * 1e6));
}

function byUid(a: Pod, b: Pod): number {
  return a.metadata.uid! < b.metadata.uid! ? -1 : 1;
}

function restarts({ status }: Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
}

function sidecarRestarts({ spec, status }: Pod): number {
  const sidecars = new Set(spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
  const counts = (status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)).map(({ restartCount }) => restartCount);
  return Math.max(0, ...counts);
}

function createdMs({ metadata }: Pod): number | undefined {
  return metadata.creationTimestamp === undefined ? undefined : Date.parse(metadata.creationTimestamp);
}
