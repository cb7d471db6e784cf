import type { Param, RunResult, TaskSpec } from '../types.ts';
import { typeOf } from '../param-type.ts';

/** Why the params of a run do not fit the task of that name; undefined when they do. Models validate_taskrun.go ValidateResolvedTask. */
export function problemWithParams({ params = [] }: TaskSpec, given: readonly Param[], taskName: string): string | undefined {
  const invalid = `invalid input params for task ${taskName}`;
  const names = new Set(given.map(({ name }) => name));
  const missing = params.filter(({ name, default: fallback }) => fallback === undefined && !names.has(name)).map(({ name }) => name);
  if (missing.length > 0) return `${invalid}: missing values for these params which have no default values: [${missing.join(' ')}]`;
  const declared = new Map(params.map((param) => [param.name, param]));
  const wrong = given.filter(({ name, value }) => {
    const type = declared.get(name)?.type;
    return type !== undefined && type !== typeOf(value);
  });
  return wrong.length > 0
    ? `${invalid}: param types don't match the user-specified type: [${wrong.map(({ name }) => name).join(' ')}]`
    : undefined;
}

/** Why the results of a run are not those that the task declares; results that were not written are no problem. Models validateTaskRunResults. */
export function problemWithResults({ results: declared = [] }: TaskSpec, results: readonly RunResult[]): string | undefined {
  const wrong = results.filter(({ name, type }) => {
    const spec = declared.find((result) => result.name === name);
    return spec !== undefined && (spec.type ?? 'string') !== type;
  });
  if (wrong.length === 0) return undefined;
  const details = wrong.map(({ name, type }) => {
    const expected = declared.find((result) => result.name === name)?.type ?? 'string';
    return `${name}: task result is expected to be "${expected}" type but was initialized to a different type "${type}"`;
  });
  return userError(
    `Provided results don't match declared results; may be invalid JSON or missing result declaration:  ${details.map((text) => `"${text}"`).join(', ')}`,
  );
}

/** How Tekton marks mistakes of the user. */
export function userError(message: string): string {
  return `[User error] ${message}`;
}
