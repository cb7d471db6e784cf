import { setTimeout } from 'node:timers/promises';
import type { DrillFault, DrillPlan, DrillRecord, JournalEntry } from '../../../../grader/index.ts';
import { ClusterError } from '../../../errors.ts';
import type { KubeClient } from '../../../kube/client.ts';
import { LiveSession } from '../../../kube/cluster-session.ts';
import { parseDuration } from '../../../system/duration.ts';
import { untilTimeOfDayMs } from '../../../system/time-of-day.ts';
import type { LiveDrills, Progress } from '../../backend.ts';
import { carryOutStep } from '../../drill-steps/carry-out-step.ts';
import type { DrillStage } from '../../drill-steps/drill-stage.ts';
import { kubeReader } from '../../kube-reader.ts';
import { listAllObjects } from '../../list-all-objects.ts';
import { withClock } from '../waiting.ts';
import { removeCustomerNamespace, sendCustomer } from './customer.ts';
import { readerOf, restoreFamilies, restoreObjects, takeState, type LabState } from './lab-state.ts';
import type { LiveFaults } from './live-faults.ts';
import { restoreRollouts } from './restore-rollouts.ts';
import { TrafficWatch } from './traffic-watch.ts';

export interface LiveDrillsOptions {
  client: KubeClient;
  progress: Progress;
  /** Breaks things on the cluster's node. */
  faultsFor(plan: DrillPlan): LiveFaults;
  /** Writes from a moment on, by the clock of the node. */
  journalSince(sinceMs: number): Promise<JournalEntry[]>;
  now(): Promise<number>;
  /** Keeps the state that has to be put back, for the case that this process is killed; forgets it when it was put back. */
  keep(state: LabState | undefined): Promise<void>;
  /** Namespaces of the lab. */
  namespaces: readonly string[];
}

/** What steps take on a real cluster, in milliseconds, as it was measured on a small machine. */
const TAKES_MS = { settle: 25_000, otherStep: 1_000, begin: 8_000, restore: 15_000 };
/** What a fault adds to each time that a rollout has to settle. */
const FAULT_TAKES_MS: Record<string, number> = {
  unpullable: 180_000,
  hang: 180_000,
  crash: 5_000,
  unreachable: 120_000,
  slowEndpoints: 20_000,
};

/** Carries drills out on the learner's own cluster, one after the other, and puts it back to what it was after each. */
export class KindLiveDrills implements LiveDrills {
  readonly #options: LiveDrillsOptions;
  #state: LabState | undefined;

  constructor(options: LiveDrillsOptions) {
    this.#options = options;
  }

  estimateMs({ steps, faults }: DrillPlan): number {
    const faultMs = Math.max(0, ...faults.map((fault) => FAULT_TAKES_MS[kindOf(fault)] ?? 0));
    const nowMs = Date.now();
    let takesMs = TAKES_MS.begin;
    for (const step of steps) takesMs += stepTakesMs(step, nowMs + takesMs, faultMs);
    return takesMs + TAKES_MS.restore;
  }

