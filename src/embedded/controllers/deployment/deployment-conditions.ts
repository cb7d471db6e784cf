import type { Condition } from '../../../kube/types/meta.ts';
import type { Deployment } from '../../../kube/types/workloads.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { conditionOf } from '../pod-state.ts';

export type DeploymentStatus = NonNullable<Deployment['status']>;

/** Why a Deployment counts as progressing or not, as the API spells it. */
export const ProgressReason = {
  created: 'NewReplicaSetCreated',
  found: 'FoundNewReplicaSet',
  updated: 'ReplicaSetUpdated',
  available: 'NewReplicaSetAvailable',
  createFailed: 'ReplicaSetCreateError',
  timedOut: 'ProgressDeadlineExceeded',
  paused: 'DeploymentPaused',
  resumed: 'DeploymentResumed',
} as const;

export interface ConditionDraft {
  type: 'Progressing' | 'Available' | 'ReplicaFailure';
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
}

/** Replaces the condition of the draft's type, unless one with the same status and reason is there. Models deployment_util.go SetDeploymentCondition. */
export function withCondition(status: DeploymentStatus, draft: ConditionDraft, nowMs: number): DeploymentStatus {
  const current = conditionOf(status, draft.type);
  if (current?.status === draft.status && current.reason === draft.reason) return status;
  return withFreshCondition(status, draft, nowMs);
}

/** Replaces the condition in any case; the time of its last transition stays when its status does. */
export function withFreshCondition(status: DeploymentStatus, draft: ConditionDraft, nowMs: number): DeploymentStatus {
  const current = conditionOf(status, draft.type);
  const now = toSecondsTimestamp(nowMs);
  const condition: Condition = {
    ...draft,
    lastUpdateTime: now,
    lastTransitionTime: current?.status === draft.status ? current.lastTransitionTime! : now,
  };
  return { ...status, conditions: [...conditionsBut(status, draft.type), condition] };
}

/** The status without the condition of a type. */
export function withoutCondition(status: DeploymentStatus, type: ConditionDraft['type']): DeploymentStatus {
  return conditionOf(status, type) ? { ...status, conditions: conditionsBut(status, type) } : status;
}

function conditionsBut(status: DeploymentStatus, type: string): Condition[] {
  return (status.conditions ?? []).filter((condition) => condition.type !== type);
}
