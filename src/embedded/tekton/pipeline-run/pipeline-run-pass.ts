import type { Clock } from '../../../system/clock.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { ApiError } from '../../api/api-error.ts';
import type { ApiClient } from '../../api/client.ts';
import { isControlledBy } from '../../controllers/ownership.ts';
import { isDone, setSucceeded, type Verdict } from '../conditions.ts';
import { API_VERSION, LABELS, PIPELINES, TASK_RUNS, TASKS } from '../names.ts';
import { userError } from '../task-run/task-run-validation.ts';
import type { ChildReference, Pipeline, PipelineRun, PipelineSpec, PipelineTask, Task, TaskRun } from '../types.ts';
import { childRun, childRunName, MissingWorkspaceError } from './child-run.ts';
import { InvalidGraphError, pipelineGraph, type PipelineGraph } from './pipeline-graph.ts';
import { pipelineResults } from './pipeline-results.ts';
import { problemWithRun, problemWithTasks, type RunProblem } from './pipeline-run-validation.ts';
import { CANCELLED_BY_TIMEOUT, isRunning, PipelineState, type PipelineTaskState } from './pipeline-state.ts';
import { applyPipelineRun } from './pipeline-variables.ts';
import { verdictOfPipeline } from './pipeline-verdict.ts';
import { isOverdue, limitsOf } from './run-timeouts.ts';

const CANCELLED_BY_PIPELINE = 'TaskRun cancelled as the PipelineRun it belongs to has been cancelled.';

/** One look at a PipelineRun: begins the tasks whose time has come, and changes the copy that it is given to what it should say. Models pkg/reconciler/pipelinerun. */
export class PipelineRunPass {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #run: PipelineRun;
  /** What the reconciler itself gave up with, which is told as well. */
  internalError: string | undefined;

  constructor({ api, clock }: { api: ApiClient; clock: Clock }, run: PipelineRun) {
    this.#api = api;
    this.#clock = clock;
    this.#run = run;
  }

  /** Notes that the run has begun; answers whether that is new. */
  begin(): boolean {
    const run = this.#run;
    if (run.status?.startTime !== undefined || run.spec.status === 'PipelineRunPending') return false;
    run.status = { ...run.status, startTime: this.#now() };
    this.#set({ status: 'Unknown', reason: 'Started', message: '' });
    return true;
  }

  /** Brings it further. */
  advance(): void {
    const run = this.#run;
    const { name } = run.metadata;
    if (run.spec.status === 'PipelineRunPending') {
      this.#set({ status: 'Unknown', reason: 'PipelineRunPending', message: `PipelineRun "${name}" is pending` });
      return;
    }
    const pipelineName = run.spec.pipelineRef?.name ?? name;
    run.metadata.labels = { ...run.metadata.labels, [LABELS.pipeline]: pipelineName };
    if (run.spec.status === 'Cancelled') {
      this.#cancelChildren(this.#childNames(), CANCELLED_BY_PIPELINE);
      this.#end({ status: 'False', reason: 'Cancelled', message: `PipelineRun "${name}" was cancelled` });
      return;
    }
    const spec = this.#pipelineSpec(pipelineName);
    if (spec) this.#work(spec);
  }

  /** The pipeline with everything in it that the run decides; undefined after having said what is wrong with it. */
  #pipelineSpec(pipelineName: string): PipelineSpec | undefined {
    const { metadata, spec } = this.#run;
    const pipeline = spec.pipelineRef ? this.#api.get<Pipeline>(PIPELINES, metadata.namespace, pipelineName) : undefined;
    const own = this.#run.status?.pipelineSpec ? undefined : (pipeline?.spec ?? spec.pipelineSpec);
    if (!this.#run.status?.pipelineSpec && !own) {
      const why = `tekton client cannot get pipeline ${pipelineName} from local cluster: pipelines.tekton.dev "${pipelineName}" not found`;
      const problem = `error when getting Pipeline for PipelineRun ${metadata.name}: ${why}`;
      const message = `Error retrieving pipeline for pipelinerun ${metadata.namespace}/${metadata.name}: ${problem}`;
      this.#refuse({ reason: 'CouldntGetPipeline', message, cause: problem });
      return;
    }
    if (!own) return this.#run.status!.pipelineSpec;
    this.#run.status!.pipelineSpec = own;
    const problem = problemWithRun(this.#run, own, pipelineName);
    if (problem) {
      this.#refuse(problem);
      return;
    }
    this.#run.status!.pipelineSpec = applyPipelineRun(own, this.#run, pipelineName);
    return this.#run.status!.pipelineSpec;
  }

  #work(spec: PipelineSpec): void {
    const graph = this.#graphOf(spec);
    const tasks = graph && this.#resolveTasks(spec);
    if (!graph || !tasks) return;
    const isFirstLook = tasks.every(({ run }) => !run);
    const problem = isFirstLook ? problemWithTasks(tasks, spec, this.#run) : undefined;
    if (problem) {
      this.#refuse(problem);
      return;
    }
    const state = new PipelineState(tasks, graph, this.#conduct());
    this.#cancelWhatIsToEnd(state);
    if (this.#isAtOddsWithItself(state)) return;
    if (!this.#beginTasks(state)) return;
    this.#report(state, spec);
  }

  /** A run that is to stop gets no further while a task runs that others wait for: those count as done, and what they wait for does not. */
  #isAtOddsWithItself(state: PipelineState): boolean {
    const tooEarly = state.isStopping || !this.#conduct().isGracefullyStopped ? [] : state.overBeforeTheirParents();
    if (tooEarly.length === 0) return false;
    const names = tooEarly.map(({ task }) => task.name).sort();
    this.internalError = `invalid list of done tasks; some tasks were indicated completed without ancestors being done: [${names.join(' ')}]`;
    return true;
  }

  #graphOf({ tasks = [] }: PipelineSpec): PipelineGraph | undefined {
    const { namespace, name } = this.#run.metadata;
    try {
      return pipelineGraph(tasks);
    } catch (error) {
      if (!(error instanceof InvalidGraphError)) throw error;
      this.#refuse({
        reason: 'PipelineInvalidGraph',
        message: userError(`PipelineRun ${namespace}/${name}'s Pipeline DAG is invalid: ${error.message}`),
        cause: error.message,
      });
      return;
    }
  }

