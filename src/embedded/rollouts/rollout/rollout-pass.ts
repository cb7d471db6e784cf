import type { AnalysisRun, Experiment, Rollout } from '../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import type { Clock } from '../../../system/clock.ts';
import { cloneJson } from '../../../system/json.ts';
import type { ApiClient } from '../../api/client.ts';
import type { EventSink, EventType } from '../../controllers/event-recorder.ts';
import { ROLLOUTS } from './names.ts';
import { normalRollout, normalStatus, type NormalRollout, type NormalStatus } from './normal-rollout.ts';
import { PausePlan } from './pause-plan.ts';
import { isSame } from './replica-sets/replica-set-facts.ts';
import { resolveWorkload, type WorkloadParts } from './workload/resolve-workload.ts';

/** What the passes of all Rollouts share. */
export interface RolloutTools {
  api: ApiClient;
  clock: Clock;
  events: EventSink;
  /** Has the Rollout looked at again after a time. */
  requeueAfter(rollout: Rollout, delayMs: number): void;
}

/** The AnalysisRuns that the status names. */
export interface CurrentRuns {
  prePromotion?: AnalysisRun;
  postPromotion?: AnalysisRun;
  step?: AnalysisRun;
  background?: AnalysisRun;
}

/** What a pass begins with. */
export interface PassState {
  rollout: NormalRollout;
  fromWorkload: WorkloadParts;
  replicaSets: ReplicaSet[];
  newRS: ReplicaSet | undefined;
  stableRS: ReplicaSet | undefined;
  runs: CurrentRuns;
  otherRuns: AnalysisRun[];
  experiment: Experiment | undefined;
  otherExperiments: Experiment[];
}

/**
 * One look at one Rollout: what was found, what is decided on the way, and what was written. ReplicaSets are copies that the pass may
 * change; like the real one, a pass goes on with the state it began with, so a second write to one of them may be refused.
 * Models rollout/context.go rolloutContext.
 */
export class RolloutPass {
  readonly tools: RolloutTools;
  readonly nowMs: number;
  readonly pause: PausePlan;
  /** Parts of the next status that steps decide before it is put together. */
  readonly draft: NormalStatus;
  /** Whether the new ReplicaSet was waiting for its end when the pass began, and that had not come. */
  isNewWithinDelay = false;
  replicaSets: ReplicaSet[];
  newRS: ReplicaSet | undefined;
  stableRS: ReplicaSet | undefined;
  runs: CurrentRuns;
  otherRuns: readonly AnalysisRun[];
  /** The Experiment that the status names, or that the pass started. */
  experiment: Experiment | undefined;
  otherExperiments: readonly Experiment[];
  #rollout: NormalRollout;
  #fromWorkload: WorkloadParts;
  #hasWritten = false;

  constructor(tools: RolloutTools, state: PassState) {
    const { rollout, fromWorkload, replicaSets, newRS, stableRS, runs, otherRuns, experiment, otherExperiments } = state;
    this.tools = tools;
    this.nowMs = tools.clock.now();
    this.#rollout = rollout;
    this.#fromWorkload = fromWorkload;
    this.replicaSets = replicaSets;
    this.newRS = newRS;
    this.stableRS = stableRS;
    this.runs = runs;
    this.otherRuns = otherRuns;
    this.experiment = experiment;
    this.otherExperiments = otherExperiments;
    this.pause = new PausePlan(rollout.status);
    const { restartedAt } = rollout.status;
    this.draft = normalStatus(restartedAt === undefined ? {} : { restartedAt });
  }

  /** As it was found, or as the pass last wrote it. */
  get rollout(): NormalRollout {
    return this.#rollout;
  }

  get status(): NormalStatus {
    return this.#rollout.status;
  }

  get namespace(): string {
    return this.#rollout.metadata.namespace!;
  }

  /** Whether the pass wrote the Rollout itself. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  get isTemplateFromWorkload(): boolean {
    return this.#fromWorkload.template;
  }

  /** Everything but the new ReplicaSet, the stable one included. */
  get olderRSs(): ReplicaSet[] {
    return this.replicaSets.filter((replicaSet) => !isSame(replicaSet, this.newRS));
  }

  /** Those that are neither new nor stable. */
  get otherRSs(): ReplicaSet[] {
    return this.olderRSs.filter((replicaSet) => !isSame(replicaSet, this.stableRS));
  }

  tell(reason: string, message: string, type: EventType = 'Normal'): void {
    this.tools.events.record(this.#rollout, type, reason, message);
  }

  requeueAfter(delayMs: number): void {
    this.tools.requeueAfter(this.#rollout, delayMs);
  }

  /** Replaces the Rollout but for its status; refused when somebody else wrote it meanwhile. */
  writeRollout(change: (draft: Rollout) => void): void {
    const draft: Rollout = cloneJson(this.#rollout);
    change(draft);
    this.#became(this.tools.api.update(ROLLOUTS, this.#withoutWorkloadParts(draft)));
  }

  /** Replaces the status; refused when somebody else wrote the Rollout meanwhile. */
  replaceStatus(change: (draft: NormalStatus) => void): void {
    const draft = cloneJson(this.#rollout);
    change(draft.status);
    this.#became(this.tools.api.update<Rollout>(ROLLOUTS, this.#withoutWorkloadParts(draft), 'status'));
  }

  /** Changes fields of the status, whatever state it is in. */
  patchStatus(patch: Record<string, unknown>): void {
    const { name } = this.#rollout.metadata;
    this.tools.api.patch<Rollout>(ROLLOUTS, this.namespace, name, { type: 'merge', body: { status: patch } }, 'status');
    this.#hasWritten = true;
  }

  #became(written: Rollout): void {
    const { rollout, fromWorkload } = resolveWorkload(this.tools.api, normalRollout(written));
    this.#rollout = rollout;
    this.#fromWorkload = fromWorkload;
    this.#hasWritten = true;
  }

  /** What was taken over from another workload is never written into the Rollout. */
  #withoutWorkloadParts(rollout: Rollout): Rollout {
    const spec = { ...rollout.spec };
    if (this.#fromWorkload.template) delete spec.template;
    if (this.#fromWorkload.selector) delete spec.selector;
    return { ...rollout, spec };
  }
}
