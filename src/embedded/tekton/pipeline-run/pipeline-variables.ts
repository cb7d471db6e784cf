import { paramReplacements, spellings, substitute, type Replacements } from '../substitution.ts';
import type { PipelineRun, PipelineSpec, PipelineTask } from '../types.ts';

/** The spec of a pipeline with everything in it that its run decides. Models pkg/reconciler/pipelinerun/resources ApplyParameters, ApplyContexts, ApplyWorkspaces. */
export function applyPipelineRun(spec: PipelineSpec, run: PipelineRun, pipelineName: string): PipelineSpec {
  const params = paramReplacements(spec.params ?? [], run.spec.params ?? []);
  const context = contextReplacements(run, pipelineName);
  const workspaces = workspaceReplacements(spec, run);
  const applyTo = (task: PipelineTask): PipelineTask => applyToTask(task, { params, context, workspaces });
  return {
    ...spec,
    ...(spec.tasks && { tasks: spec.tasks.map(applyTo) }),
    ...(spec.finally && { finally: spec.finally.map(applyTo) }),
    ...(spec.results && { results: substitute(substitute(spec.results, params), context) }),
  };
}

interface RunVariables {
  params: Replacements;
  context: Replacements;
  workspaces: Replacements;
}

/** A task that is written out in the pipeline sees the pipeline's params too, but its own params first. */
function applyToTask({ taskSpec, ...task }: PipelineTask, { params, context, workspaces }: RunVariables): PipelineTask {
  const applied: PipelineTask = substitute(substitute(substitute(task, params), context), workspaces);
  if (!taskSpec) return applied;
  const own = (taskSpec.params ?? []).flatMap(({ name }) => spellings('params', name));
  const given = new Set((task.params ?? []).flatMap(({ name }) => spellings('params', name)));
  return { ...applied, taskSpec: substitute(substitute(taskSpec, without(params, new Set([...own, ...given]))), context) };
}

function without({ strings, arrays, objects }: Replacements, names: ReadonlySet<string>): Replacements {
  const isFree = ([variable]: readonly [string, unknown]): boolean =>
    ![...names].some((name) => variable === name || variable.startsWith(`${name}.`) || variable.startsWith(`${name}[`));
  return {
    strings: new Map([...strings].filter(isFree)),
    arrays: new Map([...arrays].filter(isFree)),
    ...(objects && { objects: new Map([...objects].filter(isFree)) }),
  };
}

function contextReplacements({ metadata }: PipelineRun, pipelineName: string): Replacements {
  const strings = new Map([
    ['context.pipelineRun.name', metadata.name],
    ['context.pipelineRun.namespace', metadata.namespace ?? ''],
    ['context.pipelineRun.uid', metadata.uid ?? ''],
    ['context.pipeline.name', pipelineName],
  ]);
  return { strings, arrays: new Map() };
}

function workspaceReplacements({ workspaces = [] }: PipelineSpec, run: PipelineRun): Replacements {
  const bound = new Set((run.spec.workspaces ?? []).map(({ name }) => name));
  return { strings: new Map(workspaces.map(({ name }) => [`workspaces.${name}.bound`, String(bound.has(name))])), arrays: new Map() };
}