  /** The tasks with their specs and runs; undefined after having said which one is not there. */
  #resolveTasks({ tasks = [], finally: last = [] }: PipelineSpec): PipelineTaskState[] | undefined {
    const states: PipelineTaskState[] = [];
    for (const [index, task] of [...tasks, ...last].entries()) {
      const runName = childRunName(this.#run, task.name);
      const found = this.#api.get<TaskRun>(TASK_RUNS, this.#run.metadata.namespace, runName);
      const run = found && isControlledBy(found, this.#run) ? found : undefined;
      const spec = run?.status?.taskSpec ?? this.#taskSpec(task);
      if (!spec) return undefined;
      states.push({ task, spec, isFinal: index >= tasks.length, runName, run });
    }
    return states;
  }

  #taskSpec(task: PipelineTask): Task['spec'] | undefined {
    if (task.taskSpec) return task.taskSpec;
    const { namespace } = this.#run.metadata;
    const name = task.taskRef?.name ?? '';
    const found = this.#api.get<Task>(TASKS, namespace, name);
    if (found) return found.spec;
    const pipelineName = this.#run.spec.pipelineRef?.name ?? this.#run.metadata.name;
    const problem = `Couldn't retrieve Task "${name}": tasks.tekton.dev "${name}" not found`;
    const message = `Pipeline ${namespace}/${pipelineName} can't be Run; it contains Tasks that don't exist: ${problem}`;
    this.#refuse({ reason: 'CouldntGetTask', message, cause: problem });
  }

  #conduct(): ConstructorParameters<typeof PipelineState>[2] {
    const { startTime, finallyStartTime } = this.#run.status!;
    const { pipelineMs, tasksMs, finallyMs } = limitsOf(this.#run);
    const nowMs = this.#clock.now();
    return {
      isGracefullyCancelled: this.#run.spec.status === 'CancelledRunFinally',
      isGracefullyStopped: this.#run.spec.status === 'StoppedRunFinally',
      isPipelineOverdue: isOverdue(startTime, pipelineMs, nowMs),
      areTasksOverdue: isOverdue(startTime, tasksMs, nowMs),
      isFinallyOverdue: isOverdue(finallyStartTime, finallyMs, nowMs),
    };
  }

