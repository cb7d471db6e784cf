import type { ExperimentTemplate, ExperimentTemplateStatus } from '../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { equalJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { availableOf, sizeOf, totalOf } from '../rollout/replica-sets/replica-set-facts.ts';
import { isDurationOver, isTemplateCompleted, progressDeadlineSeconds, wantedReplicas } from './experiment-facts.ts';
import { withItem, type ExperimentPass } from './experiment-pass.ts';
import { markForScaleDown, scaleTemplate } from './scale-template.ts';
import { createTemplateReplicaSet } from './template-replica-set.ts';
import { reconcileTemplateService } from './template-service.ts';

/** Creates a template's ReplicaSet, or gives it its size and its Service, and says in the status how the template is. Models reconcileTemplate. */
export function reconcileTemplate(pass: ExperimentPass, template: ExperimentTemplate): void {
  const before = pass.experiment.status?.templateStatuses?.find(({ name }) => name === template.name);
  const status: ExperimentTemplateStatus = { ...(before ?? { name: template.name, ...counts(undefined) }) };
  const replicas = wantedReplicas(pass.experiment, template);
  const now = toSecondsTimestamp(pass.nowMs);
  if (bringAbout(pass, { template, replicas }, status)) status.lastTransitionTime = now;
  const counted = counts(pass.replicaSets.get(template.name));
  if (!equalJson(counted, counts(before))) status.lastTransitionTime = now;
  Object.assign(status, counted);
  assess(pass, replicas, status);
  tellChange(pass, before, status);
  pass.draft.templateStatuses = withItem(pass.draft.templateStatuses, status);
}

/** Says whether the ReplicaSet was made, or had another size than it is to have. */
function bringAbout(
  pass: ExperimentPass,
  wanted: { template: ExperimentTemplate; replicas: number },
  status: ExperimentTemplateStatus,
): boolean {
  const { name } = wanted.template;
  const existing = pass.replicaSets.get(name);
  if (!existing) {
    const created = createTemplateReplicaSet(pass, wanted.template, status);
    if (created) pass.replicaSets.set(name, created);
    return created !== undefined;
  }
  reconcileTemplateService(pass, existing, wanted, status);
  const replicaSet = wanted.replicas === 0 ? markForScaleDown(pass, existing) : existing;
  pass.replicaSets.set(name, replicaSet);
  if (sizeOf(replicaSet) === wanted.replicas) return false;
  scaleTemplate(pass, replicaSet, wanted, status);
  return true;
}

type Counts = Pick<ExperimentTemplateStatus, 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'>;

function counts(source: ReplicaSet | ExperimentTemplateStatus | undefined): Counts {
  if (!source) return { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 };
  if ('metadata' in source) {
    const replicas = totalOf([source], 'replicas');
    return {
      replicas,
      updatedReplicas: replicas,
      readyReplicas: totalOf([source], 'readyReplicas'),
      availableReplicas: availableOf(source),
    };
  }
  const { replicas, updatedReplicas, readyReplicas, availableReplicas } = source;
  return { replicas, updatedReplicas, readyReplicas, availableReplicas };
}

/** A template that came to its end stays there. */
function assess(pass: ExperimentPass, replicas: number, status: ExperimentTemplateStatus): void {
  if (isTemplateCompleted(status.status)) return;
  if (status.availableReplicas === replicas) {
    status.status = isDurationOver(pass.experiment, pass.nowMs) || pass.isTerminating ? 'Successful' : 'Running';
    return;
  }
  const deadlineSeconds = progressDeadlineSeconds(pass.experiment);
  if (pass.nowMs > Date.parse(status.lastTransitionTime ?? '') + deadlineSeconds * 1000) {
    status.status = 'Failed';
    status.message = `Template '${status.name}' exceeded its progressDeadlineSeconds (${deadlineSeconds})`;
  } else status.status = pass.isTerminating ? 'Successful' : 'Progressing';
}

function tellChange(pass: ExperimentPass, before: ExperimentTemplateStatus | undefined, after: ExperimentTemplateStatus): void {
  if (before?.status === after.status) return;
  const why = after.message ? `: ${after.message}` : '';
  const isBad = after.status === 'Failed' || after.status === 'Error';
  const message = `Template '${after.name}' transitioned from ${before?.status ?? ''} -> ${after.status}${why}`;
  pass.tell(`Template${after.status}`, message, isBad ? 'Warning' : 'Normal');
}
