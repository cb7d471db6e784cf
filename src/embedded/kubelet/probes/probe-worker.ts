import type { Probe } from '../../../kube/types/core.ts';
import type { Cancel, Clock } from '../../../system/clock.ts';
import type { ContainerRun, ContainerSlot } from '../container-slot.ts';
import type { ProbeOutcome } from './probe-outcome.ts';

export type ProbeKind = 'Startup' | 'Readiness' | 'Liveness';

/** What a probe worker asks of the pod around it. */
export interface ProbeHost {
  clock: Clock;
  /** Carries the probe out once. */
  probe(slot: ContainerSlot, probe: Probe, done: (outcome: ProbeOutcome) => void): void;
  /** Tells of a probe that failed, could not be carried out, or has something to say. */
  tell(slot: ContainerSlot, message: string, isWarning: boolean): void;
  /** A result that was not there before: enough failures or successes in a row. */
  onResult(slot: ContainerSlot, kind: ProbeKind, isSuccess: boolean): void;
  /** The run that the pod's published status shows for the container, if it shows it running. */
  publishedRun(slot: ContainerSlot): ContainerRun | undefined;
  isPodLeaving(): boolean;
}

/** Probes one container in one way, again and again. Models pkg/kubelet/prober/worker.go. */
export class ProbeWorker {
  readonly slot: ContainerSlot;
  readonly kind: ProbeKind;
  readonly #probe: Probe;
  readonly #host: ProbeHost;
  readonly #periodMs: number;
  #cancel: Cancel | undefined;
  #run: ContainerRun | undefined;
  #lastWasSuccess: boolean | undefined;
  #inARow = 0;
  #result: boolean | undefined;
  #isOnHold = false;
  #isProbing = false;

  constructor(slot: ContainerSlot, kind: ProbeKind, probe: Probe, host: ProbeHost) {
    this.slot = slot;
    this.kind = kind;
    this.#probe = probe;
    this.#host = host;
    this.#periodMs = (probe.periodSeconds ?? 10) * 1000;
  }

  start(): void {
    this.#tickIn(this.#periodMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Probes now, and from now on at the usual distance. */
  trigger(): void {
    if (!this.#cancel) return;
    this.#cancel();
    this.#tick();
  }

  #tickIn(delayMs: number): void {
    this.#cancel = this.#host.clock.after(delayMs, () => this.#tick());
  }

  #tick(): void {
    this.#tickIn(this.#periodMs);
    const run = this.#host.publishedRun(this.slot);
    if (run && run !== this.#run) this.#begin(run);
    if (run && this.#mayProbe(run)) this.#probeOnce(run);
  }

  #begin(run: ContainerRun): void {
    this.#run = run;
    this.#lastWasSuccess = this.#result = undefined;
    this.#inARow = 0;
    this.#isOnHold = this.#isProbing = false;
  }

  #mayProbe(run: ContainerRun): boolean {
    const { slot, kind } = this;
    if (this.#isOnHold || this.#isProbing || run.end || slot.current !== run || slot.isStopping) return false;
    if (kind !== 'Readiness' && this.#host.isPodLeaving()) return false;
    // Why: the kubelet looks at its published status, in which the start is given in whole seconds.
    const startedAtSeconds = Math.floor((run.startedAtMs ?? 0) / 1000);
    const runsForSeconds = Math.floor(this.#host.clock.now() / 1000 - startedAtSeconds);
    if (runsForSeconds < (this.#probe.initialDelaySeconds ?? 0)) return false;
    return kind === 'Startup' ? !slot.isStarted : slot.isStarted;
  }

  #probeOnce(run: ContainerRun): void {
    this.#isProbing = true;
    this.#host.probe(this.slot, this.#probe, (outcome) => {
      if (this.#run !== run) return;
      this.#isProbing = false;
      if (this.#cancel && !run.end) this.#take(outcome);
    });
  }

  #take(outcome: ProbeOutcome): void {
    if (outcome.kind === 'failure') this.#host.tell(this.slot, `${this.kind} probe failed: ${outcome.output}`, false);
    if (outcome.kind === 'warning') this.#host.tell(this.slot, `${this.kind} probe warning: ${outcome.output}`, true);
    if (outcome.kind === 'error') {
      this.#host.tell(this.slot, `${this.kind} probe errored and resulted in unknown state: ${outcome.message}`, false);
      return;
    }
    this.#count(outcome.kind !== 'failure');
  }

  #count(isSuccess: boolean): void {
    this.#inARow = this.#lastWasSuccess === isSuccess ? this.#inARow + 1 : 1;
    this.#lastWasSuccess = isSuccess;
    const needed = isSuccess ? (this.#probe.successThreshold ?? 1) : (this.#probe.failureThreshold ?? 3);
    if (this.#inARow < needed) return;
    const isNew = this.#result !== isSuccess;
    this.#result = isSuccess;
    if (this.kind === 'Startup' || (this.kind === 'Liveness' && !isSuccess)) {
      this.#isOnHold = true;
      this.#inARow = 0;
    }
    if (isNew) this.#host.onResult(this.slot, this.kind, isSuccess);
  }
}