  #cancelWhatIsToEnd(state: PipelineState): void {
    const { isGracefullyCancelled, isPipelineOverdue, areTasksOverdue, isFinallyOverdue } = this.#conduct();
    const running = (tasks: readonly PipelineTaskState[]): string[] => tasks.filter(isRunning).map(({ runName }) => runName);
    if (isGracefullyCancelled) this.#cancelChildren(running(state.dagTasks), CANCELLED_BY_PIPELINE);
    if (areTasksOverdue && this.#run.status!.finallyStartTime === undefined)
      this.#cancelChildren(running(state.dagTasks), CANCELLED_BY_TIMEOUT);
    if (isFinallyOverdue) this.#cancelChildren(running(state.finalTasks), CANCELLED_BY_TIMEOUT);
    if (isPipelineOverdue) this.#cancelChildren(running(state.tasks), CANCELLED_BY_TIMEOUT);
  }

  /** Answers false after having said why a task could not begin. */
  #beginTasks(state: PipelineState): boolean {
    const next = [...state.nextDagTasks(), ...state.nextFinalTasks()];
    for (const taskState of next) {
      if (state.skipOf(taskState) !== undefined) continue;
      try {
        taskState.run = this.#api.create(TASK_RUNS, childRun(this.#run, taskState));
      } catch (error) {
        if (!(error instanceof MissingWorkspaceError) && !(error instanceof ApiError && [400, 422].includes(error.code))) throw error;
        this.#refuse({ reason: 'CreateRunFailed', message: error.message, cause: error.message });
        return false;
      }
      if (taskState.isFinal) this.#run.status!.finallyStartTime ??= this.#now();
    }
    state.reconsider();
    return true;
  }

  #report(state: PipelineState, spec: PipelineSpec): void {
    const { isPipelineOverdue, areTasksOverdue } = this.#conduct();
    const { pipelineMs, tasksMs = 0 } = limitsOf(this.#run);
    const overdue = isPipelineOverdue
      ? ({ of: 'pipeline', limitMs: pipelineMs } as const)
      : areTasksOverdue
        ? ({ of: 'tasks', limitMs: tasksMs } as const)
        : undefined;
    const verdict = verdictOfPipeline(state, { name: this.#run.metadata.name, asked: this.#run.spec.status, overdue });
    const skippedTasks = state.skippedTasks();
    const { skippedTasks: _before, ...status } = this.#run.status!;
    this.#run.status = {
      ...status,
      childReferences: state.tasks.flatMap(childReference),
      ...(skippedTasks.length > 0 && { skippedTasks }),
    };
    if (verdict.status === 'Unknown') this.#set(verdict);
    else {
      const results = pipelineResults(spec, state);
      if (results.length > 0) this.#run.status.results = results;
      this.#end(verdict);
    }
  }

  #childNames(): string[] {
    return (this.#run.status?.childReferences ?? []).map(({ name }) => name);
  }

  #cancelChildren(names: readonly string[], why: string): void {
    const { namespace } = this.#run.metadata;
    for (const name of names) {
      const child = this.#api.get<TaskRun>(TASK_RUNS, namespace, name);
      if (!child || isDone(child) || child.spec.status !== undefined) continue;
      this.#api.patch(TASK_RUNS, namespace, name, { type: 'merge', body: { spec: { status: 'TaskRunCancelled', statusMessage: why } } });
    }
  }

  /** Answers nothing, so that whoever refuses can answer that. */
  #refuse({ reason, message, cause }: RunProblem): undefined {
    this.internalError = cause;
    this.#end({ status: 'False', reason, message });
    return undefined;
  }

  #end(verdict: Verdict): void {
    this.#set(verdict);
    this.#run.status!.completionTime ??= this.#now();
  }

  #set(verdict: Verdict): void {
    setSucceeded(this.#run, verdict, this.#clock.now());
  }

  #now(): string {
    return toSecondsTimestamp(this.#clock.now());
  }
}

function childReference({ task, run }: PipelineTaskState): ChildReference[] {
  if (!run) return [];
  const { name } = run.metadata;
  return [
    {
      apiVersion: API_VERSION,
      kind: 'TaskRun',
      name,
      pipelineTaskName: task.name,
      ...(task.when?.length && { whenExpressions: task.when }),
    },
  ];
}
