import type { Deployment, ReplicaSet } from '../../../kube/types/workloads.ts';
import { conditionOf } from '../pod-state.ts';
import {
  ProgressReason,
  withCondition,
  withFreshCondition,
  withoutCondition,
  type ConditionDraft,
  type DeploymentStatus,
} from './deployment-conditions.ts';
import { desiredReplicas, maxUnavailable, progressDeadlineSeconds } from './deployment-spec.ts';
import { membersOf, totalCounted, totalWanted, type ReplicaSetFamily } from './replica-set-family.ts';

/** The counts and the Available condition that the replica sets amount to; other conditions stay. Models sync.go calculateStatus. */
export function countedStatus(deployment: Deployment, family: ReplicaSetFamily, nowMs: number): DeploymentStatus {
  const all = membersOf(family);
  const available = totalCounted(all, 'availableReplicas');
  const { conditions, collisionCount } = deployment.status ?? {};
  const counts = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: totalCounted(all, 'replicas'),
    updatedReplicas: family.current?.status?.replicas ?? 0,
    readyReplicas: totalCounted(all, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalWanted(all) - available),
  };
  const status: DeploymentStatus = {
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ...(collisionCount !== undefined && { collisionCount }),
    ...(conditions && { conditions }),
  };
  const isAvailable = available >= desiredReplicas(deployment) - maxUnavailable(deployment);
  return withCondition(status, isAvailable ? HAS_MINIMUM : LACKS_MINIMUM, nowMs);
}

const HAS_MINIMUM: ConditionDraft = {
  type: 'Available',
  status: 'True',
  reason: 'MinimumReplicasAvailable',
  message: 'Deployment has minimum availability.',
};

const LACKS_MINIMUM: ConditionDraft = {
  type: 'Available',
  status: 'False',
  reason: 'MinimumReplicasUnavailable',
  message: 'Deployment does not have minimum availability.',
};

/** The status during a rollout: counts, availability, whether it makes progress, and why pods cannot be made. Models progress.go syncRolloutStatus. */
export function rolloutStatus(deployment: Deployment, family: ReplicaSetFamily, nowMs: number): DeploymentStatus {
  const counted = countedStatus(deployment, family, nowMs);
  return withReplicaFailure(withProgress(deployment, family, counted, nowMs), family, nowMs);
}

function withProgress(deployment: Deployment, { current }: ReplicaSetFamily, status: DeploymentStatus, nowMs: number): DeploymentStatus {
  if (progressDeadlineSeconds(deployment) === undefined) return withoutCondition(status, 'Progressing');
  const reason = conditionOf(deployment.status, 'Progressing')?.reason;
  const isSettled = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && reason === ProgressReason.available;
  if (isSettled) return status;
  const subject = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status)) return withCondition(status, completed(subject), nowMs);
  if (madeProgress(deployment.status ?? {}, status)) return withFreshCondition(status, progressing(subject), nowMs);
  if (isTimedOut(deployment, status, nowMs)) return withCondition(status, timedOut(subject), nowMs);
  return status;
}

function completed(subject: string): ConditionDraft {
  return { type: 'Progressing', status: 'True', reason: ProgressReason.available, message: `${subject} has successfully progressed.` };
}

function progressing(subject: string): ConditionDraft {
  return { type: 'Progressing', status: 'True', reason: ProgressReason.updated, message: `${subject} is progressing.` };
}

function timedOut(subject: string): ConditionDraft {
  return { type: 'Progressing', status: 'False', reason: ProgressReason.timedOut, message: `${subject} has timed out progressing.` };
}

/** Whether every desired pod is there, of the current template and available. Models deployment_util.go DeploymentComplete. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = desiredReplicas(deployment);
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Models deployment_util.go DeploymentProgressing. */
function madeProgress(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** Models deployment_util.go DeploymentTimedOut. */
function isTimedOut(deployment: Deployment, status: DeploymentStatus, nowMs: number): boolean {
  const condition = conditionOf(status, 'Progressing');
  if (!condition || condition.reason === ProgressReason.available) return false;
  if (condition.reason === ProgressReason.timedOut) return true;
  return untilDeadlineMs(deployment, status, nowMs)! < 0;
}

/** How long until lack of progress exceeds the deadline; negative when it has. Undefined when progress is not awaited. */
export function untilDeadlineMs(deployment: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const seconds = progressDeadlineSeconds(deployment);
  const since = conditionOf(status, 'Progressing')?.lastUpdateTime;
  return seconds === undefined || since === undefined ? undefined : Date.parse(since) + seconds * 1000 - nowMs;
}

/** Shows why a replica set cannot make or remove pods; the current one's trouble comes first. */
function withReplicaFailure(status: DeploymentStatus, { current, old }: ReplicaSetFamily, nowMs: number): DeploymentStatus {
  const failure = [...(current ? [current] : []), ...old].map(failureOf).find(Boolean);
  if (!failure) return withoutCondition(status, 'ReplicaFailure');
  const { status: state, reason = '', message = '' } = failure;
  return withCondition(status, { type: 'ReplicaFailure', status: state, reason, message }, nowMs);
}

function failureOf({ status }: ReplicaSet): ReturnType<typeof conditionOf> {
  return conditionOf(status, 'ReplicaFailure');
}
