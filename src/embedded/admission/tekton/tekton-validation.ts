import { formatDuration, timeoutMs } from '../../tekton/durations.ts';
import { typeOf } from '../../tekton/param-type.ts';
import { InvalidGraphError, pipelineGraph } from '../../tekton/pipeline-run/pipeline-graph.ts';
import { referencesIn } from '../../tekton/pipeline-run/result-references.ts';
import type { ParamSpec, PipelineRunSpec, PipelineSpec, PipelineTask, Step, TaskSpec, WhenExpression } from '../../tekton/types.ts';
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
    ...mistakesInDefaults(params, path),
    ...steps.flatMap((step, index) => mistakesInStep({ ...stepTemplate, ...step }, `${path}.steps[${index}]`)),
    ...(knowsAllParams ? steps.flatMap((step, index) => unknownParams(step, params, `${path}.steps[${index}]`)) : []),
  ];
}

/** A default has to be of the param's type. */
function mistakesInDefaults(params: readonly ParamSpec[], path: string): FieldMistake[] {
  return params.flatMap(({ name, type, default: fallback }) => {
    if (fallback === undefined || type === undefined || typeOf(fallback) === type) return [];
    const message = `"${type}" type does not match default value's type: "${typeOf(fallback)}"`;
    return [`${name}.type`, `${name}.default.type`].map((field): FieldMistake => ({ message, path: `${path}.params.${field}` }));
  });
}

function mistakesInStep({ image, script, command = [], onError }: Step, path: string): FieldMistake[] {
  return [
    ...(image ? [] : [missingField(`${path}.Image`)]),
    ...(script && command.length > 0 ? [{ message: 'script cannot be used with command', path: `${path}.script` }] : []),
    ...(onError === undefined || ON_ERROR.includes(onError) || onError.includes('$(')
      ? []
      : [invalidField(JSON.stringify(onError), `${path}.onError`, 'Task step onError must be either "continue" or "stopAndFail"')]),
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
    group.flatMap((task, index) => [
      ...mistakesInPipelineTask(task, spec, `${path}.${name}[${index}]`),
      ...(task.params ?? []).flatMap(({ name: param, value }) =>
        unknownParams([value], params, '').map(({ message }) => ({ message, path: `${path}.${name}[${index}].params[${param}]` })),
      ),
      ...mistakesInConditions(task.when ?? [], params, `${path}.${name}[${index}]`),
    ]);
  return [
    ...(Object.keys(spec).length === 0 ? nothingIn(path) : []),
    ...mistakesInDefaults(params, path),
    ...(tasks.length === 0 && last.length > 0
      ? [invalidField(`${path}.tasks is empty but ${path}.finally has ${last.length} tasks`, `${path}.finally`)]
      : []),
    ...namesakes(tasks, last, path),
    ...inGroup(tasks, 'tasks'),
    ...inGroup(last, 'finally'),
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
    ...mistakesInResults(spec, path),
  ];
}

function nothingIn(path: string): FieldMistake[] {
  const fields = ['description', 'params', 'resources', 'tasks', 'workspaces'];
  return fields.map((field) => ({ message: 'expected at least one, got none', path: `${path}.${field}` }));
}

/** Tasks of a name that another one has before them. */
function namesakes(tasks: readonly PipelineTask[], last: readonly PipelineTask[], path: string): FieldMistake[] {
  const seen = new Set<string>();
  const inGroup = (group: readonly PipelineTask[], field: string): FieldMistake[] =>
    group.flatMap(({ name }, index) => {
      if (!seen.has(name)) {
        seen.add(name);
        return [];
      }
      return [{ message: 'expected exactly one, got both', path: `${path}.${field}[${index}].name` }];
    });
  return [...inGroup(tasks, 'tasks'), ...inGroup(last, 'finally')];
}

const WHEN_OPERATORS = ['in', 'notin'];

/** Models when_validation.go. */
function mistakesInConditions(when: readonly WhenExpression[], params: readonly ParamSpec[], path: string): FieldMistake[] {
  return when.flatMap(({ input, operator, values = [], cel }, index) => {
    const place = `${path}.when[${index}]`;
    if (cel) return [];
    if (!WHEN_OPERATORS.includes(operator ?? ''))
      return [invalidField(`operator "${operator ?? ''}" is not recognized. valid operators: ${WHEN_OPERATORS.join(',')}`, place)];
    if (values.length === 0) return [invalidField('expecting non-empty values field', place)];
    return [...unknownParams(input, params, `${place}.input`), ...unknownParams(values, params, `${place}.values`)];
  });
}

/** Results of a pipeline come from its tasks. */
function mistakesInResults({ results = [], tasks = [], finally: last = [] }: PipelineSpec, path: string): FieldMistake[] {
  return results.flatMap(({ value }, index) => {
    const references = referencesIn(value);
    const isKnown = references.every(({ task }) => [...tasks, ...last].some(({ name }) => name === task));
    return isKnown ? [] : [invalidField('referencing a nonexistent task', `${path}.results[${index}].value`)];
  });
}

/** Models validatePipelineTimeout: what tasks may take, and what final ones may, has to fit into the whole. */
export function mistakesInTimeouts({ timeouts = {} }: PipelineRunSpec): FieldMistake[] {
  const [pipelineMs = 0, tasksMs, finallyMs] = [timeouts.pipeline, timeouts.tasks, timeouts.finally].map(timeoutMs);
  const suffix = 'should be <= pipeline duration';
  const tooLong = (field: 'tasks' | 'finally', durationMs: number | undefined): FieldMistake[] => {
    if (durationMs === undefined || pipelineMs === 0) return [];
    const isEndless = durationMs === 0;
    const text = `${formatDuration(durationMs)}${isEndless ? ' (no timeout)' : ''} ${suffix}`;
    return isEndless || durationMs > pipelineMs ? [invalidField(text, `spec.timeouts.${field}`)] : [];
  };
  const areTogetherTooLong = tasksMs !== undefined && finallyMs !== undefined && tasksMs + finallyMs > pipelineMs;
  const both = areTogetherTooLong ? `${formatDuration(tasksMs)} + ${formatDuration(finallyMs)} ${suffix}` : '';
  return [
    ...tooLong('tasks', tasksMs),
    ...tooLong('finally', finallyMs),
    ...(areTogetherTooLong ? ['tasks', 'finally'].map((field) => invalidField(both, `spec.timeouts.${field}`)) : []),
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
