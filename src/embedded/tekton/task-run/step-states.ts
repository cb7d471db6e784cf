import type { ContainerStatus, Pod } from '../../../kube/types/core.ts';
import type { ParamType, ParamValue, RunResult, StepState, TaskResult, TaskSpec } from '../types.ts';
import { typeOf } from '../param-type.ts';
import { internalWord, parseLastWords, WordType, type LastWord } from './last-words.ts';
import { isStep } from './pod-verdict.ts';
import { stepContainerName } from './task-pod.ts';

/** What the steps of a pod have come to, in their order; results count only once the run is over. Models pkg/pod/status.go setTaskRunStatusBasedOnStepStatus. */
export function stepStates(pod: Pod, spec: TaskSpec, isOver: boolean): { steps: StepState[]; results: RunResult[] } {
  const order = pod.spec.containers.map(({ name }) => name);
  const statuses = (pod.status?.containerStatuses ?? []).filter(isStep).sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const results = new Map<string, RunResult>();
  const steps = statuses.map((status) => {
    const words = parseLastWords(status.state?.terminated?.message);
    const own = isOver ? resultsIn(words, WordType.stepResult, declaredStepResults(spec, status.name)) : [];
    if (isOver) for (const result of resultsIn(words, WordType.taskResult, spec.results ?? [])) results.set(result.name, result);
    for (const result of own) for (const fetched of fetching(spec, status.name, result)) results.set(fetched.name, fetched);
    return stepState(status, words, own);
  });
  return { steps, results: [...results.values()] };
}

function stepState({ name, state = {}, imageID }: ContainerStatus, words: readonly LastWord[], results: RunResult[]): StepState {
  const base = { name: name.replace(/^step-/, ''), container: name, ...(imageID && { imageID }) };
  const ended = state.terminated;
  if (!ended) return { ...base, ...(state.running ? { running: state.running } : { waiting: state.waiting ?? {} }) };
  const { message: _message, ...terminated } = ended;
  const exitCode = internalWord(words, 'ExitCode');
  const shown = words.filter(({ type }) => type !== WordType.internal);
  const message = words.length > 0 ? (shown.length > 0 ? JSON.stringify(shown) : undefined) : ended.message;
  const startedAt = internalWord(words, 'StartedAt')?.replace(/\.\d+Z$/, 'Z');
  return {
    ...base,
    terminated: {
      ...terminated,
      ...(message !== undefined && { message }),
      ...(startedAt !== undefined && { startedAt }),
      ...(exitCode !== undefined && { exitCode: Number(exitCode) }),
    },
    ...(words.length > 0 && { terminationReason: terminationReason(words, ended.reason) }),
    ...(results.length > 0 && { results }),
  };
}

function terminationReason(words: readonly LastWord[], reason = ''): string {
  return internalWord(words, 'Reason') ?? (internalWord(words, 'ExitCode') === undefined ? reason : 'Continued');
}

function declaredStepResults({ steps = [] }: TaskSpec, container: string): TaskResult[] {
  return steps.flatMap(({ name, results = [] }, index) => (stepContainerName(name, index) === container ? results : []));
}

function resultsIn(words: readonly LastWord[], type: number, declared: readonly TaskResult[]): RunResult[] {
  return words
    .filter((word) => word.type === type)
    .flatMap(({ key, value }) => {
      const spec = declared.find(({ name }) => name === key);
      if (!spec) return [];
      const result = typedValue(value, spec.type ?? 'string');
      return result === undefined ? [] : [{ name: key, type: typeOf(result), value: result }];
    });
}

function typedValue(text: string, type: ParamType): ParamValue | undefined {
  if (type === 'string') return text;
  try {
    return JSON.parse(text) as ParamValue;
  } catch {
    return undefined;
  }
}

/** Results of the task whose value is `$(steps.name.results.x)`. */
function fetching({ results = [] }: TaskSpec, container: string, { name: stepResult, type, value }: RunResult): RunResult[] {
  return results.flatMap(({ name, value: source }) => {
    const [, step, result] = (typeof source === 'string' && /^\$\(steps\.([^.]+)\.results\.([^)]+)\)$/.exec(source.trim())) || [];
    return step !== undefined && `step-${step}` === container && result === stepResult ? [{ name, type, value }] : [];
  });
}
