import type { Condition } from '../../../kube/types/meta.ts';
import type { ExperimentStatus, ExperimentTemplateStatus } from '../../../kube/types/rollouts.ts';
import { equalJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { conditionOf } from '../../controllers/pod-state.ts';
import { isDurationOver } from './experiment-facts.ts';
import type { ExperimentPass } from './experiment-pass.ts';

/** Says in the draft's conditions whether the experiment is complete, progressing or running, and that its spec is valid. Models calculateExperimentConditions. */
export function setExperimentConditions(pass: ExperimentPass): void {
  const { experiment, draft } = pass;
  const name = JSON.stringify(experiment.metadata.name);
  removeCondition(draft, 'InvalidSpec');
  if (draft.phase === 'Successful') {
    add(pass, { status: 'False', reason: 'ExperimentCompleted', message: `Experiment ${name} has successfully ran and completed.` });
  } else if (isProgressing(experiment.status, draft)) {
    renew(pass, { status: 'True', reason: 'ReplicaSetUpdated', message: `Experiment ${name} is progressing.` });
  } else if (experiment.status?.availableAt && !isDurationOver(experiment, pass.nowMs)) {
    add(pass, { status: 'True', reason: 'NewReplicaSetAvailable', message: `Experiment ${name} is running.` });
  }
}

/** Says that the spec is not valid, and why. */
export function setInvalidSpec(draft: ExperimentStatus, message: string, nowMs: number): void {
  if (conditionOf(draft, 'InvalidSpec')?.message === message) return;
  removeCondition(draft, 'InvalidSpec');
  addCondition(draft, { type: 'InvalidSpec', status: 'True', reason: 'InvalidSpec', message }, nowMs);
}

type Said = Pick<Condition, 'status' | 'reason' | 'message'>;

/** Leaves a condition that says the same already. */
function add({ draft, nowMs }: ExperimentPass, said: Said): void {
  const current = conditionOf(draft, 'Progressing');
  if (current?.status === said.status && current.reason === said.reason) return;
  removeCondition(draft, 'Progressing');
  addCondition(draft, { type: 'Progressing', ...said }, nowMs, current);
}

/** Every progress moves the time of the last update. */
function renew({ draft, nowMs }: ExperimentPass, said: Said): void {
  const current = conditionOf(draft, 'Progressing');
  removeCondition(draft, 'Progressing');
  addCondition(draft, { type: 'Progressing', ...said }, nowMs, current);
}

/** The time of the last transition stays when the status does. */
function addCondition(draft: ExperimentStatus, said: Said & { type: string }, nowMs: number, before?: Condition): void {
  const now = toSecondsTimestamp(nowMs);
  const since = before?.status === said.status ? (before.lastTransitionTime ?? now) : now;
  draft.conditions = [...(draft.conditions ?? []), { ...said, lastUpdateTime: now, lastTransitionTime: since }];
}

function removeCondition(draft: ExperimentStatus, type: string): void {
  const others = (draft.conditions ?? []).filter((condition) => condition.type !== type);
  if (others.length > 0) draft.conditions = others;
  else delete draft.conditions;
}

/** Whether there are more templates than before, or one has other counts. Models conditions ExperimentProgressing. */
function isProgressing(before: ExperimentStatus | undefined, after: ExperimentStatus): boolean {
  const [old, now] = [before?.templateStatuses ?? [], after.templateStatuses ?? []];
  if (old.length < now.length) return true;
  return old.some((template) => {
    const next = now.find(({ name }) => name === template.name);
    return next !== undefined && !equalJson(countsOf(template), countsOf(next));
  });
}

function countsOf({ replicas, updatedReplicas, readyReplicas, availableReplicas }: ExperimentTemplateStatus): number[] {
  return [replicas, updatedReplicas, readyReplicas, availableReplicas];
}
