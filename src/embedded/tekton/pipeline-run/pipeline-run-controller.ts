import { controllerOf } from '../../../kube/types/meta.ts';
import type { Clock } from '../../../system/clock.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { splitKey, type ControlPlane, type Controller } from '../../controllers/control-plane.ts';
import { EventRecorder } from '../../controllers/event-recorder.ts';
import { ReconcileLoop } from '../../controllers/reconcile-loop.ts';
import type { StoreEvent } from '../../store/store.ts';
import { isDone, succeededOf, tellOfChange } from '../conditions.ts';
import { PIPELINE_RUNS, TASK_RUNS } from '../names.ts';
import { saveRun } from '../save-run.ts';
import type { PipelineRun } from '../types.ts';
import { PipelineRunPass } from './pipeline-run-pass.ts';
import { untilNextLimitMs } from './run-timeouts.ts';

/**
 * Runs PipelineRuns: a TaskRun for each task, in the order that they need. Without matrices, custom tasks, pipelines in pipelines, CEL
 * conditions, claims of volumes and remote resolution. Models pkg/reconciler/pipelinerun.
 */
export class PipelineRunController implements Controller {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #events: EventRecorder;
  readonly #loop: ReconcileLoop;

  constructor(plane: ControlPlane) {
    this.#api = plane.clientFor(controlPlane('system:serviceaccount:tekton-pipelines:tekton-pipelines-controller', 'controller'));
    this.#clock = plane.clock;
    this.#events = new EventRecorder({ api: this.#api, clock: plane.clock, source: { component: 'PipelineRun' } });
    this.#loop = new ReconcileLoop({
      plane,
      api: this.#api,
      primary: PIPELINE_RUNS,
      watches: { [TASK_RUNS]: (event) => keysForTaskRun(event) },
      reconcile: (key) => this.#reconcile(key),
    });
  }

  start(): void {
    this.#loop.start();
  }

  stop(): void {
    this.#loop.stop();
  }

  #reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const stored = this.#api.get<PipelineRun>(PIPELINE_RUNS, namespace, name);
    if (!stored || isDone(stored) || stored.metadata.deletionTimestamp) return;
    const run = cloneJson(stored);
    const pass = new PipelineRunPass({ api: this.#api, clock: this.#clock }, run);
    if (pass.begin()) tellOfChange(this.#events, run, undefined, succeededOf(run));
    const begun = succeededOf(run);
    pass.advance();
    tellOfChange(this.#events, run, begun, succeededOf(run));
    if (pass.internalError !== undefined) this.#events.record(run, 'Warning', 'InternalError', pass.internalError);
    if (!equalJson(run, stored)) saveRun(this.#api, PIPELINE_RUNS, run);
    const untilMs = isDone(run) ? undefined : untilNextLimitMs(run, this.#clock.now());
    if (untilMs !== undefined) this.#loop.addAfter(key, untilMs);
  }
}

function keysForTaskRun({ object }: StoreEvent): string[] {
  const owner = controllerOf(object);
  return owner?.kind === 'PipelineRun' ? [`${object.metadata.namespace}/${owner.name}`] : [];
}
