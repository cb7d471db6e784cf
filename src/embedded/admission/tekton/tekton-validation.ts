import { InvalidGraphError, pipelineGraph } from '../../tekton/pipeline-run/pipeline-graph.ts';
import type { ParamSpec, PipelineSpec, PipelineTask, Step, TaskSpec } from '../../tekton/types.ts';
import { invalidField, missingField, type FieldMistake } from './webhook-denial.ts';

const ON_ERROR = ['continue', 'stopAndFail'];

/** Mistakes in a task. Models pkg/apis/pipeline/v1/task_validation.go, as far as learners meet it. `knowsParams` says whether params may come from elsewhere. */
export function mistakesInTask(
  { steps = [], params = [], workspaces = [], stepTemplate }: TaskSpec,
  path: string,
  knowsAllParams: boolean,
): FieldMistake[] {
  const names = steps.flatMap(({ name }) => (name ? [name] : []));
  return [
    ...(steps.length === 0 ? [missingField(`${path}.steps`)] : []),
    ...duplicates(names).map((name): FieldMistake => ({
      message: 'expected exactly one, got both',
      path: `${path}.steps[${names.lastIndexOf(name)}].name`,
    })),
    ...duplicates(workspaces.map(({ name }) => name)).map((name) => ({
      message: `workspace name "${name}" must be unique`,
      path: `${path}.workspaces[${workspaces.findLastIndex((workspace) => workspace.name === name)}].name`,
    })),
    ...duplicates(params.map(({ name }) => name)).map((name) => ({
      message: 'parameter appears more than once',
      path: `${path}.params[${name}]`,
    })),
    ...steps.flatMap((step, index) => mistakesInStep({ ...stepTemplate, ...step }, `${path}.steps[${index}]`)),
    ...(knowsAllParams ? steps.flatMap((step, index) => unknownParams(step, params, `${path}.steps[${index}]`)) : []),
  ];
}

function mistakesInStep({ image, script, command = [], onError }: Step, path: string): FieldMistake[] {
  return [
    ...(image ? [] : [missingField(`${path}.Image`)]),
    ...(script && command.length > 0 ? [{ message: 'script cannot be used with command', path: `${path}.script` }] : []),
    ...(onError === undefined || ON_ERROR.includes(onError) || onError.includes('$(')
      ? []
      : [invalidField(onError, `${path}.onError`, 'Task step onError must be either "continue" or "stopAndFail"')]),
  ];
}

/** Variables of params that nobody declares, in the texts of an object. */
function unknownParams(value: unknown, params: readonly ParamSpec[], path: string): FieldMistake[] {
  if (typeof value === 'string') {
    const names = [...value.matchAll(/\$\(params(?:\.([\w-]+)|\[["']([^"']+)["']\])/g)].map((match) => match[1] ?? match[2]!);
    const isUnknown = names.some((name) => !params.some((param) => param.name === name || name.startsWith(`${param.name}.`)));
    return isUnknown ? [{ message: `non-existent variable in ${JSON.stringify(value)}`, path }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const join = (key: string): string => (Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
  return Object.entries(value).flatMap(([key, item]) => unknownParams(item, params, join(key)));
}

/** Mistakes in a pipeline. Models pkg/apis/pipeline/v1/pipeline_validation.go, as far as learners meet it. */
export function mistakesInPipeline(spec: PipelineSpec, path: string): FieldMistake[] {
  const { tasks = [], finally: last = [], params = [] } = spec;
  const inGroup = (group: readonly PipelineTask[], name: string): FieldMistake[] =>
    group.flatMap((task, index) => mistakesInPipelineTask(task, spec, `${path}.${name}[${index}]`));
  return [
    ...(tasks.length === 0 && last.length === 0 ? [missingField(`${path}.tasks`)] : []),
    ...(tasks.length === 0 && last.length > 0
      ? [invalidField(`${path}.tasks is empty but ${path}.finally has ${last.length} tasks`, `${path}.finally`)]
      : []),
    ...duplicates([...tasks, ...last].map(({ name }) => name)).map((): FieldMistake => ({
      message: 'expected exactly one, got both',
      path: `${path}.tasks.name`,
    })),
    ...inGroup(tasks, 'tasks'),
    ...inGroup(last, 'finally'),
    ...[...tasks, ...last].flatMap(({ name, params: given, when }) =>
      unknownParams([given ?? [], when ?? []], params, `${path}.tasks[${name}]`),
    ),
    ...last.flatMap((task, index) =>
      task.runAfter?.length
        ? [
            invalidField(
              `no runAfter allowed under spec.finally, final task ${task.name} has runAfter specified`,
              `${path}.finally[${index}]`,
            ),
          ]
        : [],
    ),
    ...mistakesInGraph(tasks, path),
  ];
}

function mistakesInPipelineTask(task: PipelineTask, { workspaces = [] }: PipelineSpec, path: string): FieldMistake[] {
  const both = task.taskRef && task.taskSpec;
  const neither = !task.taskRef && !task.taskSpec;
  const unknown = (task.workspaces ?? []).findIndex(
    ({ name, workspace }) => !workspaces.some((declared) => declared.name === (workspace || name)),
  );
  const wanted = task.workspaces?.[unknown];
  return [
    ...(both ? [{ message: 'expected exactly one, got multiple', path: `${path}.taskRef, ${path}.taskSpec` }] : []),
    ...(neither ? [{ message: 'expected exactly one, got neither', path: `${path}.taskRef, ${path}.taskSpec` }] : []),
    ...(task.taskRef && !task.taskRef.name && !task.taskRef['resolver'] ? [missingField(`${path}.taskRef.name`)] : []),
    ...(task.taskSpec ? mistakesInTask(task.taskSpec, `${path}.taskSpec`, false) : []),
    ...(task.onError === undefined || ON_ERROR.includes(task.onError)
      ? []
      : [invalidField(task.onError, `${path}.OnError`, 'PipelineTask OnError must be either "continue" or "stopAndFail"')]),
    ...(wanted
      ? [
          invalidField(
            `pipeline task "${task.name}" expects workspace with name "${wanted.workspace || wanted.name}" but none exists in pipeline spec`,
            `${path}.workspaces[${unknown}]`,
          ),
        ]
      : []),
  ];
}

function mistakesInGraph(tasks: readonly PipelineTask[], path: string): FieldMistake[] {
  try {
    pipelineGraph(tasks);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidGraphError)) throw error;
    return [invalidField(error.message, `${path}.tasks`)];
  }
}

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
