import type { Condition } from '../../../../kube/types/meta.ts';
import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { conditionOf } from '../../../controllers/pod-state.ts';
import type { NormalStatus } from '../normal-rollout.ts';
import { isPaused } from '../pause-plan.ts';
import { isSaturated, totalOf, withHash } from '../replica-sets/replica-set-facts.ts';
import { revisionOf } from '../replica-sets/revision.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { blueGreenOf, canaryOf, replicasOf } from '../rollout-spec.ts';
import { addCondition, NOT_AVAILABLE_MESSAGE, Reason, removeCondition, setCondition, type ConditionDraft } from './conditions.ts';
import { isPromoted } from './phase.ts';
import { isHealthy, isProgressing, isTimedOut, timedOutMessage } from './progress.ts';

/** Brings the conditions of the next status up to date; aborts and beginnings of updates are told. Models calculateRolloutConditions. */
export function setRolloutConditions(pass: RolloutPass, status: NormalStatus): void {
  const becameUnhealthy = setHealthy(pass, status);
  if (pass.pause.isAborted) setAborted(pass, status);
  else setProgressing(pass, status, becameUnhealthy);
  setAvailable(pass, status);
  setReplicaFailure(pass, status);
  setCompleted(pass, status);
}

/** Says whether a Rollout that was healthy is not so any more. */
function setHealthy(pass: RolloutPass, status: NormalStatus): boolean {
  const type = 'Healthy';
  const reason = Reason.healthy;
  const waits = isPaused({ spec: pass.rollout.spec, status });
  if (!waits && isHealthy(pass.rollout, status)) {
    set(pass, status, { type, status: 'True', reason, message: 'Rollout is healthy' });
    return false;
  }
  return (
    conditionOf(pass.status, type) !== undefined && set(pass, status, { type, status: 'False', reason, message: 'Rollout is not healthy' })
  );
}

function setAborted(pass: RolloutPass, status: NormalStatus): void {
  const { abortMessage } = pass.pause;
  const message = `Rollout aborted update to revision ${revisionOf(pass.rollout)}${abortMessage ? `: ${abortMessage}` : ''}`;
  const isNew = set(pass, status, { type: 'Progressing', status: 'False', reason: Reason.aborted, message });
  if (isNew) pass.tell(Reason.aborted, message, 'Warning');
}

function setProgressing(pass: RolloutPass, status: NormalStatus, becameUnhealthy: boolean): void {
  const name = pass.newRS?.metadata.name ?? '';
  if (isHealthy(pass.rollout, status)) {
    const message = `ReplicaSet "${name}" has successfully progressed.`;
    set(pass, status, { type: 'Progressing', status: 'True', reason: Reason.newAvailable, message });
  } else if (isProgressing(pass.rollout, status) || becameUnhealthy) {
    const subject = pass.newRS ? `ReplicaSet "${name}"` : `Rollout "${pass.rollout.metadata.name}"`;
    const isLost = becameUnhealthy && (status.stableRS ?? '') === status.currentPodHash;
    renew(pass, status, isLost ? [Reason.notAvailable, NOT_AVAILABLE_MESSAGE] : [Reason.updated, `${subject} is progressing.`]);
  } else if (isTimedOut(pass, status)) {
    set(pass, status, { type: 'Progressing', status: 'False', reason: Reason.timedOut, message: timedOutMessage(pass) });
  }
}

/** Progress is noted even when it was noted before, so that its time moves on. */
function renew(pass: RolloutPass, status: NormalStatus, [reason, message]: readonly [string, string]): void {
  const current = conditionOf(pass.status, 'Progressing');
  if (current) removeCondition(status, 'Progressing');
  set(pass, status, { type: 'Progressing', status: 'True', reason, message });
  if (current?.status !== 'True') return;
  const renewed = status.conditions!.at(-1)!;
  status.conditions = [...status.conditions!.slice(0, -1), { ...renewed, lastTransitionTime: current.lastTransitionTime! }];
}

function setAvailable(pass: RolloutPass, status: NormalStatus): void {
  const isAvailable = blueGreenOf(pass.rollout)
    ? isSaturated(withHash(pass.replicaSets, status.blueGreen.activeSelector), replicasOf(pass.rollout))
    : canaryOf(pass.rollout) !== undefined && totalOf(pass.replicaSets, 'availableReplicas') >= replicasOf(pass.rollout);
  const message = isAvailable ? 'Rollout has minimum availability' : NOT_AVAILABLE_MESSAGE;
  set(pass, status, { type: 'Available', status: isAvailable ? 'True' : 'False', reason: Reason.available, message });
}

/** Shows why pods could not be created; that of the new ReplicaSet before those of others. Models getReplicaFailures. */
function setReplicaFailure({ newRS, replicaSets }: RolloutPass, status: NormalStatus): void {
  const failure = [newRS, ...replicaSets].map(failureOf).find((condition) => condition !== undefined);
  if (!failure) removeCondition(status, 'ReplicaFailure');
  else addCondition(status, { ...failure, lastUpdateTime: failure.lastTransitionTime! });
}

function failureOf(replicaSet: ReplicaSet | undefined): Condition | undefined {
  return replicaSet && conditionOf(replicaSet.status, 'ReplicaFailure');
}

function setCompleted(pass: RolloutPass, status: NormalStatus): void {
  const isDone = isPromoted(status);
  const draft = { type: 'Completed', reason: Reason.completed, message: Reason.completed } as const;
  const isNew = set(pass, status, { ...draft, status: isDone ? 'True' : 'False' });
  if (!isNew || isDone) return;
  const { currentPodHash = '' } = status;
  pass.tell(Reason.notCompleted, `Rollout not completed, started update to revision ${revisionOf(pass.rollout)} (${currentPodHash})`);
}

function set(pass: RolloutPass, status: NormalStatus, draft: ConditionDraft): boolean {
  return setCondition(status, draft, pass.nowMs);
}
