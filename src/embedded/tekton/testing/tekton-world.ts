import type { Event, Pod } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { ClusterClock } from '../../../system/clock.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { EmbeddedCluster } from '../../cluster.ts';
import { NO_FAULTS, type Faults } from '../../faults.ts';
import { succeededOf } from '../conditions.ts';
import { API_VERSION, PIPELINE_RUNS, PIPELINES, TASK_RUNS, TASKS } from '../names.ts';
import type { PipelineRun, PipelineRunSpec, PipelineSpec, PipelineTask, Step, TaskRun, TaskRunSpec, TaskSpec } from '../types.ts';

const START_MS = Date.parse('2026-03-01T10:00:00Z');
const NAMESPACE = 'lab';
const IMAGE = 'lab/deployer:1.0';

/** A whole cluster with Tekton in it, on a stepped clock; what steps run is run. */
export class TektonWorld {
  readonly clock = new ClusterClock(START_MS);
  readonly cluster: EmbeddedCluster;
  readonly api: ApiClient;

  constructor({ faults = NO_FAULTS }: { faults?: Faults } = {}) {
    this.cluster = EmbeddedCluster.create({ clock: this.clock, needs: ['tekton'], faults });
    this.api = this.cluster.core.clientFor(controlPlane('kubernetes-admin', 'kubectl'));
    this.cluster.start();
    this.api.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  }

  async close(): Promise<void> {
    this.clock.stop();
    await this.cluster.close();
  }

  task(name: string, spec: TaskSpec): void {
    this.#create(TASKS, 'Task', name, spec);
  }

  pipeline(name: string, spec: PipelineSpec): void {
    this.#create(PIPELINES, 'Pipeline', name, spec);
  }

  startTask(name: string, spec: TaskRunSpec): void {
    this.#create(TASK_RUNS, 'TaskRun', name, spec);
  }

  /** Creates a TaskRun and lets time pass until it is done. */
  async runTask(name: string, spec: TaskRunSpec): Promise<TaskRun> {
    this.startTask(name, spec);
    return this.#untilDone<TaskRun>(TASK_RUNS, name);
  }

  /** Creates a PipelineRun of these tasks. */
  startPipeline(name: string, spec: PipelineRunSpec): void {
    this.#create(PIPELINE_RUNS, 'PipelineRun', name, spec);
  }

  /** Creates a PipelineRun and lets time pass until it is done. */
  async runPipeline(name: string, spec: PipelineRunSpec): Promise<PipelineRun> {
    this.startPipeline(name, spec);
    return this.#untilDone<PipelineRun>(PIPELINE_RUNS, name);
  }

  async untilTaskDone(name: string): Promise<TaskRun> {
    return this.#untilDone<TaskRun>(TASK_RUNS, name);
  }

  async untilPipelineDone(name: string): Promise<PipelineRun> {
    return this.#untilDone<PipelineRun>(PIPELINE_RUNS, name);
  }

  async until(condition: () => boolean, withinSeconds = 600): Promise<void> {
    const deadlineMs = this.clock.now() + withinSeconds * 1000;
    if (!(await this.clock.advance({ deadlineMs, until: condition }))) throw new Error(`not reached: ${condition.toString()}`);
  }

  get<T extends KubeObject>(resource: string, name: string): T | undefined {
    return this.api.get<T>(resource, NAMESPACE, name);
  }

  pods(): Pod[] {
    return this.api.list<Pod>('pods', { namespace: NAMESPACE });
  }

  /** What was told of an object: `Started`, `Failed: why`. */
  told(name: string): string[] {
    const events = this.api.list<Event>('events', { namespace: NAMESPACE }).filter(({ involvedObject }) => involvedObject.name === name);
    return events.map(({ reason, message }) => (message ? `${reason}: ${message}` : reason!));
  }

  /** Everything that a container has written so far. */
  log(pod: string, container: string): string {
    const text: string[] = [];
    const options = { container, follow: false, previous: false, timestamps: false };
    this.cluster.logs!.open(this.get<Pod>('pods', pod)!, options)({ text: (chunk) => void text.push(chunk), end: () => undefined });
    return text.join('');
  }

  #create(resource: string, kind: string, name: string, spec: unknown): void {
    this.api.create(resource, { apiVersion: API_VERSION, kind, metadata: { name, namespace: NAMESPACE }, spec });
  }

  async #untilDone<T extends TaskRun | PipelineRun>(resource: string, name: string): Promise<T> {
    const isOver = (): boolean =>
      succeededOf(this.get<T>(resource, name)!)?.status !== 'Unknown' && this.get<T>(resource, name)?.status !== undefined;
    await this.until(isOver, 7200);
    return this.get<T>(resource, name)!;
  }
}

/** A step that runs a script in an image with a shell. */
export function step(name: string, script: string, more: Partial<Step> = {}): Step {
  return { name, image: IMAGE, script, ...more };
}

/** A task of a pipeline, written out in it. */
export function inlineTask(
  name: string,
  script: string,
  more: Partial<PipelineTask> & { results?: TaskSpec['results'] } = {},
): PipelineTask {
  const { results, ...task } = more;
  return { name, taskSpec: { steps: [step('main', script)], ...(results && { results }) }, ...task };
}

/** How a run says it went: `False Failed: …`. */
export function verdict(run: TaskRun | PipelineRun): string {
  const { status, reason, message } = succeededOf(run)!;
  return `${status} ${reason}: ${message}`;
}
