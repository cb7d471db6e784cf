import type { Clock } from '../../../system/clock.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { controllerOf } from '../../../kube/types/meta.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { splitKey, type ControlPlane, type Controller } from '../../controllers/control-plane.ts';
import { EventRecorder } from '../../controllers/event-recorder.ts';
import { ReconcileLoop } from '../../controllers/reconcile-loop.ts';
import type { ImageCatalog } from '../../programs/image.ts';
import type { StoreEvent } from '../../store/store.ts';
import { isDone, succeededOf, tellOfChange } from '../conditions.ts';
import { RELEASE_ANNOTATION, TASK_RUNS } from '../names.ts';
import { saveRun } from '../save-run.ts';
import type { TaskRun } from '../types.ts';
import { TaskRunPass } from './task-run-pass.ts';

/**
 * Runs TaskRuns: a pod each, whose containers are the steps. Without sidecars, step actions, matrices, debugging and remote resolution.
 * Models pkg/reconciler/taskrun.
 */
export class TaskRunController implements Controller {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #events: EventRecorder;
  readonly #images: ImageCatalog;
  readonly #loop: ReconcileLoop;

  constructor(plane: ControlPlane, { images }: { images: ImageCatalog }) {
    this.#api = plane.clientFor(controlPlane('system:serviceaccount:tekton-pipelines:tekton-pipelines-controller', 'controller'));
    this.#clock = plane.clock;
    this.#images = images;
    this.#events = new EventRecorder({ api: this.#api, clock: plane.clock, source: { component: 'TaskRun' } });
    this.#loop = new ReconcileLoop({
      plane,
      api: this.#api,
      primary: TASK_RUNS,
      watches: { pods: (event) => keysForPod(event) },
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
    const stored = this.#api.get<TaskRun>(TASK_RUNS, namespace, name);
    if (!stored || isDone(stored) || stored.metadata.deletionTimestamp) return;
    const run = cloneJson(stored);
    const pass = new TaskRunPass({ api: this.#api, clock: this.#clock, images: this.#images }, run);
    const before = succeededOf(stored);
    if (pass.begin()) tellOfChange(this.#events, run, before, succeededOf(run));
    const begun = succeededOf(run);
    pass.advance();
    tellOfChange(this.#events, run, begun, succeededOf(run));
    if (pass.internalError !== undefined) this.#events.record(run, 'Warning', 'InternalError', pass.internalError);
    run.metadata.annotations = { ...run.metadata.annotations, ...RELEASE_ANNOTATION };
    if (!equalJson(run, stored)) saveRun(this.#api, TASK_RUNS, run);
    const untilOverdueMs = run.status?.startTime === undefined ? 0 : pass.untilOverdueMs();
    if (!isDone(run) && untilOverdueMs !== undefined) this.#loop.addAfter(key, Math.max(0, untilOverdueMs));
  }
}

function keysForPod({ object }: StoreEvent): string[] {
  const owner = controllerOf(object);
  return owner?.kind === 'TaskRun' && owner.apiVersion.startsWith('tekton.dev/') ? [`${object.metadata.namespace}/${owner.name}`] : [];
}
