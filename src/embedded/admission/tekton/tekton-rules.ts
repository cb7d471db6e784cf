import type { KubeObject } from '../../../kube/types/meta.ts';
import { equalJson } from '../../../system/json.ts';
import { isDone } from '../../tekton/conditions.ts';
import { PIPELINE_RUNS, PIPELINES, TASK_RUNS, TASKS } from '../../tekton/names.ts';
import type { Pipeline, PipelineRun, Task, TaskRun } from '../../tekton/types.ts';
import { CUSTOM_OBJECT_RULES } from '../custom/custom-object-rules.ts';
import type { KindRules } from '../kind-rules.ts';
import { completePipeline, completePipelineRun, completeTask, completeTaskRun } from './tekton-defaults.ts';
import { mistakesInPipeline, mistakesInTask, mistakesInTimeouts } from './tekton-validation.ts';
import { denial, invalidField, missingField, type FieldMistake } from './webhook-denial.ts';

/** What Tekton's webhooks do with what is written of its kinds: they fill in defaults, and refuse what cannot work. */
export const TEKTON_RULES: Readonly<Record<string, KindRules>> = {
  [TASKS]: rules<Task>(completeTask, ({ spec }) => mistakesInTask(spec, 'spec', true)),
  [PIPELINES]: rules<Pipeline>(completePipeline, ({ spec }) => mistakesInPipeline(spec, 'spec')),
  [TASK_RUNS]: rules<TaskRun>(completeTaskRun, (run, previous) => [
    ...oneOf(run.spec.taskRef, run.spec.taskSpec, 'spec.taskRef', 'spec.taskSpec'),
    ...(run.spec.taskRef && !run.spec.taskRef.name ? [missingField('spec.taskRef.name')] : []),
    ...(run.spec.taskSpec ? mistakesInTask(run.spec.taskSpec, 'spec.taskSpec', false) : []),
    ...unknownStatus(run.spec.status, ['TaskRunCancelled']),
    ...changedSpec('TaskRun', run, previous, ['status', 'statusMessage']),
  ]),
  [PIPELINE_RUNS]: rules<PipelineRun>(completePipelineRun, (run, previous) => [
    ...oneOf(run.spec.pipelineRef, run.spec.pipelineSpec, 'spec.pipelineRef', 'spec.pipelineSpec'),
    ...(run.spec.pipelineSpec ? mistakesInPipeline(run.spec.pipelineSpec, 'spec.pipelineSpec') : []),
    ...unknownStatus(run.spec.status, ['Cancelled', 'CancelledRunFinally', 'StoppedRunFinally', 'PipelineRunPending']),
    ...mistakesInTimeouts(run.spec),
    ...changedSpec('PipelineRun', run, previous, ['status']),
  ]),
};

function rules<T extends KubeObject>(complete: (draft: T) => void, find: (draft: T, previous: T | undefined) => FieldMistake[]): KindRules {
  return {
    completeDefaults(draft) {
      if (hasSpec(draft)) complete(draft as T);
    },
    validate(draft, previous, context) {
      const causes = CUSTOM_OBJECT_RULES.validate!(draft, previous, context);
      if (causes.length > 0) return causes;
      const isNew = !previous || !equalJson(draft['spec'], previous['spec']);
      const mistakes = isNew ? (hasSpec(draft) ? find(draft as T, previous as T | undefined) : [missingField('spec')]) : [];
      if (mistakes.length > 0) throw denial(mistakes);
      return [];
    },
  };
}

function hasSpec(draft: KubeObject): boolean {
  return typeof draft['spec'] === 'object' && draft['spec'] !== null;
}

function oneOf(first: unknown, second: unknown, firstPath: string, secondPath: string): FieldMistake[] {
  if (first && second) return [{ message: 'expected exactly one, got both', path: `${firstPath}, ${secondPath}` }];
  return first || second ? [] : [{ message: 'expected exactly one, got neither', path: `${firstPath}, ${secondPath}` }];
}

function unknownStatus(status: string | undefined, known: readonly string[]): FieldMistake[] {
  if (!status || known.includes(status)) return [];
  const choice = [known.slice(0, -1).join(', '), ...known.slice(-1)].filter((text) => text !== '').join(' or ');
  return [invalidField(`${status} should be ${choice}`, 'spec.status')];
}

/** A run that has begun is what it is. */
function changedSpec(
  kind: string,
  run: PipelineRun | TaskRun,
  previous: PipelineRun | TaskRun | undefined,
  free: readonly string[],
): FieldMistake[] {
  if (!previous) return [];
  const fixed = (spec: Record<string, unknown>): object => Object.fromEntries(Object.entries(spec).filter(([key]) => !free.includes(key)));
  if (isDone(previous)) return [invalidField(`Once the ${kind} is complete, no updates are allowed`, '')];
  if (equalJson(fixed(run.spec), fixed(previous.spec))) return [];
  return [invalidField(`Once the ${kind} has started, only status updates are allowed`, '')];
}
