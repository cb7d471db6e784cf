import { cloneJson } from '../../../../system/json.ts';
import { normalStatus } from '../normal-rollout.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { removeCondition, setCondition, type ConditionDraft } from './conditions.ts';
import { setPhase } from './phase.ts';
import { mergePatchBetween } from './status-patch.ts';

/** Writes conditions by themselves, with the phase that follows from them; nothing when they are there already. Models rollout/sync.go patchCondition. */
export function patchConditions(pass: RolloutPass, drafts: readonly ConditionDraft[], { replaced }: { replaced?: string } = {}): void {
  const status = cloneJson(pass.status);
  if (replaced !== undefined) removeCondition(status, replaced);
  for (const draft of drafts) setCondition(status, draft, pass.nowMs);
  status.observedGeneration = String(pass.rollout.metadata.generation ?? 0);
  setPhase(pass.rollout.spec, status);
  const patch = mergePatchBetween(pass.status, normalStatus(status));
  if (patch) pass.patchStatus(patch);
}
