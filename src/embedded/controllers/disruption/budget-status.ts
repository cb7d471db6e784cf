import type { PodDisruptionBudget } from '../../../kube/types/core.ts';
import type { Condition } from '../../../kube/types/meta.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { conditionOf } from '../pod-state.ts';

export type BudgetStatus = NonNullable<PodDisruptionBudget['status']>;

const TYPE = 'DisruptionAllowed';

/** The status with its condition made to say what `disruptionsAllowed` says. Models component-helpers poddisruptionbudget. */
export function withAllowedCondition(status: BudgetStatus, nowMs: number): BudgetStatus {
  const isAllowed = status.disruptionsAllowed > 0;
  return withBudgetCondition(status, isAllowed ? 'True' : 'False', isAllowed ? 'SufficientPods' : 'InsufficientPods', '', nowMs);
}

/** The status of a budget that cannot be computed: nothing may be disrupted. */
export function failedStatus(status: BudgetStatus, message: string, nowMs: number): BudgetStatus {
  return withBudgetCondition({ ...status, disruptionsAllowed: 0 }, 'False', 'SyncFailed', message, nowMs);
}

function withBudgetCondition(status: BudgetStatus, value: 'True' | 'False', reason: string, message: string, nowMs: number): BudgetStatus {
  const before = conditionOf(status, TYPE);
  const condition: Condition = {
    type: TYPE,
    status: value,
    reason,
    message,
    lastTransitionTime: before?.status === value ? before.lastTransitionTime! : toSecondsTimestamp(nowMs),
    ...(status.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
  };
  return { ...status, conditions: [...(status.conditions ?? []).filter(({ type }) => type !== TYPE), condition] };
}
