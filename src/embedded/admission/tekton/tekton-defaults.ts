import { DEFAULT_TIMEOUT, formatDuration, timeoutMs } from '../../tekton/durations.ts';
import { LABELS, MANAGED_BY } from '../../tekton/names.ts';
import { typeOf } from '../../tekton/param-type.ts';
import type { ParamSpec, Pipeline, PipelineRun, PipelineSpec, Step, Task, TaskRef, TaskRun, TaskSpec } from '../../tekton/types.ts';

const DEFAULT_ACCOUNT = 'default';

/** What Tekton's webhook fills in. Models pkg/apis/pipeline/v1 SetDefaults with the configuration of the release. */
export function completeTask({ spec }: Task): void {
  completeTaskSpec(spec);
}

export function completeTaskRun(run: TaskRun): void {
  const { spec } = run;
  completeTaskRef(spec.taskRef);
  spec.timeout = printedDuration(spec.timeout ?? DEFAULT_TIMEOUT);
  spec.serviceAccountName ||= DEFAULT_ACCOUNT;
  if (spec.taskSpec) completeTaskSpec(spec.taskSpec);
  run.metadata.labels = { [LABELS.managedBy]: MANAGED_BY, ...run.metadata.labels };
}

export function completePipeline({ spec }: Pipeline): void {
  completePipelineSpec(spec);
}

export function completePipelineRun({ spec }: PipelineRun): void {
  const timeouts = { ...spec.timeouts, pipeline: spec.timeouts?.pipeline ?? DEFAULT_TIMEOUT };
  spec.timeouts = Object.fromEntries(Object.entries(timeouts).map(([name, text]) => [name, printedDuration(text)]));
  const { taskRunTemplate = {} } = spec;
  spec.taskRunTemplate = { ...taskRunTemplate, serviceAccountName: taskRunTemplate.serviceAccountName || DEFAULT_ACCOUNT };
  if (spec.pipelineSpec) completePipelineSpec(spec.pipelineSpec);
}

function completePipelineSpec({ params = [], tasks = [], finally: last = [], results = [] }: PipelineSpec): void {
  params.forEach(completeParam);
  for (const result of results) result.description ??= '';
  for (const task of [...tasks, ...last]) {
    completeTaskRef(task.taskRef);
    if (task.timeout !== undefined) task.timeout = printedDuration(task.timeout);
    if (!task.taskSpec) continue;
    task.taskSpec.metadata ??= {};
    task.taskSpec['spec'] ??= null;
    completeTaskSpec(task.taskSpec);
  }
}

/** What the webhook writes back has every field that Go always prints, too. */
function completeTaskSpec({ params = [], results = [], steps = [], stepTemplate }: TaskSpec): void {
  params.forEach(completeParam);
  for (const result of results) {
    result.type ??= 'string';
    completeProperties(result);
  }
  for (const step of steps) {
    step.name ??= '';
    step.computeResources ??= {};
    if (step.timeout !== undefined) step.timeout = printedDuration(step.timeout);
  }
  if (stepTemplate) (stepTemplate as Step).computeResources ??= {};
}

function completeProperties({ properties = {} }: { properties?: Record<string, { type?: string }> }): void {
  for (const property of Object.values(properties)) property.type ??= 'string';
}

/** As Go prints a duration, however it was written. */
function printedDuration(text: string): string {
  const durationMs = timeoutMs(text);
  return durationMs === undefined ? text : formatDuration(durationMs);
}

function completeParam(param: ParamSpec): void {
  param.type ??= param.properties ? 'object' : param.default === undefined ? 'string' : typeOf(param.default);
  completeProperties(param);
}

function completeTaskRef(ref: TaskRef | undefined): void {
  if (ref && ref['resolver'] === undefined) ref.kind ??= 'Task';
}
