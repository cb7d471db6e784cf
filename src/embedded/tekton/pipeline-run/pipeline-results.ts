import { isSuccessful } from '../conditions.ts';
import { addValue, substitute } from '../substitution.ts';
import type { ParamValue, PipelineSpec } from '../types.ts';
import type { PipelineState } from './pipeline-state.ts';
import { partOfResult, referencesIn } from './result-references.ts';

/** The results of a pipeline whose tasks are done; those that depend on a task that did not succeed are left out. Models ApplyTaskResultsToPipelineResults. */
export function pipelineResults({ results = [] }: PipelineSpec, state: PipelineState): { name: string; value: ParamValue }[] {
  return results.flatMap(({ name, value }) => {
    const values = {
      strings: new Map<string, string>(),
      arrays: new Map<string, string[]>(),
      objects: new Map<string, Record<string, string>>(),
    };
    for (const reference of referencesIn(value)) {
      const run = state.find(reference.task)?.run;
      const whole = run && isSuccessful(run) ? run.status?.results?.find((result) => result.name === reference.result)?.value : undefined;
      const part = whole === undefined ? undefined : partOfResult(reference, whole);
      if (part === undefined) return [];
      addValue(values, reference.variable, part);
    }
    return [{ name, value: substitute(value, values) }];
  });
}
