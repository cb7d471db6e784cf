import type { Rollout, RolloutPhase } from './types/rollouts.ts';

/** What a Rollout is doing, in the words that the plugin and `kubectl get` use. */
export interface PhaseAndMessage {
  phase: RolloutPhase;
  /** Empty when there is nothing to say. */
  message: string;
}

/** What clients show: the controller's phase, unless it has not seen the newest spec yet. Models utils/rollout GetRolloutPhase. */
export function rolloutPhase(rollout: Rollout): PhaseAndMessage {
  const { status = {} } = rollout;
  if (!isGenerationObserved(rollout)) return progressing('waiting for rollout spec update to be observed');
  if (status.controllerPause && !status.pauseConditions?.length) return progressing('waiting for rollout to unpause');
  return status.phase ? { phase: status.phase, message: status.message ?? '' } : unreportedPhase(rollout);
}

/** The phase of a Rollout that no controller has reported on. */
function unreportedPhase({ spec, status = {} }: Rollout): PhaseAndMessage {
  const desired = spec.replicas ?? 1;
  const bad = status.conditions?.find(
    ({ type, reason }) => type === 'InvalidSpec' || reason === 'RolloutAborted' || reason === 'ProgressDeadlineExceeded',
  );
  if (bad) return { phase: 'Degraded', message: `${bad.type === 'InvalidSpec' ? bad.type : bad.reason}: ${bad.message ?? ''}` };
  if (spec.paused) return { phase: 'Paused', message: 'manually paused' };
  const pause = status.pauseConditions?.[0];
  if (pause) return { phase: 'Paused', message: pause.reason };
  if (spec.restartAt && spec.restartAt !== status.restartedAt) return progressing('rollout is restarting');
  if ((status.updatedReplicas ?? 0) < desired) return progressing('more replicas need to be updated');
  if ((status.availableReplicas ?? 0) < (status.updatedReplicas ?? 0)) return progressing('updated replicas are still becoming available');
  const isPromoted = Boolean(status.stableRS) && status.stableRS === status.currentPodHash;
  if (spec.strategy?.blueGreen) {
    const active = status.blueGreen?.activeSelector;
    if (!active || active !== status.currentPodHash) return progressing('active service cutover pending');
    if (!isPromoted)
      return progressing(`waiting for ${isPostAnalysisPending({ spec, status }) ? 'analysis' : 'post-promotion verification'} to complete`);
  } else if (spec.strategy?.canary) {
    const isRouted = spec.strategy.canary['trafficRouting'] !== undefined;
    if (!isRouted && (status.replicas ?? 0) > (status.updatedReplicas ?? 0)) return progressing('old replicas are pending termination');
    if (!isPromoted) return progressing('waiting for all steps to complete');
  }
  return { phase: 'Healthy', message: '' };
}

function isPostAnalysisPending({ spec, status }: Pick<Rollout, 'spec' | 'status'>): boolean {
  if (!spec.strategy?.blueGreen?.postPromotionAnalysis) return false;
  const phase = status?.blueGreen?.postPromotionAnalysisRunStatus?.status;
  return phase === undefined || phase === 'Pending' || phase === 'Running';
}

/** A status without a numeric observedGeneration, or one of the future, counts as seen. */
function isGenerationObserved({ metadata, status }: Rollout): boolean {
  const observed = toInteger(status?.observedGeneration);
  return observed === undefined || observed >= (metadata.generation ?? 0);
}

function toInteger(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

function progressing(message: string): PhaseAndMessage {
  return { phase: 'Progressing', message };
}
