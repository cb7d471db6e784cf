import { conditionOf } from '../../../controllers/pod-state.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { Reason } from '../status/conditions.ts';
import { patchConditions } from '../status/patch-conditions.ts';

/** Shows what is wrong with a Rollout as a condition, and as its phase; there is no event. Models createInvalidRolloutCondition. */
export function reportInvalidSpec(pass: RolloutPass, problem: string): void {
  const message = `The Rollout "${pass.rollout.metadata.name}" is invalid: ${problem}`;
  const isKnown = conditionOf(pass.status, 'InvalidSpec')?.message === message;
  const isObserved = pass.status.observedGeneration === String(pass.rollout.metadata.generation ?? 0);
  if (isKnown && isObserved) return;
  const draft = { type: 'InvalidSpec', status: 'True', reason: Reason.invalidSpec, message } as const;
  patchConditions(pass, [draft], isKnown ? {} : { replaced: 'InvalidSpec' });
}
