import { DEFAULT_TIMEOUT } from '../../tekton/durations.ts';
import { LABELS, MANAGED_BY } from '../../tekton/names.ts';
import { typeOf } from '../../tekton/param-type.ts';
import type { ParamSpec, Pipeline, PipelineRun, PipelineSpec, Task, TaskRef, TaskRun, TaskSpec } from '../../tekton/types.ts';

const DEFAULT_ACCOUNT = 'default';

/** What Tekton's webhook fills in. Models pkg/apis/pipeline/v1 SetDefaults with the configuration of the release. */
export function completeTask({ spec }: Task): void {
  completeTaskSpec(spec);
}

export function completeTaskRun(run: TaskRun): void {
  const { spec } = run;
  completeTaskRef(spec.taskRef);
  spec.timeout ??= DEFAULT_TIMEOUT;
  spec.serviceAccountName ||= DEFAULT_ACCOUNT;
  if (spec.taskSpec) completeTaskSpec(spec.taskSpec);
  run.metadata.labels = { [LABELS.managedBy]: MANAGED_BY, ...run.metadata.labels };
}

export function completePipeline({ spec }: Pipeline): void {
  completePipelineSpec(spec);
}

export function completePipelineRun({ spec }: PipelineRun): void {
  spec.timeouts = { ...spec.timeouts, pipeline: spec.timeouts?.pipeline ?? DEFAULT_TIMEOUT };
  const { taskRunTemplate = {} } = spec;
  spec.taskRunTemplate = { ...taskRunTemplate, serviceAccountName: taskRunTemplate.serviceAccountName || DEFAULT_ACCOUNT };
  if (spec.pipelineSpec) completePipelineSpec(spec.pipelineSpec);
}

function completePipelineSpec({ params = [], tasks = [], finally: last = [] }: PipelineSpec): void {
  params.forEach(completeParam);
  for (const task of [...tasks, ...last]) {
    completeTaskRef(task.taskRef);
    if (task.taskSpec) completeTaskSpec(task.taskSpec);
  }
}

function completeTaskSpec({ params = [], results = [] }: TaskSpec): void {
  params.forEach(completeParam);
  for (const result of results) result.type ??= 'string';
}

function completeParam(param: ParamSpec): void {
  param.type ??= param.properties ? 'object' : param.default === undefined ? 'string' : typeOf(param.default);
}

function completeTaskRef(ref: TaskRef | undefined): void {
  if (ref && ref['resolver'] === undefined) ref.kind ??= 'Task';
}
