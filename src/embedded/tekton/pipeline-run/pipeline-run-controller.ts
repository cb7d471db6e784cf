import { cloneJson, equalJson } from '../../../system/json.ts';
import { splitKey, type ControlPlane } from '../../controllers/control-plane.ts';
import { ownerKeys } from '../../controllers/ownership.ts';
import { ReconcilingController } from '../../controllers/reconciling-controller.ts';
import { isDone, succeededOf, tellOfChange } from '../conditions.ts';
import { CONTROLLER_ACCOUNT, PIPELINE_RUNS, TASK_RUNS } from '../names.ts';
import { saveRun } from '../save-run.ts';
import type { PipelineRun } from '../types.ts';
import { PipelineRunPass } from './pipeline-run-pass.ts';
import { untilNextLimitMs } from './run-timeouts.ts';

/**
 * Runs PipelineRuns: a TaskRun for each task, in the order that they need. Without matrices, custom tasks, pipelines in pipelines, CEL
 * conditions, claims of volumes and remote resolution. Models pkg/reconciler/pipelinerun.
 */
export class PipelineRunController extends ReconcilingController {
  readonly #events = this.recorderFor('PipelineRun');

  constructor(plane: ControlPlane) {
    super(plane, {
      caller: CONTROLLER_ACCOUNT,
      primary: PIPELINE_RUNS,
      watches: { [TASK_RUNS]: ({ object }) => ownerKeys('PipelineRun', [object]) },
    });
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const stored = this.api.get<PipelineRun>(PIPELINE_RUNS, namespace, name);
    if (!stored || isDone(stored) || stored.metadata.deletionTimestamp) return;
    const run = cloneJson(stored);
    const pass = new PipelineRunPass({ api: this.api, clock: this.clock }, run);
    if (pass.begin()) tellOfChange(this.#events, run, undefined, succeededOf(run));
    const begun = succeededOf(run);
    pass.advance();
    tellOfChange(this.#events, run, begun, succeededOf(run));
    if (pass.internalError !== undefined) this.#events.record(run, 'Warning', 'InternalError', pass.internalError);
    if (!equalJson(run, stored)) saveRun(this.api, PIPELINE_RUNS, run);
    const untilMs = isDone(run) ? undefined : untilNextLimitMs(run, this.clock.now());
    if (untilMs !== undefined) this.enqueueAfter(key, untilMs);
  }
}
