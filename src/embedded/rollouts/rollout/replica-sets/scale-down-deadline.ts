import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { toSecondsTimestamp } from '../../../../system/time.ts';
import { REPLICA_SETS, SCALE_DOWN_DEADLINE } from '../names.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { staysAfterAbort } from './abort-delay.ts';
import { isSame } from './replica-set-facts.ts';

const PATH = `/metadata/annotations/${SCALE_DOWN_DEADLINE}`;

export function hasDeadline({ metadata }: ReplicaSet): boolean {
  return Boolean(metadata.annotations?.[SCALE_DOWN_DEADLINE]);
}

/** How long a ReplicaSet with a deadline may keep its pods; undefined when the deadline is over, absent or cannot be read. */
export function untilDeadlineMs({ metadata }: ReplicaSet, nowMs: number): number | undefined {
  const deadlineMs = Date.parse(metadata.annotations?.[SCALE_DOWN_DEADLINE] ?? '');
  return deadlineMs > nowMs ? deadlineMs - nowMs : undefined;
}

/** Gives a ReplicaSet a deadline; with no delay, takes its deadline away. The copy in hand does not learn of a new one. Models addScaleDownDelay. */
export function addDeadline(pass: RolloutPass, replicaSet: ReplicaSet, delaySeconds: number): void {
  if (delaySeconds === 0) {
    removeDeadline(pass, replicaSet);
    return;
  }
  const value = toSecondsTimestamp(pass.nowMs + delaySeconds * 1000);
  pass.tools.api.patch(REPLICA_SETS, pass.namespace, replicaSet.metadata.name, {
    type: 'json',
    operations: [{ op: 'add', path: PATH, value }],
  });
}

/** Takes a deadline away, from the copy in hand too. Models removeScaleDownDelay. */
export function removeDeadline(pass: RolloutPass, replicaSet: ReplicaSet): void {
  if (!hasDeadline(replicaSet)) return;
  pass.tools.api.patch(REPLICA_SETS, pass.namespace, replicaSet.metadata.name, {
    type: 'json',
    operations: [{ op: 'remove', path: PATH }],
  });
  delete replicaSet.metadata.annotations![SCALE_DOWN_DEADLINE];
}

/** New and stable ReplicaSets are there to stay, unless the new one was aborted. Models removeScaleDownDeadlines. */
export function removeDeadlinesInUse(pass: RolloutPass): void {
  const { newRS, stableRS } = pass;
  const keepsNew = newRS !== undefined && !staysAfterAbort(pass);
  if (keepsNew) removeDeadline(pass, newRS);
  if (stableRS && !(keepsNew && isSame(stableRS, newRS))) removeDeadline(pass, stableRS);
}
