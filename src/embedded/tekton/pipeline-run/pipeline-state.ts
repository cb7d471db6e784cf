import { isDone, isFailed, isSuccessful, succeededOf } from '../conditions.ts';
import { addValue, substitute } from '../substitution.ts';
import type { ParamValue, PipelineTask, SkippedTask, TaskRun, TaskSpec } from '../types.ts';
import type { PipelineGraph } from './pipeline-graph.ts';
import { dependencies, partOfResult, referencesIn, resultReferences } from './result-references.ts';
import { allowsExecution } from './when-expressions.ts';

/** Why a task of a pipeline is not run. Models pkg/apis/pipeline/v1 SkippingReason. */
export const SkipReason = {
  when: 'When Expressions evaluated to false',
  parents: 'Parent Tasks were skipped',
  stopping: 'PipelineRun was stopping',
  gracefullyCancelled: 'PipelineRun was gracefully cancelled',
  gracefullyStopped: 'PipelineRun was gracefully stopped',
  missingResults: 'Results were missing',
  pipelineTimeout: 'PipelineRun timeout has been reached',
  tasksTimeout: 'PipelineRun Tasks timeout has been reached',
  finallyTimeout: 'PipelineRun Finally timeout has been reached',
} as const;
export type SkipReason = (typeof SkipReason)[keyof typeof SkipReason];

/** A task of a pipeline, and the run that it has by now. */
export interface PipelineTaskState {
  task: PipelineTask;
  spec: TaskSpec;
  isFinal: boolean;
  runName: string;
  run: TaskRun | undefined;
}

export interface PipelineConduct {
  isGracefullyCancelled: boolean;
  isGracefullyStopped: boolean;
  isPipelineOverdue: boolean;
  areTasksOverdue: boolean;
  isFinallyOverdue: boolean;
}

export interface TaskCounts {
  succeeded: number;
  failed: number;
  ignoredFailed: number;
  cancelled: number;
  skipped: number;
  skippedDueToTimeout: number;
  incomplete: number;
  validationFailed: number;
}

const CANCELLED = 'TaskRunCancelled';
export const CANCELLED_BY_TIMEOUT = 'TaskRun cancelled as the PipelineRun it belongs to has timed out.';

/** How far the tasks of a pipeline are, and what that means for those that have not begun. Models pipelinerunstate.go and pipelinerunresolution.go. */
export class PipelineState {
  readonly tasks: readonly PipelineTaskState[];
  readonly #graph: PipelineGraph;
  readonly #conduct: PipelineConduct;
  readonly #invalid = new Set<string>();
  #skips = new Map<string, SkipReason | undefined>();

  constructor(tasks: readonly PipelineTaskState[], graph: PipelineGraph, conduct: PipelineConduct) {
    this.#graph = graph;
    this.#conduct = conduct;
    this.tasks = tasks;
    for (const state of tasks) this.#applyResults(state);
  }

  get dagTasks(): PipelineTaskState[] {
    return this.tasks.filter(({ isFinal }) => !isFinal);
  }

  get finalTasks(): PipelineTaskState[] {
    return this.tasks.filter(({ isFinal }) => isFinal);
  }

  find(name: string): PipelineTaskState | undefined {
    return this.tasks.find(({ task }) => task.name === name);
  }

  /** Forgets what was found out about skipping: runs have begun meanwhile. */
  reconsider(): void {
    this.#skips = new Map();
  }

