import type { Rollout, RolloutStatus } from '../../../kube/types/rollouts.ts';
import { cloneJson } from '../../../system/json.ts';
import { normalTemplate } from './pod-template/go-template.ts';

/** A status with both parts for the strategies, as the controller always writes them. */
export type NormalStatus = RolloutStatus & {
  blueGreen: NonNullable<RolloutStatus['blueGreen']>;
  canary: NonNullable<RolloutStatus['canary']>;
};

export interface NormalRollout extends Rollout {
  status: NormalStatus;
}

/** The Rollout as the controller reads it: a copy whose template and status have the form that Go gives them. Models remarshalRollout. */
export function normalRollout(rollout: Rollout): NormalRollout {
  const copy = cloneJson(rollout);
  if (copy.spec.template || !copy.spec.workloadRef) copy.spec.template = normalTemplate(copy.spec.template);
  return { ...copy, status: normalStatus(copy.status) };
}

/** Numbers that are written even when they are 0, because Go holds them by pointer. */
const KEPT_ZEROS = new Set(['collisionCount', 'currentStepIndex']);
const STRATEGY_PARTS = new Set(['blueGreen', 'canary']);

/** A status without the fields that Go leaves out because they are empty. */
export function normalStatus(status: RolloutStatus | undefined): NormalStatus {
  const normal = { blueGreen: {}, canary: {} } as Record<string, unknown>;
  for (const [key, value] of Object.entries(status ?? {})) {
    if (STRATEGY_PARTS.has(key)) normal[key] = withoutEmpty(value as object);
    else if (!isEmpty(key, value)) normal[key] = value;
  }
  return cloneJson(normal) as unknown as NormalStatus;
}

function withoutEmpty(part: object | null): object {
  return Object.fromEntries(Object.entries(part ?? {}).filter(([key, value]) => !isEmpty(key, value)));
}

function isEmpty(key: string, value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  if (value === 0) return !KEPT_ZEROS.has(key);
  return Array.isArray(value) && value.length === 0;
}
