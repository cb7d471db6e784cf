import { createHash } from 'node:crypto';
import type { Container, ContainerStatus, Pod } from '../../kube/types/core.ts';
import type { ContainerLog } from './container-log.ts';
import type { ContainerLogs } from './container-logs.ts';
import type { RunningContainer } from './running-container.ts';

export type ContainerKind =
  /** Runs to its end before the next one starts. */
  | 'init'
  /** Starts with the init containers and goes on beside the main ones. */
  | 'sidecar'
  | 'main';

/** How one run of a container ended. */
export interface ContainerEnd {
  exitCode: number;
  reason: string;
  message?: string;
  finishedAtMs: number;
}

/** One run of a container, as the runtime remembers it. */
export interface ContainerRun {
  /** `containerd://…` */
  id: string;
  /** Complete name of the image. */
  image: string;
  /** The image as the pod's spec named it then; undefined for a run from before a restart. */
  specImage?: string | undefined;
  imageID: string;
  /** Undefined for one that could not even be started. */
  startedAtMs: number | undefined;
  end?: ContainerEnd;
  log: ContainerLog;
}

/** Why a container that is to run does not. */
export interface Waiting {
  reason: string;
  message?: string;
}

/** A container of a pod: its runs so far, and what is known of the present one. */
export class ContainerSlot {
  spec: Container;
  readonly kind: ContainerKind;
  current: ContainerRun | undefined;
  previous: ContainerRun | undefined;
  restartCount = 0;
  waiting: Waiting | undefined;
  /** The processes of the current run, while it runs. */
  process: RunningContainer | undefined;
  /** Results of the probes of the current run; undefined until there are any. */
  isStartupProven: boolean | undefined;
  isReadinessProven: boolean | undefined;
  /** The kubelet is stopping the current run. */
  isStopping = false;
  /** The probe that the current run has failed for good. */
  failedProbe: 'startup' | 'liveness' | undefined;
  /** The pod is over, and the container never ran although it should have. */
  isMissing = false;
  readonly #endListeners = new Set<() => void>();

  constructor(spec: Container, kind: ContainerKind) {
    this.spec = spec;
    this.kind = kind;
  }

  get name(): string {
    return this.spec.name;
  }

  get isRunning(): boolean {
    return this.current !== undefined && this.current.end === undefined;
  }

  /** Whether the current run is up as far as other containers are concerned. */
  get isStarted(): boolean {
    return this.isRunning && (this.spec.startupProbe ? this.isStartupProven === true : true);
  }

  /** The pod's spec names another image by now. */
  get isOutdated(): boolean {
    return this.current?.specImage !== undefined && this.current.specImage !== this.spec.image;
  }

  get isReady(): boolean {
    if (this.kind === 'init') return this.current?.end?.exitCode === 0;
    return this.isStarted && (this.spec.readinessProbe ? this.isReadinessProven === true : true);
  }

  /** Where the container stands in the pod's spec, as events point to it. */
  get fieldPath(): string {
    return `spec.${this.kind === 'main' ? 'containers' : 'initContainers'}{${this.name}}`;
  }

  /** Begins a new run; what is known of the one before moves back. */
  begin(
    podUid: string,
    image: { reference: string; imageID: string },
    { startedAtMs, logs }: { startedAtMs: number | undefined; logs: ContainerLogs },
  ): ContainerRun {
    if (this.current) {
      if (this.previous) logs.forget(this.previous.id);
      this.previous = this.current;
      this.restartCount += 1;
    }
    const id = `containerd://${createHash('sha256').update(`${podUid}/${this.name}/${this.restartCount}`).digest('hex')}`;
    this.current = {
      id,
      image: image.reference,
      specImage: this.spec.image,
      imageID: image.imageID,
      startedAtMs,
      log: logs.of(id),
    };
    this.isStartupProven = this.isReadinessProven = this.failedProbe = undefined;
    this.isStopping = false;
    return this.current;
  }

  /** Notes the end of the current run. */
  finish(end: ContainerEnd): void {
    if (!this.current || this.current.end) return;
    this.current.end = end;
    this.current.log.end(end.finishedAtMs);
    this.process = undefined;
    this.isStopping = false;
    for (const listener of [...this.#endListeners]) listener();
  }

  /** Calls at each end of a run until the answer is called. */
  onEnd(listener: () => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }
}

/** The containers of a pod in the order in which they start. */
export function slotsOf({ spec }: Pod): ContainerSlot[] {
  const init = (spec.initContainers ?? []).map((container) => {
    return new ContainerSlot(container, container.restartPolicy === 'Always' ? 'sidecar' : 'init');
  });
  return [...init, ...spec.containers.map((container) => new ContainerSlot(container, 'main'))];
}

/** Whether a container that is not running is to run again by its policy; one that never ran is always to. Models ShouldContainerBeRestarted. */
export function isToRun({ spec }: Pod, { kind, current }: ContainerSlot): boolean {
  if (!current) return true;
  if (!current.end) return false;
  if (kind === 'sidecar') return true;
  const hasFailed = current.end.exitCode !== 0;
  if (kind === 'init' && !hasFailed) return false;
  const policy = spec.restartPolicy ?? 'Always';
  return policy === 'OnFailure' || kind === 'init' ? policy !== 'Never' && hasFailed : policy === 'Always';
}

/** Puts a slot into the state that a status shows, as after a restart of the node's programs. */
export function restoreSlot(slot: ContainerSlot, status: ContainerStatus, logs: ContainerLogs): void {
  const { state = {}, lastState = {}, restartCount, image, imageID, containerID = '' } = status;
  const runOf = (id: string, startedAt: string | undefined, terminated: typeof state.terminated): ContainerRun => {
    const log = logs.of(id);
    const startedAtMs = startedAt === undefined ? undefined : Date.parse(startedAt);
    if (!terminated) return { id, image, imageID, startedAtMs, log };
    const { exitCode, reason = '', message, finishedAt } = terminated;
    const finishedAtMs = Date.parse(finishedAt ?? startedAt ?? '1970-01-01T00:00:00Z');
    log.end(finishedAtMs);
    return { id, image, imageID, startedAtMs, log, end: { exitCode, reason, ...(message !== undefined && { message }), finishedAtMs } };
  };
  slot.restartCount = restartCount;
  const last = lastState.terminated;
  const earlier = last && runOf(last.containerID ?? '', last.startedAt, last);
  if (state.running) slot.current = runOf(containerID, state.running.startedAt, undefined);
  else if (state.terminated) slot.current = runOf(containerID, state.terminated.startedAt, state.terminated);
  else slot.current = earlier;
  if (slot.current !== earlier) slot.previous = earlier;
  if (state.waiting?.reason && !['ContainerCreating', 'PodInitializing'].includes(state.waiting.reason)) {
    const { reason, message } = state.waiting;
    slot.waiting = { reason, ...(message !== undefined && { message }) };
  }
  if (!state.running) return;
  slot.isStartupProven = status.started ?? false;
  slot.isReadinessProven = status.ready;
}