  /** The tasks that may begin now. Those whose results are missing are noted as invalid, and nothing begins then. Models DAGExecutionQueue and runNextSchedulableTask. */
  nextDagTasks(): PipelineTaskState[] {
    if (this.#conduct.isGracefullyCancelled || this.#conduct.isGracefullyStopped || this.isStopping) return [];
    const next = this.dagTasks.filter((state) => !state.run && !this.isOver(state) && this.#areParentsOver(state));
    const invalid = next.filter(({ task }) => dependencies(task).length > 0);
    for (const { task } of invalid) this.#invalid.add(task.name);
    if (invalid.length > 0) this.reconsider();
    return invalid.length > 0 ? [] : next;
  }

  /** The final tasks that may begin now, told how the others ended. */
  nextFinalTasks(): PipelineTaskState[] {
    if (!this.areDagTasksOver) return [];
    const states = this.taskStatuses();
    const next = this.finalTasks.filter(({ run }) => !run);
    for (const state of next) {
      const replacements = { strings: states, arrays: new Map() };
      const { params, when, ...rest } = state.task;
      state.task = { ...rest, ...substitute({ ...(params && { params }), ...(when && { when }) }, replacements) };
    }
    this.reconsider();
    return next.filter((state) => this.skipOf(state) === undefined);
  }

  /** Those that count as done although they come after one that does not. */
  overBeforeTheirParents(): PipelineTaskState[] {
    return this.dagTasks.filter((state) => this.isOver(state) && !this.#areParentsOver(state));
  }

  get areDagTasksOver(): boolean {
    return this.dagTasks.every((state) => this.isOver(state));
  }

  get areFinalTasksOver(): boolean {
    return this.finalTasks.every((state) => this.isOver(state));
  }

  /** One has failed that may not fail: nothing new begins. */
  get isStopping(): boolean {
    return this.dagTasks.some((state) => (hasFailed(state) || this.#invalid.has(state.task.name)) && state.task.onError !== 'continue');
  }

  isOver(state: PipelineTaskState): boolean {
    if (state.run) return isDone(state.run);
    return this.#invalid.has(state.task.name) || this.skipOf(state) !== undefined;
  }

  /** Why the task is not run; undefined when it has been, is to be, or may yet be. */
  skipOf(state: PipelineTaskState): SkipReason | undefined {
    const { name } = state.task;
    if (!this.#skips.has(name)) {
      // Why: tasks ask each other, and one that is asked while it is asking does not know yet.
      this.#skips.set(name, undefined);
      this.#skips.set(name, state.isFinal ? this.#finalSkip(state) : this.#dagSkip(state));
    }
    return this.#skips.get(name);
  }

  /** Models ResolvedPipelineTask.skip. */
  #dagSkip(state: PipelineTaskState): SkipReason | undefined {
    const { isGracefullyCancelled, isGracefullyStopped, isPipelineOverdue, areTasksOverdue } = this.#conduct;
    if (state.run || this.#invalid.has(state.task.name)) return undefined;
    if (this.isStopping) return SkipReason.stopping;
    if (isGracefullyCancelled) return SkipReason.gracefullyCancelled;
    if (isGracefullyStopped) return SkipReason.gracefullyStopped;
    const mayBegin = this.#areParentsOver(state);
    if (mayBegin && !allowsExecution(state.task.when)) return SkipReason.when;
    if (this.#isParentSkipped(state)) return SkipReason.parents;
    if (mayBegin && this.#misses(state)) return SkipReason.missingResults;
    if (mayBegin && isPipelineOverdue) return SkipReason.pipelineTimeout;
    return mayBegin && areTasksOverdue ? SkipReason.tasksTimeout : undefined;
  }

  /** Models IsFinallySkipped. */
  #finalSkip(state: PipelineTaskState): SkipReason | undefined {
    if (state.run || !this.areDagTasksOver) return undefined;
    if (resultReferences(state.task).length > 0) return SkipReason.missingResults;
    if (!allowsExecution(state.task.when)) return SkipReason.when;
    if (this.#conduct.isPipelineOverdue) return SkipReason.pipelineTimeout;
    return this.#conduct.isFinallyOverdue ? SkipReason.finallyTimeout : undefined;
  }

  #parentsOf({ task }: PipelineTaskState): PipelineTaskState[] {
    return [...(this.#graph.get(task.name) ?? [])].flatMap((name) => this.find(name) ?? []);
  }

  #areParentsOver(state: PipelineTaskState): boolean {
    return this.#parentsOf(state).every((parent) => this.isOver(parent));
  }

  /** A parent that its own conditions kept back is no reason. */
  #isParentSkipped(state: PipelineTaskState): boolean {
    return this.#parentsOf(state).some((parent) => {
      const reason = this.skipOf(parent);
      return reason !== undefined && reason !== SkipReason.when;
    });
  }

  #misses({ task }: PipelineTaskState): boolean {
    const missing = resultReferences(task);
    return missing.some((reference) => {
      const source = this.find(reference.task);
      return task.onError === 'continue' || (source !== undefined && this.skipOf(source) === SkipReason.when);
    });
  }

  /** Puts results where they are referred to: all that a task refers to, or none. Models ResolveResultRefs and ApplyTaskResults. */
  #applyResults(state: PipelineTaskState): void {
    const references = referencesIn([state.task.params, state.task.when, state.task.workspaces, state.task.taskSpec]);
    const values = {
      strings: new Map<string, string>(),
      arrays: new Map<string, string[]>(),
      objects: new Map<string, Record<string, string>>(),
    };
    const needed = new Set(dependencies(state.task).map(({ variable }) => variable));
    for (const reference of references) {
      const value = this.#resultOf(reference.task, reference.result);
      const part = value === undefined ? undefined : partOfResult(reference, value);
      if (part !== undefined) addValue(values, reference.variable, part);
      else if (needed.has(reference.variable)) return;
    }
    if (references.length > 0) state.task = substitute(state.task, values);
  }

  #resultOf(task: string, name: string): ParamValue | undefined {
    const run = this.find(task)?.run;
    return run && isDone(run) ? run.status?.results?.find((result) => result.name === name)?.value : undefined;
  }

  /** What final tasks may ask: `tasks.NAME.status`, `tasks.NAME.reason` and `tasks.status`. Models GetPipelineTaskStatus. */
  taskStatuses(): Map<string, string> {
    const statuses = new Map<string, string>();
    for (const { task, run } of this.dagTasks) {
      const status = run && isSuccessful(run) ? 'Succeeded' : run && isFailed(run) ? 'Failed' : 'None';
      statuses.set(`tasks.${task.name}.status`, status);
      statuses.set(`tasks.${task.name}.reason`, (run && succeededOf(run)?.reason) ?? '');
    }
    statuses.set('tasks.status', this.#aggregateStatus());
    return statuses;
  }

  #aggregateStatus(): string {
    if (!this.areDagTasksOver) return 'None';
    if (this.dagTasks.some(hasFailed)) return 'Failed';
    return this.dagTasks.some((state) => this.skipOf(state) !== undefined) ? 'Completed' : 'Succeeded';
  }

  /** Models GetSkippedTasks. */
  skippedTasks(): SkippedTask[] {
    return this.tasks.flatMap((state) => {
      const reason = this.skipOf(state);
      if (reason === undefined) return [];
      const { name, when } = state.task;
      const isShown = when && when.length > 0 && (!state.isFinal || reason === SkipReason.when);
      return [{ name, reason, ...(isShown && { whenExpressions: when }) }];
    });
  }

  /** Models getPipelineTasksCount. */
  counts(): TaskCounts {
    const counts = {
      succeeded: 0,
      failed: 0,
      ignoredFailed: 0,
      cancelled: 0,
      skipped: 0,
      skippedDueToTimeout: 0,
      incomplete: 0,
      validationFailed: 0,
    };
    for (const state of this.tasks) {
      counts[this.#countedAs(state)] += 1;
      const reason = this.skipOf(state);
      if (reason === SkipReason.pipelineTimeout || reason === SkipReason.tasksTimeout || reason === SkipReason.finallyTimeout)
        counts.skippedDueToTimeout += 1;
    }
    return counts;
  }

  #countedAs(state: PipelineTaskState): Exclude<keyof TaskCounts, 'skippedDueToTimeout'> {
    const { run, task } = state;
    if (run && isSuccessful(run)) return 'succeeded';
    if (run && isCancelled(run)) return run.spec.statusMessage === CANCELLED_BY_TIMEOUT ? 'failed' : 'cancelled';
    if (hasFailed(state)) return task.onError === 'continue' ? 'ignoredFailed' : 'failed';
    if (this.#invalid.has(task.name)) return 'validationFailed';
    return this.skipOf(state) === undefined ? 'incomplete' : 'skipped';
  }
}

export function isRunning({ run }: PipelineTaskState): boolean {
  return run !== undefined && !isDone(run);
}

function hasFailed({ run }: PipelineTaskState): boolean {
  return run !== undefined && isFailed(run);
}

function isCancelled(run: TaskRun): boolean {
  const condition = succeededOf(run);
  return condition?.status === 'False' && condition.reason === CANCELLED;
}
