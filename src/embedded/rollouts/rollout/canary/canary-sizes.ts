import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { availableOf, isSame, sizeOf, totalSize } from '../replica-sets/replica-set-facts.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { maxSurge, maxUnavailable, replicasOf } from '../rollout-spec.ts';
import { isFullyPromoted } from '../status/phase.ts';
import { currentWeight } from './current-step.ts';
import { weightedCounts } from './weighted-counts.ts';

export interface CanarySizes {
  canary: number;
  stable: number;
}

/** What the sizes follow from. */
interface Sizing {
  newRS: ReplicaSet | undefined;
  stableRS: ReplicaSet | undefined;
  /** Whether the stable ReplicaSet is there and is not the new one. */
  isSeparate: boolean;
  wanted: CanarySizes;
  most: number;
  leastAvailable: number;
}

/**
 * The sizes that new and stable ReplicaSet may have now on the way to the present weight: growing first, the stable one before the new one,
 * within maxSurge; then shrinking within maxUnavailable, but not as long as there are older ReplicaSets to shrink.
 * Models replicaset CalculateReplicaCountsForBasicCanary.
 */
export function canarySizes(pass: RolloutPass): CanarySizes {
  const sizing = sizingOf(pass);
  const othersSize = totalSize(pass.otherRSs);
  const grown = grow(sizing, othersSize);
  return othersSize > 0 ? grown : shrink(sizing, grown);
}

function sizingOf({ rollout, newRS, stableRS }: RolloutPass): Sizing {
  const replicas = replicasOf(rollout);
  const isSeparate = stableRS !== undefined && !isSame(stableRS, newRS);
  const counts = weightedCounts({ replicas, weight: wantedWeight(rollout), surge: maxSurge(rollout) });
  return {
    newRS,
    stableRS,
    isSeparate,
    wanted: isSeparate ? counts : { canary: replicas, stable: 0 },
    most: replicas + maxSurge(rollout),
    leastAvailable: replicas - maxUnavailable(rollout),
  };
}

function wantedWeight(rollout: RolloutPass['rollout']): number {
  const { promoteFull, stableRS } = rollout.status;
  return promoteFull || !stableRS || isFullyPromoted(rollout) ? 100 : currentWeight(rollout);
}

function grow({ newRS, stableRS, isSeparate, wanted, most }: Sizing, othersSize: number): CanarySizes {
  const now = { canary: newRS ? sizeOf(newRS) : 0, stable: stableRS && isSeparate ? sizeOf(stableRS) : 0 };
  const room = Math.max(0, most - othersSize - now.canary - now.stable);
  const stable = now.stable + Math.min(room, Math.max(0, wanted.stable - now.stable));
  const left = room - (stable - now.stable);
  const canary = newRS ? now.canary + Math.min(left, Math.max(0, wanted.canary - now.canary)) : 0;
  return { canary, stable };
}

/** Whichever of the two is to shrink does so as far as the other has pods that are available; its own need not be. */
function shrink(sizing: Sizing, grown: CanarySizes): CanarySizes {
  const { newRS, stableRS, isSeparate, wanted, leastAvailable } = sizing;
  const isCanaryGrowing = !newRS || wanted.canary >= sizeOf(newRS);
  // As in the real one, a new ReplicaSet that is the stable one too counts twice.
  const spare = countable(newRS, !isCanaryGrowing) + countable(stableRS, isCanaryGrowing) - leastAvailable;
  if (spare <= 0) return grown;
  if (!isCanaryGrowing) {
    const drained = { replicaSet: newRS, size: drain(newRS, wanted.canary, spare, grown.canary) };
    const [canary, stable] = keepWithin(sizing, drained, { replicaSet: stableRS, size: grown.stable });
    return { canary, stable };
  }
  if (!isSeparate) return grown;
  const drained = { replicaSet: stableRS, size: drain(stableRS, wanted.stable, spare, grown.stable) };
  const [stable, canary] = keepWithin(sizing, drained, { replicaSet: newRS, size: grown.canary });
  return { canary, stable };
}

/** How many pods count towards what has to stay. Models GetReplicasForScaleDown. */
function countable(replicaSet: ReplicaSet | undefined, ignoresAvailability: boolean): number {
  if (!replicaSet) return 0;
  const [size, available] = [sizeOf(replicaSet), availableOf(replicaSet)];
  return size < available || ignoresAvailability ? size : available;
}

function drain(replicaSet: ReplicaSet | undefined, wanted: number, spare: number, present: number): number {
  return replicaSet && sizeOf(replicaSet) > wanted ? Math.max(wanted, sizeOf(replicaSet) - spare) : present;
}

interface Sized {
  replicaSet: ReplicaSet | undefined;
  size: number;
}

/** Keeps both sizes within surge: the other ReplicaSet gives way first, but not below what has to be available. Models adjustReplicaWithinLimits. */
function keepWithin({ most, leastAvailable }: Sizing, drained: Sized, other: Sized): [drained: number, other: number] {
  if (!other.replicaSet) return [drained.size, other.size];
  const available = availableOf(other.replicaSet);
  const reduced = other.size - Math.max(0, other.size + drained.size - most);
  const left = Math.min(availableOf(drained.replicaSet), drained.size) + Math.min(available, reduced);
  const given = Math.min(Math.max(0, available - reduced), Math.max(0, leastAvailable - left));
  const size = reduced + given;
  return [drained.size - Math.max(0, size + drained.size - most), size];
}
