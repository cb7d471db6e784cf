import { conditionOf } from '../../controllers/pod-state.ts';
import { isPaused } from './pause-plan.ts';
import type { RolloutPass } from './rollout-pass.ts';
import { PAUSED_MESSAGE, Reason, RESUMED_MESSAGE, type ConditionDraft } from './status/conditions.ts';
import { patchConditions } from './status/patch-conditions.ts';
import { isPromoted } from './status/phase.ts';

/**
 * Shows that somebody paused, resumed or retried, so that the time until then doesn't count as lack of progress.
 * A pass that has to show anything does nothing else. Models rollout/sync.go checkPausedConditions.
 */
export function showPause(pass: RolloutPass): void {
  const drafts = [...progressingDrafts(pass), ...pausedDrafts(pass)];
  if (drafts.length > 0) patchConditions(pass, drafts);
}

function progressingDrafts({ rollout, status }: RolloutPass): ConditionDraft[] {
  const reason = conditionOf(status, 'Progressing')?.reason;
  const draft = { type: 'Progressing', status: 'Unknown' } as const;
  if (reason === Reason.aborted) {
    return status.abort ? [] : [{ ...draft, reason: Reason.retry, message: 'Retrying Rollout after abort' }];
  }
  const pauses = isPaused(rollout);
  if (pauses === (reason === Reason.paused) || isPromoted(status)) return [];
  return [
    pauses ? { ...draft, reason: Reason.paused, message: PAUSED_MESSAGE } : { ...draft, reason: Reason.resumed, message: RESUMED_MESSAGE },
  ];
}

function pausedDrafts({ rollout, status }: RolloutPass): ConditionDraft[] {
  if (conditionOf(status, 'Progressing')?.reason === Reason.aborted) return [];
  const pauses = isPaused(rollout);
  if (pauses === (conditionOf(status, 'Paused')?.status === 'True')) return [];
  return [{ type: 'Paused', status: pauses ? 'True' : 'False', reason: Reason.paused, message: PAUSED_MESSAGE }];
}
