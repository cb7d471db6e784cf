import type { Condition } from '../../../../kube/types/meta.ts';
import type { RolloutStatus } from '../../../../kube/types/rollouts.ts';
import { toSecondsTimestamp } from '../../../../system/time.ts';
import { conditionOf } from '../../../controllers/pod-state.ts';

export type RolloutConditionType = 'Available' | 'Progressing' | 'ReplicaFailure' | 'Paused' | 'InvalidSpec' | 'Healthy' | 'Completed';

/** Why a condition is as it is, as the API spells it. Models utils/conditions. */
export const Reason = {
  invalidSpec: 'InvalidSpec',
  available: 'AvailableReason',
  updated: 'ReplicaSetUpdated',
  createFailed: 'ReplicaSetCreateError',
  created: 'NewReplicaSetCreated',
  found: 'FoundNewReplicaSet',
  newAvailable: 'NewReplicaSetAvailable',
  notAvailable: 'ReplicaSetNotAvailable',
  timedOut: 'ProgressDeadlineExceeded',
  completed: 'RolloutCompleted',
  notCompleted: 'RolloutNotCompleted',
  healthy: 'RolloutHealthy',
  aborted: 'RolloutAborted',
  retry: 'RolloutRetry',
  paused: 'RolloutPaused',
  resumed: 'RolloutResumed',
} as const;

export const PAUSED_MESSAGE = 'Rollout is paused';
export const RESUMED_MESSAGE = 'Rollout is resumed';
export const NOT_AVAILABLE_MESSAGE = 'Rollout does not have minimum availability';

export interface ConditionDraft {
  type: RolloutConditionType;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
}

/**
 * Puts a condition into a status, in place, unless one with the same status and reason is there; says whether it did.
 * The time of the last transition stays when the status does. Models conditions SetRolloutCondition.
 */
export function setCondition(status: RolloutStatus, draft: ConditionDraft, nowMs: number): boolean {
  const now = toSecondsTimestamp(nowMs);
  return addCondition(status, { ...draft, lastUpdateTime: now, lastTransitionTime: now });
}

/** As `setCondition`, for a condition that has its times already. */
export function addCondition(status: RolloutStatus, condition: Condition): boolean {
  const current = conditionOf(status, condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) return false;
  const isTransition = current?.status !== condition.status;
  const added = isTransition ? condition : { ...condition, lastTransitionTime: current.lastTransitionTime! };
  removeCondition(status, condition.type);
  status.conditions = [...(status.conditions ?? []), added];
  return true;
}

export function removeCondition(status: RolloutStatus, type: string): void {
  const conditions = (status.conditions ?? []).filter((condition) => condition.type !== type);
  if (conditions.length > 0) status.conditions = conditions;
  else delete status.conditions;
}

export function isConditionTrue(status: RolloutStatus, type: RolloutConditionType): boolean {
  return conditionOf(status, type)?.status === 'True';
}