  async run(plan: DrillPlan): Promise<DrillRecord> {
    if (plan.steps.some((step) => 'commit' in step || 'revert' in step))
      throw new ClusterError('this drill commits, and your repository is yours: leave out --live to have it carried out on a copy.');
    this.#state ??= await this.#remember();
    const minutes = (this.estimateMs(plan) / 60_000).toFixed(1);
    return this.#options.progress.step(`Drill: ${titleOf(plan)} (about ${minutes} min)`, async (detail) => {
      const clock = withClock(detail);
      const faults = this.#options.faultsFor(plan);
      try {
        return await this.#carryOut(plan, faults, clock.detail);
      } finally {
        clock.detail('putting everything back');
        await faults.mend();
        await this.#putBack(clock.detail);
        clock.stop();
      }
    });
  }

  async close(): Promise<void> {
    if (!this.#state) return;
    await removeCustomerNamespace(this.#options.client);
    await this.#options.keep(undefined);
    this.#state = undefined;
  }

  async #remember(): Promise<LabState> {
    const state = await takeState(this.#options.client, this.#options.namespaces);
    await this.#options.keep(state);
    return state;
  }

  async #carryOut(plan: DrillPlan, faults: LiveFaults, detail: (text: string) => void): Promise<DrillRecord> {
    const options = this.#options;
    const { client } = options;
    const acts: { note: string; atMs: number }[] = [];
    detail('sending customers');
    const customer = await sendCustomer(client, plan, detail);
    const traffic = new TrafficWatch(client, plan.production);
    traffic.start(customer.logPath);
    try {
      for (const fault of plan.faults) await faults.break(fault);
      const before = await readerOf(client, await listAllObjects(client));
      const startedAtMs = await options.now();
      const stage: DrillStage = {
        session: new RealTimeSession(client),
        reader: kubeReader(client),
        faults,
        production: plan.production,
        podsBehind: (service) => traffic.podsBehind(service),
        now: Date.now,
        note: (what) => {
          acts.push({ note: what, atMs: Date.now() });
          detail(what);
        },
      };
      for (const step of plan.steps) await carryOutStep(step, stage);
      const endedAtMs = await options.now();
      const after = await readerOf(client, await listAllObjects(client));
      const journal = await options.journalSince(startedAtMs);
      await traffic.stop();
      const answers = traffic.answers(startedAtMs, endedAtMs);
      if (answers.length === 0) throw new ClusterError('the customer of production got no answer at all, not even a refusal');
      return {
        startedAtMs,
        endedAtMs,
        answers,
        ...(plan.visits && { visits: traffic.visits(startedAtMs, endedAtMs) }),
        requests: traffic.requests(startedAtMs, endedAtMs),
        journal,
        before,
        after,
        acts: acts.map(({ note, atMs }) => ({ atMs, what: note })),
        notSimulated: [],
      };
    } finally {
      await traffic.stop().catch(() => undefined);
      await customer.dismiss();
    }
  }

  async #putBack(detail: (text: string) => void): Promise<void> {
    await restoreState(this.#options.client, this.#state!, detail);
  }
}

/** Puts the namespaces of a lab back to what they were. */
export async function restoreState(client: KubeClient, state: LabState, detail: (text: string) => void): Promise<void> {
  await restoreObjects(client, state);
  await restoreRollouts(client, state, detail);
  await restoreFamilies(client, state);
}

/** A cluster in real time, where letting time pass is waiting. */
class RealTimeSession extends LiveSession {
  override async elapse(delayMs: number): Promise<void> {
    await setTimeout(delayMs);
  }
}

/** What a step takes that begins at a moment. */
function stepTakesMs(step: DrillPlan['steps'][number], atMs: number, faultMs: number): number {
  if ('settle' in step) return TAKES_MS.settle + faultMs;
  if ('elapse' in step) return parseDuration(step.elapse)!;
  return 'until' in step ? untilTimeOfDayMs(atMs, step.until.time, step.until.timeZone) : TAKES_MS.otherStep;
}

function titleOf({ steps, faults }: DrillPlan): string {
  const releases = steps.flatMap((step) => ('release' in step ? [step.release.image] : []));
  const what = releases.length > 0 ? `ship ${releases.join(', ')}` : steps.map((step) => Object.keys(step)[0]).join(', ');
  return faults.length === 0 ? what : `${what}, with ${faults.map(describe).join(' and ')}`;
}

function describe(fault: DrillFault): string {
  if ('unpullable' in fault) return 'images that cannot be pulled';
  if ('crash' in fault) return `a ${fault.crash.command} that crashes`;
  if ('hang' in fault) return `a ${fault.hang.command} that hangs`;
  if ('unreachable' in fault) return `${fault.unreachable.service} out of reach`;
  return `a network that is ${fault.slowEndpoints} behind`;
}

function kindOf(fault: DrillFault): string {
  return Object.keys(fault)[0]!;
}
