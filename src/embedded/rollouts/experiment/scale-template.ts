import type { ExperimentTemplate, ExperimentTemplateStatus } from '../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { cloneJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { ApiError } from '../../api/api-error.ts';
import { REPLICA_SETS, SCALE_DOWN_DEADLINE } from '../rollout/names.ts';
import { sizeOf } from '../rollout/replica-sets/replica-set-facts.ts';
import { hasDeadline, untilDeadlineMs } from '../rollout/replica-sets/scale-down-deadline.ts';
import { scaleDownDelaySeconds } from './experiment-facts.ts';
import type { ExperimentPass } from './experiment-pass.ts';

const RETRY_CONFLICT_MS = 1000;
const DEADLINE_PATH = `/metadata/annotations/${SCALE_DOWN_DEADLINE}`;

/** Says on a ReplicaSet that is to go when it may; a delay of 0 takes that away. Answers it as it is then. Models addScaleDownDelay. */
export function markForScaleDown(pass: ExperimentPass, replicaSet: ReplicaSet): ReplicaSet {
  const delaySeconds = scaleDownDelaySeconds(pass.experiment);
  if (hasDeadline(replicaSet) === delaySeconds > 0) return replicaSet;
  const value = toSecondsTimestamp(pass.nowMs + delaySeconds * 1000);
  const operation = delaySeconds > 0 ? { op: 'add' as const, path: DEADLINE_PATH, value } : { op: 'remove' as const, path: DEADLINE_PATH };
  try {
    const { name } = replicaSet.metadata;
    return cloneJson(pass.tools.api.patch<ReplicaSet>(REPLICA_SETS, pass.namespace, name, { type: 'json', operations: [operation] }));
  } catch (error) {
    if (error instanceof ApiError) return replicaSet;
    throw error;
  }
}

/** Gives a template's ReplicaSet its size; pods that are to go stay until their deadline. A refused write is the template's error, a conflict is tried again. Models scaleTemplateRS. */
export function scaleTemplate(
  pass: ExperimentPass,
  replicaSet: ReplicaSet,
  wanted: { template: ExperimentTemplate; replicas: number },
  status: ExperimentTemplateStatus,
): void {
  const size = wanted.replicas === 0 ? sizeWhileWaiting(pass, replicaSet, wanted.template) : wanted.replicas;
  if (sizeOf(replicaSet) === size) return;
  try {
    pass.replicaSets.set(wanted.template.name, scale(pass, replicaSet, size));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason === 'Conflict') pass.requeueAfter(RETRY_CONFLICT_MS);
    else reportFailure(pass, replicaSet, { size, error, status });
  }
}

function sizeWhileWaiting(pass: ExperimentPass, replicaSet: ReplicaSet, { replicas = 1 }: ExperimentTemplate): number {
  const remainingMs = untilDeadlineMs(replicaSet, pass.nowMs);
  if (remainingMs === undefined) return 0;
  pass.requeueAfter(remainingMs);
  return replicas;
}

function scale(pass: ExperimentPass, replicaSet: ReplicaSet, size: number): ReplicaSet {
  const before = sizeOf(replicaSet);
  const draft = cloneJson(replicaSet);
  draft.spec.replicas = size;
  const written = cloneJson(pass.tools.api.update(REPLICA_SETS, draft));
  pass.tell('ScalingReplicaSet', `Scaled ${direction(before, size)} ReplicaSet ${written.metadata.name} from ${before} to ${size}`);
  return written;
}

function reportFailure(
  pass: ExperimentPass,
  replicaSet: ReplicaSet,
  { size, error, status }: { size: number; error: ApiError; status: ExperimentTemplateStatus },
): void {
  const { name } = replicaSet.metadata;
  pass.tell('ReplicaSetUpdateError', `Failed to scale ${name} ${direction(sizeOf(replicaSet), size)}: ${error.message}`, 'Warning');
  status.status = 'Error';
  status.message = `Unable to scale ReplicaSet for template '${status.name}' to desired replica count '${size}': ${error.message}`;
}

function direction(before: number, size: number): 'up' | 'down' {
  return before < size ? 'up' : 'down';
}
