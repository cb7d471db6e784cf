import type { Pod } from '../../../kube/types/core.ts';
import type { Clock } from '../../../system/clock.ts';
import { cloneJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { ApiError } from '../../api/api-error.ts';
import type { ApiClient } from '../../api/client.ts';
import { isControlledBy } from '../../controllers/ownership.ts';
import type { ImageCatalog } from '../../programs/image.ts';
import { isDone, isFailed, setSucceeded, succeededOf, type Verdict } from '../conditions.ts';
import { DEFAULT_TIMEOUT, formatDuration, timeoutMs } from '../durations.ts';
import { LABELS, TASKS } from '../names.ts';
import type { StepState, Task, TaskRun, TaskSpec } from '../types.ts';
import { didPodFail, isPodComplete, verdictOfPod } from './pod-verdict.ts';
import { stepStates } from './step-states.ts';
import { READY_ANNOTATION, taskPod, UnknownEntrypointError } from './task-pod.ts';
import { problemWithParams, problemWithResults, userError } from './task-run-validation.ts';
import { applyRun } from './task-variables.ts';
import { problemWithWorkspaces } from './workspaces.ts';

/** Set on the run of a pipeline's task that may fail. */
export const ON_ERROR_ANNOTATION = 'pipeline.tekton.dev/pipeline-task-on-error';
/** A step in one of these states is beyond hope. */
const HOPELESS = new Set(['ImagePullBackOff', 'InvalidImageName']);
/** What a run says of its condition when it begins. */
const STARTED: Verdict = { status: 'Unknown', reason: 'Started', message: '' };

export interface TaskRunTools {
  api: ApiClient;
  clock: Clock;
  images: ImageCatalog;
}

/** One look at a TaskRun: changes the copy that it is given to what it should say. Models pkg/reconciler/taskrun/taskrun.go. */
export class TaskRunPass {
  readonly #tools: TaskRunTools;
  readonly #run: TaskRun;
  /** What the reconciler itself gave up with, which is told as well. */
  internalError: string | undefined;

  constructor(tools: TaskRunTools, run: TaskRun) {
    this.#tools = tools;
    this.#run = run;
  }

  /** Notes that the run has begun; answers whether that is new. */
  begin(): boolean {
    const run = this.#run;
    if (run.status?.startTime !== undefined) return false;
    run.status = { podName: '', ...run.status, startTime: this.#now() };
    if (!succeededOf(run)) setSucceeded(run, STARTED, this.#tools.clock.now());
    return true;
  }

  /** Brings it further, and begins anew what may be tried again. */
  advance(): void {
    const run = this.#run;
    if (isDone(run)) return;
    if (run.spec.status === 'TaskRunCancelled') {
      this.#giveUp('TaskRunCancelled', `TaskRun "${run.metadata.name}" was cancelled. ${run.spec.statusMessage ?? ''}`);
      return;
    }
    if (this.#isOverdue()) this.#giveUp('TaskRunTimeout', this.#timeoutMessage());
    else if (!this.#giveUpOnImages()) this.#work();
    if (isFailed(run) && (run.status?.retriesStatus?.length ?? 0) < (run.spec.retries ?? 0)) this.#tryAgain();
  }

  /** How long until the run is overdue; undefined when it never is. */
  untilOverdueMs(): number | undefined {
    const limitMs = this.#limitMs;
    return limitMs === 0 ? undefined : Date.parse(this.#run.status!.startTime!) + limitMs - this.#tools.clock.now();
  }

  get #limitMs(): number {
    return timeoutMs(this.#run.spec.timeout ?? DEFAULT_TIMEOUT) ?? 0;
  }

  #isOverdue(): boolean {
    const remainingMs = this.untilOverdueMs();
    return remainingMs !== undefined && remainingMs <= 0;
  }

  #timeoutMessage(): string {
    return `TaskRun "${this.#run.metadata.name}" failed to finish within "${formatDuration(this.#limitMs)}"`;
  }

  /** Models checkPodFailed: the image is asked for once, and the first back-off ends the run. */
  #giveUpOnImages(): boolean {
    const { metadata, status } = this.#run;
    const step = status?.steps?.find(({ waiting }) => waiting?.reason !== undefined && HOPELESS.has(waiting.reason));
    if (!step) return false;
    const which = `the step "${step.name}" in TaskRun "${metadata.name}" failed to pull the image "${step.imageID ?? ''}"`;
    this.#giveUp('TaskRunImagePullFailed', `${which}. The pod errored with the message: "${step.waiting!.message ?? ''}."`);
    return true;
  }

  #work(): void {
    const resolved = this.#resolve();
    if (!resolved) return;
    const run = this.#run;
    const spec = applyRun(resolved.spec, run, resolved.name);
    run.status!.taskSpec = spec;
    const pod = this.#pod() ?? this.#createPod(spec);
    if (pod) this.#follow(pod, spec);
  }

  /** The task, and whether the run fits it; undefined after having said why not. */
  #resolve(): { name: string; spec: TaskSpec } | undefined {
    const { metadata, spec } = this.#run;
    const task = spec.taskRef ? this.#tools.api.get<Task>(TASKS, metadata.namespace, spec.taskRef.name ?? '') : undefined;
    if (spec.taskRef && !task) {
      const name = spec.taskRef.name ?? '';
      this.internalError = `error when listing tasks for taskRun ${metadata.name}: tasks.tekton.dev "${name}" not found`;
      this.#fail('TaskRunResolutionFailed', this.internalError);
      return undefined;
    }
    const taskSpec = task?.spec ?? spec.taskSpec ?? {};
    if (task) this.#takeMetadataFrom(task);
    const name = task?.metadata.name ?? metadata.name;
    this.#noteTask(taskSpec);
    const problem =
      problemWithParams(taskSpec, spec.params ?? [], name) ??
      problemWithWorkspaces(taskSpec, spec.workspaces ?? [], spec.taskSpec !== undefined);
    if (problem !== undefined) {
      this.internalError = problem;
      this.#fail('TaskRunValidationFailed', userError(problem));
      return undefined;
    }
    return { name, spec: taskSpec };
  }

  /** What the run says of its task and steps before anything else is known. */
  #noteTask(spec: TaskSpec): void {
    const status = this.#run.status!;
    status.taskSpec ??= spec;
    status.steps ??= (spec.steps ?? []).map(({ name = '' }) => ({ name }));
  }

  #takeMetadataFrom({ metadata }: Task): void {
    const own = this.#run.metadata;
    const { 'kubectl.kubernetes.io/last-applied-configuration': _applied, ...annotations } = metadata.annotations ?? {};
    own.labels = { ...metadata.labels, ...own.labels, [LABELS.task]: metadata.name };
    own.annotations = { ...annotations, ...own.annotations };
  }

  #pod(): Pod | undefined {
    const { metadata, status } = this.#run;
    if (status?.podName) return this.#tools.api.get<Pod>('pods', metadata.namespace, status.podName);
    const archived = new Set((status?.retriesStatus ?? []).map(({ podName }) => podName));
    const pods = this.#tools.api.list<Pod>('pods', {
      namespace: metadata.namespace!,
      selector: { matchLabels: { [LABELS.taskRun]: metadata.name } },
    });
    return pods.find((pod) => isControlledBy(pod, this.#run) && !didPodFail(pod) && !archived.has(pod.metadata.name));
  }

  #createPod(spec: TaskSpec): Pod | undefined {
    const run = this.#run;
    try {
      return this.#tools.api.create('pods', taskPod(run, spec, this.#tools.images));
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof UnknownEntrypointError)) throw error;
      const { namespace, name } = run.metadata;
      const culprit = run.spec.taskRef ? `missing or invalid Task ${namespace}/${run.spec.taskRef.name}` : 'invalid TaskSpec';
      this.#fail('PodCreationFailed', `failed to create task run pod "${name}": ${error.message}. Maybe ${culprit}`);
      return undefined;
    }
  }

  /** Says of the run what its pod says. Models pkg/pod/status.go MakeTaskRunStatus. */
  #follow(pod: Pod, spec: TaskSpec): void {
    const run = this.#run;
    const isOver = isPodComplete(pod);
    if (!isOver && pod.status?.phase === 'Running') this.#makeReady(pod);
    const ignoresFailure = run.metadata.annotations?.[ON_ERROR_ANNOTATION] === 'continue';
    setSucceeded(run, verdictOfPod(pod, { ignoresFailure }), this.#tools.clock.now());
    const { steps, results } = stepStates(pod, spec, isOver);
    run.status = {
      ...run.status,
      podName: pod.metadata.name,
      ...(steps.length > 0 && { steps }),
      ...(results.length > 0 && { results }),
      ...(isDone(run) && { completionTime: this.#now() }),
    };
    const problem = isOver ? problemWithResults(spec, results) : undefined;
    if (problem !== undefined) this.#fail('TaskRunValidationFailed', problem);
  }

  /** Lets the first step begin, now that all containers run. Models pkg/pod UpdateReady. */
  #makeReady({ metadata }: Pod): void {
    const { name, value } = READY_ANNOTATION;
    if (metadata.annotations?.[name] === value) return;
    const body = { metadata: { annotations: { [name]: value } } };
    this.#tools.api.patch('pods', metadata.namespace, metadata.name, { type: 'merge', body });
  }

  /** Ends the run and its pod. Models failTaskRun. */
  #giveUp(reason: string, message: string): void {
    const run = this.#run;
    this.#fail(reason, message);
    if (!run.status!.podName) return;
    run.status!.steps = (run.status!.steps ?? []).map((step) => this.#endStep(step, reason));
    try {
      this.#tools.api.delete('pods', run.metadata.namespace, run.status!.podName);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
    }
  }

  #endStep(step: StepState, reason: string): StepState {
    const { running, waiting, ...rest } = step;
    if (!running && !waiting) return step;
    const message = `Step ${step.name} terminated as pod ${this.#run.status!.podName} is terminated`;
    const startedAt = running?.startedAt ?? this.#run.metadata.creationTimestamp!;
    return { ...rest, terminated: { exitCode: 1, reason, message, startedAt, finishedAt: this.#now() }, terminationReason: reason };
  }

  #fail(reason: string, message: string): void {
    setSucceeded(this.#run, { status: 'False', reason, message }, this.#tools.clock.now());
    this.#run.status!.completionTime = this.#now();
  }

  /** Models retryTaskRun. */
  #tryAgain(): void {
    const run = this.#run;
    const { message = '' } = succeededOf(run)!;
    const { retriesStatus = [], ...attempt } = cloneJson(run.status!);
    const { startTime: _start, completionTime: _end, podName: _pod, results: _results, steps: _steps, ...rest } = attempt;
    run.status = { ...rest, podName: '', retriesStatus: [...retriesStatus, attempt] };
    setSucceeded(run, { status: 'Unknown', reason: 'ToBeRetried', message }, this.#tools.clock.now());
  }

  #now(): string {
    return toSecondsTimestamp(this.#tools.clock.now());
  }
}
