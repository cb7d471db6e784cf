import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { replicasOf, scaleDownDelaySeconds, scaleDownRevisionLimit } from '../rollout-spec.ts';
import { sizeOf } from './replica-set-facts.ts';
import { addDeadline, hasDeadline, untilDeadlineMs } from './scale-down-deadline.ts';

/**
 * Counts the old ReplicaSets that may wait for their end, newest first, and says what size each is to have:
 * one without a deadline gets one and keeps its size, one with a deadline ahead gets the Rollout's size, all others 0.
 * Models rollout/replicaset.go scaleDownDelayHelper.
 */
export class ScaleDownDelay {
  readonly #pass: RolloutPass;
  #waiting = 0;

  constructor(pass: RolloutPass) {
    this.#pass = pass;
  }

  sizeFor(replicaSet: ReplicaSet): number {
    const limit = scaleDownRevisionLimit(this.#pass.rollout);
    if (!hasDeadline(replicaSet)) return this.#waiting < limit ? this.#startWaiting(replicaSet) : 0;
    this.#waiting += 1;
    const remainingMs = untilDeadlineMs(replicaSet, this.#pass.nowMs);
    if (this.#waiting > limit || remainingMs === undefined) return 0;
    this.#pass.requeueAfter(remainingMs);
    return replicasOf(this.#pass.rollout);
  }

  #startWaiting(replicaSet: ReplicaSet): number {
    this.#waiting += 1;
    const delaySeconds = scaleDownDelaySeconds(this.#pass.rollout);
    addDeadline(this.#pass, replicaSet, delaySeconds);
    if (delaySeconds > 0) this.#pass.requeueAfter(delaySeconds * 1000);
    return sizeOf(replicaSet);
  }
}
