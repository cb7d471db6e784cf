import type { ParamValue, PipelineTask } from '../types.ts';
import { variablesIn } from '../substitution.ts';

/** A variable such as `tasks.scan.results.verdict`. */
export interface ResultReference {
  /** As it is written between `$(` and `)`, without `[*]`. */
  variable: string;
  task: string;
  result: string;
}

/** The results of other tasks that a task's params and conditions refer to; without them it is skipped. */
export function resultReferences({ params, when, workspaces }: PipelineTask): ResultReference[] {
  return referencesIn([params, when, workspaces]);
}

/** Those, and the ones that a task that is written out in the pipeline refers to: what it waits for, and what it cannot do without. */
export function dependencies(task: PipelineTask): ResultReference[] {
  return [...resultReferences(task), ...referencesIn(task.taskSpec)];
}

/** Every variable in a value that stands for a task's result. */
export function referencesIn(value: unknown): ResultReference[] {
  return variablesIn(value).flatMap((text) => {
    const variable = text.replace(/\[\*\]$/, '');
    const [, , task, result] = /^(tasks|finally)\.([^.[\]]+)\.results\.([^.[\]]+)/.exec(variable) ?? [];
    return task !== undefined && result !== undefined ? [{ variable, task, result }] : [];
  });
}

/** What a variable stands for, given the whole result: an item of it, a key of it, or all of it. */
export function partOfResult({ variable }: ResultReference, value: ParamValue): ParamValue | undefined {
  const index = /\[(\d+)\]$/.exec(variable)?.[1];
  if (index !== undefined) return Array.isArray(value) ? value[Number(index)] : undefined;
  const key = /\.results\.[^.]+\.(.+)$/.exec(variable)?.[1];
  if (key !== undefined) return typeof value === 'object' && !Array.isArray(value) ? value[key] : undefined;
  return value;
}
