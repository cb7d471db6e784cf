import type { Probe } from '../../kube/types/core.ts';
import type { ContainerRun, ContainerSlot } from './container-slot.ts';
import { tellOf } from './container-events.ts';
import type { NodeServices } from './node-services.ts';
import type { PodRecord } from './pod-record.ts';
import { runProbe } from './probes/probe-action.ts';
import type { ProbeOutcome } from './probes/probe-outcome.ts';
import { ProbeWorker, type ProbeHost, type ProbeKind } from './probes/probe-worker.ts';

/** What comes of probes. */
export interface ProbeListener {
  /** A container has become ready or started up, or is not ready any more. */
  onState(): void;
  /** A container has to be replaced. */
  onFailure(): void;
}

/** The probes of one pod's containers. Models pkg/kubelet/prober/prober_manager.go. */
export class PodProbes implements ProbeHost {
  readonly clock;
  readonly #services: NodeServices;
  readonly #record: PodRecord;
  readonly #listener: ProbeListener;
  #workers: ProbeWorker[] | undefined;

  constructor(services: NodeServices, record: PodRecord, listener: ProbeListener) {
    this.clock = services.clock;
    this.#services = services;
    this.#record = record;
    this.#listener = listener;
  }

  /** Begins to probe, unless that has begun. */
  begin(): void {
    if (this.#workers) return;
    this.#workers = this.#record.slots.filter(({ kind }) => kind !== 'init').flatMap((slot) => this.#workersFor(slot));
    for (const worker of this.#workers) worker.start();
  }

  /** Probes at once what could be ready and was not found so yet. */
  askUnready(): void {
    for (const worker of this.#workers ?? []) {
      const { slot, kind } = worker;
      if (kind === 'Readiness' && slot.isStarted && !slot.isReady && this.publishedRun(slot)) worker.trigger();
    }
  }

  /** A pod that leaves is not found ill any more; whether it is ready still matters to its Services. */
  stopHealthProbes(): void {
    for (const worker of this.#workers ?? []) if (worker.kind !== 'Readiness') worker.stop();
  }

  stop(): void {
    for (const worker of this.#workers ?? []) worker.stop();
    this.#workers = [];
  }

  probe(slot: ContainerSlot, probe: Probe, done: (outcome: ProbeOutcome) => void): void {
    const { process, spec } = slot;
    if (!process || process.isSilent) return;
    const { clock, network } = this.#services;
    const onCannotSimulate = (message: string): void => {
      const { namespace, pod } = this.#record.placeOf(slot);
      this.#services.onCannotSimulate({ namespace, pod, container: slot.name, message });
    };
    runProbe(probe, { container: spec, podIP: this.#record.addresses.podIP, process, clock, network, onCannotSimulate }, done);
  }

  tell(slot: ContainerSlot, message: string, isWarning: boolean): void {
    tellOf(this.#services, this.#record, slot, 'Warning', isWarning ? 'ProbeWarning' : 'Unhealthy', message);
  }

  onResult(slot: ContainerSlot, kind: ProbeKind, isSuccess: boolean): void {
    if (kind === 'Readiness') slot.isReadinessProven = isSuccess;
    else if (isSuccess) slot.isStartupProven ||= kind === 'Startup';
    else slot.failedProbe = kind === 'Startup' ? 'startup' : 'liveness';
    if (slot.failedProbe) this.#listener.onFailure();
    else if (kind !== 'Liveness') this.#listener.onState();
  }

  publishedRun(slot: ContainerSlot): ContainerRun | undefined {
    return this.#record.publishedRuns.get(slot);
  }

  isPodLeaving(): boolean {
    return this.#record.isLeaving;
  }

  #workersFor(slot: ContainerSlot): ProbeWorker[] {
    const { startupProbe, readinessProbe, livenessProbe } = slot.spec;
    const probes: [ProbeKind, Probe | undefined][] = [
      ['Startup', startupProbe],
      ['Readiness', readinessProbe],
      ['Liveness', livenessProbe],
    ];
    return probes.flatMap(([kind, probe]) => (probe ? [new ProbeWorker(slot, kind, probe, this)] : []));
  }
}
