import type { Container, Pod, PodTemplateSpec } from '../../../kube/types/core.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import { cloneJson } from '../../../system/json.ts';
import { ApiError } from '../../api/api-error.ts';
import type { ApiClient } from '../../api/client.ts';
import { isNamespaceTerminating, type PodControl } from '../pod-control.ts';
import { slowStart } from '../slow-start.ts';
import { COMPLETION_INDEX } from './completion-indexes.ts';
import { hasTrackingFinalizer, TRACKING_FINALIZER } from './job-spec.ts';

const MAX_GENERATED_NAME_BASE = 58;

/** Takes the finalizer off a pod whose end has been counted; a pod that is gone is fine. */
export function removeTrackingFinalizer(api: ApiClient, pod: Pod): void {
  if (!hasTrackingFinalizer(pod)) return;
  const { namespace, name, finalizers = [] } = pod.metadata;
  const remaining = finalizers.filter((finalizer) => finalizer !== TRACKING_FINALIZER);
  try {
    api.patch('pods', namespace, name, { type: 'merge', body: { metadata: { finalizers: remaining.length > 0 ? remaining : null } } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
  }
}

/** Creates pods for a Job, one per index when indexes are given. Answers how many were made and why it stopped, if it did. */
export function createJobPods(
  control: PodControl,
  job: Job,
  count: number,
  indexes: readonly number[] | undefined,
): { created: number; failure?: ApiError } {
  const template = trackedTemplate(job.spec.template);
  let created = 0;
  let attempt = 0;
  try {
    slowStart(count, () => {
      const index = indexes?.[attempt];
      attempt += 1;
      createPod(control, job, template, index);
      created += 1;
    });
    return { created };
  } catch (failure) {
    if (failure instanceof ApiError) return { created, failure };
    throw failure;
  }
}

function createPod(control: PodControl, job: Job, template: PodTemplateSpec, index: number | undefined): void {
  try {
    control.create(job, template, (pod) => {
      if (index !== undefined) giveIndex(pod, job.metadata.name, index);
    });
  } catch (error) {
    if (!isNamespaceTerminating(error)) throw error;
  }
}

function trackedTemplate(original: PodTemplateSpec): PodTemplateSpec {
  const template = cloneJson(original);
  const finalizers = (template.metadata?.['finalizers'] as string[] | undefined) ?? [];
  template.metadata = { ...template.metadata, finalizers: [...new Set([...finalizers, TRACKING_FINALIZER])] };
  return template;
}

/** Models indexed_job_utils.go: a pod of an Indexed Job knows its index by annotation, label, host name and environment. */
function giveIndex(pod: Pod, jobName: string, index: number): void {
  const suffix = `-${index}-`;
  pod.metadata.generateName = jobName.slice(0, MAX_GENERATED_NAME_BASE - suffix.length) + suffix;
  pod.metadata.annotations = { ...pod.metadata.annotations, [COMPLETION_INDEX]: String(index) };
  pod.metadata.labels = { ...pod.metadata.labels, [COMPLETION_INDEX]: String(index) };
  pod.spec.hostname = `${jobName}-${index}`;
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) addIndexVariable(container);
}

function addIndexVariable(container: Container): void {
  const name = 'JOB_COMPLETION_INDEX';
  if (container.env?.some((variable) => variable.name === name)) return;
  container.env = [...(container.env ?? []), { name, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } } }];
}
