import type { ParamSpec, PipelineRun, PipelineSpec } from '../types.ts';
import { problemWithParams, userError } from '../task-run/task-run-validation.ts';
import { typeOf } from '../param-type.ts';
import type { PipelineTaskState } from './pipeline-state.ts';
import { referencesIn, resultReferences } from './result-references.ts';

/** What keeps a run from beginning: the reason and message of its condition. */
export interface RunProblem {
  reason: string;
  message: string;
  /** What the reconciler itself gave up with, which is told as well. */
  cause: string;
}

/** Why a run does not fit its pipeline; undefined when it does. Models the checks of pipelinerun.go reconcile before anything is run. */
export function problemWithRun(run: PipelineRun, spec: PipelineSpec, pipelineName: string): RunProblem | undefined {
  const { namespace, name } = run.metadata;
  const [itself, pipeline] = [`${namespace}/${name}`, `${namespace}/${pipelineName}`];
  const missing = missingParams(spec.params ?? [], run);
  if (missing.length > 0) {
    const cause = `pipelineRun missing parameters: [${missing.join(' ')}]`;
    const message = userError(`PipelineRun ${itself} is missing some parameters required by Pipeline ${pipeline}: ${cause}`);
    return { reason: 'ParameterMissing', message, cause };
  }
  const mistyped = (run.spec.params ?? []).filter((param) => {
    const type = spec.params?.find((declared) => declared.name === param.name)?.type;
    return type !== undefined && type !== typeOf(param.value);
  });
  if (mistyped.length > 0) {
    const names = mistyped.map((param) => param.name).join(' ');
    const cause = `parameters have inconsistent types : [${names}]`;
    const message = userError(`PipelineRun ${itself} parameters have mismatching types with Pipeline ${pipeline}'s parameters: ${cause}`);
    return { reason: 'ParameterTypeMismatch', message, cause };
  }
  const bound = new Set((run.spec.workspaces ?? []).map((binding) => binding.name));
  const unbound = spec.workspaces?.find((workspace) => !workspace.optional && !bound.has(workspace.name));
  if (!unbound) return undefined;
  const cause = `pipeline requires workspace with name "${unbound.name}" be provided by pipelinerun`;
  return {
    reason: 'InvalidWorkspaceBindings',
    message: userError(`PipelineRun ${itself} doesn't bind Pipeline ${pipeline}'s Workspaces correctly: ${cause}`),
    cause,
  };
}

function missingParams(specs: readonly ParamSpec[], { spec }: PipelineRun): string[] {
  const given = new Set((spec.params ?? []).map(({ name }) => name));
  return specs.filter(({ name, default: fallback }) => fallback === undefined && !given.has(name)).map(({ name }) => name);
}

/** Why the tasks of a pipeline do not fit together; undefined when they do. */
export function problemWithTasks(tasks: readonly PipelineTaskState[], spec: PipelineSpec, run: PipelineRun): RunProblem | undefined {
  for (const { task, spec: taskSpec } of tasks) {
    const problem = problemWithParams(taskSpec, task.params ?? [], task.taskRef?.name ?? '');
    if (problem !== undefined)
      return {
        reason: 'PipelineValidationFailed',
        message: userError(`Validation failed for pipelinerun ${run.metadata.name} with error ${problem}`),
        cause: problem,
      };
  }
  for (const { task } of tasks) {
    for (const reference of resultReferences(task)) {
      const problem = problemWithReference(reference, tasks);
      if (problem === undefined) continue;
      const message = `invalid result reference in pipeline task "${task.name}": ${problem}`;
      return { reason: 'InvalidTaskResultReference', message, cause: message };
    }
  }
  for (const { name, value } of spec.results ?? []) {
    for (const reference of referencesIn(value)) {
      const problem = problemWithReference(reference, tasks);
      if (problem === undefined) continue;
      const text = `invalid pipeline result "${name}": ${problem}`;
      const message = `Failed to resolve pipeline result reference for "${run.metadata.name}" with error ${text}`;
      return { reason: 'InvalidPipelineResultReference', message, cause: text };
    }
  }
  return undefined;
}

function problemWithReference({ task, result }: { task: string; result: string }, tasks: readonly PipelineTaskState[]): string | undefined {
  const source = tasks.find((state) => state.task.name === task);
  if (!source) return `referenced pipeline task "${task}" does not exist`;
  if (source.spec.results?.some(({ name }) => name === result)) return undefined;
  return `"${result}" is not a named result returned by pipeline task "${task}"`;
}
