import { cloneJson, equalJson } from '../../../system/json.ts';
import { splitKey, type ControlPlane } from '../../controllers/control-plane.ts';
import { ownerKeys } from '../../controllers/ownership.ts';
import { ReconcilingController } from '../../controllers/reconciling-controller.ts';
import type { ImageCatalog } from '../../programs/image.ts';
import { isDone, succeededOf, tellOfChange } from '../conditions.ts';
import { CONTROLLER_ACCOUNT, RELEASE_ANNOTATION, TASK_RUNS } from '../names.ts';
import { saveRun } from '../save-run.ts';
import type { TaskRun } from '../types.ts';
import { TaskRunPass } from './task-run-pass.ts';

/**
 * Runs TaskRuns: a pod each, whose containers are the steps. Without sidecars, step actions, matrices, debugging and remote resolution.
 * Models pkg/reconciler/taskrun.
 */
export class TaskRunController extends ReconcilingController {
  readonly #events = this.recorderFor('TaskRun');
  readonly #images: ImageCatalog;

  constructor(plane: ControlPlane, { images }: { images: ImageCatalog }) {
    super(plane, {
      caller: CONTROLLER_ACCOUNT,
      primary: TASK_RUNS,
      watches: { pods: ({ object }) => ownerKeys('TaskRun', [object]) },
    });
    this.#images = images;
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const stored = this.api.get<TaskRun>(TASK_RUNS, namespace, name);
    if (!stored || isDone(stored) || stored.metadata.deletionTimestamp) return;
    const run = cloneJson(stored);
    const pass = new TaskRunPass({ api: this.api, clock: this.clock, images: this.#images }, run);
    const before = succeededOf(stored);
    if (pass.begin()) tellOfChange(this.#events, run, before, succeededOf(run));
    const begun = succeededOf(run);
    pass.advance();
    tellOfChange(this.#events, run, begun, succeededOf(run));
    if (pass.internalError !== undefined) this.#events.record(run, 'Warning', 'InternalError', pass.internalError);
    run.metadata.annotations = { ...run.metadata.annotations, ...RELEASE_ANNOTATION };
    if (!equalJson(run, stored)) saveRun(this.api, TASK_RUNS, run);
    const untilOverdueMs = run.status?.startTime === undefined ? 0 : pass.untilOverdueMs();
    if (!isDone(run) && untilOverdueMs !== undefined) this.enqueueAfter(key, Math.max(0, untilOverdueMs));
  }
}
