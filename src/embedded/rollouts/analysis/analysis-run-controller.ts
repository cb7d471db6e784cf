import type { AnalysisRun } from '../../../kube/types/rollouts.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import { ApiError } from '../../api/api-error.ts';
import { splitKey, type ControlPlane } from '../../controllers/control-plane.ts';
import { ownerKeys } from '../../controllers/ownership.ts';
import { ReconcilingController } from '../../controllers/reconciling-controller.ts';
import type { VirtualNetwork } from '../../network/http.ts';
import type { StoreEvent } from '../../store/store.ts';
import { EVENT_SOURCE, RESYNC_MS, RETRY, ROLLOUTS_ACCOUNT } from '../controller-settings.ts';
import { isCompleted } from './analysis-phase.ts';
import { AnalysisPass, type PassOutcome, type PassTools } from './analysis-pass.ts';
import { providerFor } from './providers/provider-for.ts';
import { RUN_UID_LABEL } from './providers/job-provider.ts';
import { statusPatch } from './run-status-patch.ts';

const RESOURCE = 'analysisruns.argoproj.io';

/** Measures what AnalysisRuns ask for, and judges. Models Argo Rollouts v1.10.1 analysis/. */
export class AnalysisRunController extends ReconcilingController {
  readonly #tools: PassTools;
  /** Runs that wait for a measurement, and whether to look at them again at once when it has come. */
  readonly #measuring = new Map<string, { isLookedForAgain: boolean }>();
  #startedMs = 0;

  constructor(plane: ControlPlane, { network }: { network: VirtualNetwork }) {
    super(plane, {
      caller: ROLLOUTS_ACCOUNT,
      primary: RESOURCE,
      watches: { 'jobs.batch': keysOfEndedJob },
      retry: RETRY,
    });
    const { api, clock } = this;
    this.#tools = { api, clock, events: this.recorderFor(EVENT_SOURCE), providerFor: providerFor({ api, clock, network }) };
  }

  override start(): void {
    this.#startedMs = this.clock.now();
    super.start();
  }

  override stop(): void {
    super.stop();
    this.#measuring.clear();
  }

  protected override reconcile(key: string): void {
    const measuring = this.#measuring.get(key);
    if (measuring) {
      measuring.isLookedForAgain = true;
      return;
    }
    const { namespace, name } = splitKey(key);
    const run = this.api.get<AnalysisRun>(RESOURCE, namespace, name);
    if (!run || run.metadata.deletionTimestamp) return;
    if (isCompleted(run.status?.phase)) {
      this.#removeWhenExpired(key, run);
      return;
    }
    const outcome = new AnalysisPass(this.#tools, run).execute();
    if (outcome instanceof Promise) void this.#await(key, run, outcome);
    else this.#finish(key, run, outcome);
  }

  /** One pass at a time: what happens to the run while it is measured is looked at afterwards. */
  async #await(key: string, run: AnalysisRun, pending: Promise<PassOutcome>): Promise<void> {
    const entry = { isLookedForAgain: false };
    this.#measuring.set(key, entry);
    // Why: a request that is refused before it is sent goes on in a microtask; stepped time must not run ahead of it.
    this.clock.hold()();
    try {
      const outcome = await pending;
      if (this.#measuring.get(key) !== entry) return;
      this.#measuring.delete(key);
      this.#finish(key, run, outcome);
      if (entry.isLookedForAgain) this.enqueue(key);
    } catch (error) {
      this.#measuring.delete(key);
      if (error instanceof ApiError) this.enqueueAfter(key, RETRY.baseMs);
      else this.surface(error);
    }
  }

  #finish(key: string, run: AnalysisRun, { status, nextPassMs }: PassOutcome): void {
    if (nextPassMs !== undefined) this.enqueueAfter(key, Math.max(0, nextPassMs - this.clock.now()));
    const body = statusPatch(run.status, status);
    if (body) this.api.patch(RESOURCE, run.metadata.namespace, run.metadata.name, { type: 'merge', body });
  }

  /** Nothing wakes the controller when a time to live is over: it finds out at its next general look. */
  #removeWhenExpired(key: string, run: AnalysisRun): void {
    const ttlSeconds = ttlSecondsOf(run);
    if (ttlSeconds === undefined || !run.status?.completedAt) return;
    const nowMs = this.clock.now();
    const ageSeconds = Math.floor((nowMs - Date.parse(run.status.completedAt)) / 1_000);
    if (ageSeconds > ttlSeconds) this.#delete(run);
    else this.enqueueAfter(key, RESYNC_MS - ((nowMs - this.#startedMs) % RESYNC_MS));
  }

  #delete({ metadata }: AnalysisRun): void {
    try {
      this.api.delete(RESOURCE, metadata.namespace, metadata.name);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
    }
  }
}

function ttlSecondsOf({ spec: { ttlStrategy = {} }, status }: AnalysisRun): number | undefined {
  const { secondsAfterCompletion, secondsAfterSuccess, secondsAfterFailure } = ttlStrategy;
  if (status?.phase === 'Successful') return secondsAfterSuccess ?? secondsAfterCompletion;
  return (status?.phase === 'Failed' ? secondsAfterFailure : undefined) ?? secondsAfterCompletion;
}

/** A Job that has ended concerns its run, which is then looked at; the Job itself not before its measurement is due. */
function keysOfEndedJob({ object }: StoreEvent): string[] {
  const job = object as Job;
  if (!job.metadata.labels?.[RUN_UID_LABEL]) return [];
  if (!job.status?.conditions?.some(({ type }) => type === 'Complete' || type === 'Failed')) return [];
  return ownerKeys('AnalysisRun', [job]);
}
