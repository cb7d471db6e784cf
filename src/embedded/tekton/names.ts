import { createHash } from 'node:crypto';
import { controlPlane } from '../api/caller.ts';

export const TASK_RUNS = 'taskruns.tekton.dev';
export const PIPELINE_RUNS = 'pipelineruns.tekton.dev';
export const TASKS = 'tasks.tekton.dev';
export const PIPELINES = 'pipelines.tekton.dev';
/** Who the controllers are. */
export const CONTROLLER_ACCOUNT = controlPlane('system:serviceaccount:tekton-pipelines:tekton-pipelines-controller', 'controller');
export const API_VERSION = 'tekton.dev/v1';

/** Labels by which runs, their parts and their pods are found. Models pkg/apis/pipeline/register.go. */
export const LABELS = {
  task: 'tekton.dev/task',
  taskRun: 'tekton.dev/taskRun',
  taskRunUid: 'tekton.dev/taskRunUID',
  pipeline: 'tekton.dev/pipeline',
  pipelineRun: 'tekton.dev/pipelineRun',
  pipelineRunUid: 'tekton.dev/pipelineRunUID',
  pipelineTask: 'tekton.dev/pipelineTask',
  memberOf: 'tekton.dev/memberOf',
  managedBy: 'app.kubernetes.io/managed-by',
} as const;
export const MANAGED_BY = 'tekton-pipelines';

/** On everything that a release of the controller has worked on: the commit of v1.6.0. */
export const RELEASE_ANNOTATION = { 'pipeline.tekton.dev/release': 'fcba522' } as const;

const LONGEST_NAME = 63;
const HASH_CHARACTERS = 32;

/** The name of a part: the whole's name and a suffix, cut and hashed where that gets too long for a label. Models knative.dev/pkg/kmeta ChildName. */
export function childName(parent: string, suffix: string): string {
  if (parent.length <= LONGEST_NAME - suffix.length) return parent + suffix;
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const room = LONGEST_NAME - HASH_CHARACTERS - suffix.length;
  const name =
    room > 0 ? parent.slice(0, room) + md5(parent) + suffix : parent.slice(0, LONGEST_NAME - HASH_CHARACTERS) + md5(parent + suffix);
  return name.replace(/[^a-z0-9]+$/i, '');
}
