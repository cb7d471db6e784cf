import type { Rollout, RolloutPhase, RolloutSpec, RolloutStatus } from '../../../../kube/types/rollouts.ts';
import { isTrafficRouted } from '../rollout-spec.ts';
import { Reason } from './conditions.ts';

/** Writes phase and message into a status that is complete otherwise. Models utils/rollout CalculateRolloutPhase. */
export function setPhase(spec: RolloutSpec, status: RolloutStatus): void {
  const { phase, message } = phaseOf(spec, status);
  status.phase = phase;
  if (message) status.message = message;
  else delete status.message;
}

/** What a Rollout is doing, from its conditions first and then from its counts. */
export function phaseOf(spec: RolloutSpec, status: RolloutStatus): { phase: RolloutPhase; message: string } {
  const problem = problemOf(status);
  if (problem) return { phase: 'Degraded', message: problem };
  const pause = spec.paused ? 'manually paused' : status.pauseConditions?.[0]?.reason;
  if (pause !== undefined) return { phase: 'Paused', message: pause };
  const waitingFor = restartPending(spec, status) ?? countsPending(spec, status) ?? strategyPending(spec, status);
  return waitingFor === undefined ? { phase: 'Healthy', message: '' } : { phase: 'Progressing', message: waitingFor };
}

function problemOf({ conditions = [] }: RolloutStatus): string | undefined {
  for (const { type, reason, message } of conditions) {
    if (type === 'InvalidSpec') return `InvalidSpec: ${message}`;
    if (reason === Reason.aborted || reason === Reason.timedOut) return `${reason}: ${message}`;
  }
  return undefined;
}

function restartPending({ restartAt }: RolloutSpec, { restartedAt }: RolloutStatus): string | undefined {
  if (!restartAt) return undefined;
  return restartedAt && Date.parse(restartAt) === Date.parse(restartedAt) ? undefined : 'rollout is restarting';
}

function countsPending({ replicas = 1 }: RolloutSpec, { updatedReplicas = 0, availableReplicas = 0 }: RolloutStatus): string | undefined {
  if (updatedReplicas < replicas) return 'more replicas need to be updated';
  return availableReplicas < updatedReplicas ? 'updated replicas are still becoming available' : undefined;
}

function strategyPending({ strategy }: RolloutSpec, status: RolloutStatus): string | undefined {
  if (strategy?.blueGreen) {
    const active = status.blueGreen?.activeSelector;
    if (!active || active !== status.currentPodHash) return 'active service cutover pending';
    if (isPromoted(status)) return undefined;
    const isAnalysing = strategy.blueGreen.postPromotionAnalysis && !isCompleted(status.blueGreen?.postPromotionAnalysisRunStatus?.status);
    return `waiting for ${isAnalysing ? 'analysis' : 'post-promotion verification'} to complete`;
  }
  if (!strategy?.canary) return undefined;
  const hasOldPods = (status.replicas ?? 0) > (status.updatedReplicas ?? 0);
  if (!isTrafficRouted(strategy.canary) && hasOldPods) return 'old replicas are pending termination';
  return isPromoted(status) ? undefined : 'waiting for all steps to complete';
}

/** Whether the current revision is the stable one. Models conditions RolloutCompleted. */
export function isPromoted({ stableRS, currentPodHash }: RolloutStatus): boolean {
  return Boolean(stableRS) && stableRS === currentPodHash;
}

/** As `isPromoted`, but true also before anything is known. Models utils/rollout IsFullyPromoted. */
export function isFullyPromoted({ status }: Pick<Rollout, 'status'>): boolean {
  return (status?.stableRS ?? '') === (status?.currentPodHash ?? '');
}

/** Whether an analysis phase is a final one. */
export function isCompleted(phase: string | undefined): boolean {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';
}
