import type { Pod } from '../../kube/types/core.ts';
import type { Cancel } from '../../system/clock.ts';
import { equalJson } from '../../system/json.ts';
import { ApiError } from '../api/api-error.ts';
import { isPodTerminal } from '../controllers/pod-state.ts';
import { pause, runActivity, together, type Activity } from './activity.ts';
import type { ContainerSlot } from './container-slot.ts';
import { ContainerConfigError } from './environment.ts';
import { prepareLaunch } from './launch.ts';
import type { NodeServices } from './node-services.ts';
import { PodProbes } from './pod-probes.ts';
import { PodRecord } from './pod-record.ts';
import { resumeContainer } from './run-container.ts';
import { crashKey } from './start-container.ts';
import { markMissing, phaseOf } from './status/pod-phase.ts';
import { writeStatus } from './status/status-writer.ts';
import { graceOf } from './stop-container.ts';
import { stopAll, stopSandbox, syncPod } from './sync-pod.ts';
import { Timing } from './timings.ts';

const FIRST_CRASH_DELAY_MS = 10_000;
const LONGEST_CRASH_DELAY_MS = 300_000;
/** A pod that was deleted by force still gets this much. */
const LEAST_GRACE_SECONDS = 1;
const OVERDUE = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' };

/**
 * Follows one pod from its assignment to the node to its end: one pass at a time, each of which looks at what is and goes a step further.
 * Models pkg/kubelet/pod_workers.go.
 */
export class PodWorker {
  readonly record: PodRecord;
  readonly #services: NodeServices;
  readonly #probes: PodProbes;
  readonly #onGone: () => void;
  readonly #stops: Cancel[] = [];
  #cancelPass: Cancel | undefined;
  #cancelDeadline: Cancel | undefined;
  #cancelWake: { dueMs: number; cancel: Cancel } | undefined;
  #isBusy = false;
  #isPending = false;
  #isTerminating = false;
  #isOver = false;

  /** `onGone` hears when the pod is gone from the API and nothing is left of it here. */
  constructor(services: NodeServices, pod: Pod, onGone: () => void) {
    this.#services = services;
    this.#onGone = onGone;
    this.record = new PodRecord(pod, services);
    this.#probes = new PodProbes(services, this.record, {
      onState: () => {
        this.#publish();
        this.#wakeIn(0);
      },
      onFailure: () => this.#wakeIn(0),
    });
    for (const slot of this.record.slots) this.#stops.push(slot.onEnd(() => this.#wakeIn(Timing.noticeMs)));
  }

  /** Begins; a pod that has run before goes on from what its status says. */
  start(): void {
    if (isPodTerminal(this.record.pod)) this.#isOver = !this.record.isLeaving;
    else this.#resume();
    this.#limitTime();
    this.#wakeIn(0);
  }

  /** Takes in how the pod now is in the API. */
  update(pod: Pod): void {
    const { record } = this;
    const before = record.pod;
    const graceBefore = graceOf(record);
    const wasLeaving = record.isLeaving;
    record.pod = pod;
    this.#limitTime();
    if (!isChanged(before, pod)) return;
    for (const slot of record.slots) slot.spec = specOf(pod, slot) ?? slot.spec;
    const isHurried = wasLeaving && graceOf(record) < graceBefore;
    const isWaitingInVain = !wasLeaving && record.isLeaving && !record.areVolumesMounted;
    if (isHurried || isWaitingInVain) this.#abandonPass();
    this.#wakeIn(0);
  }

  /** The pod is gone from the API: what is left of it goes too. */
  remove(): void {
    this.record.isRemoved = true;
    if (this.#isTerminating) this.#abandonPass();
    this.#isOver = false;
    this.#wakeIn(0);
  }

  /** Reads ConfigMaps and Secrets again, and brings what containers have mounted up to date. */
  refreshVolumes(): void {
    const changed = this.record.volumes.refresh();
    if (changed.length === 0) return;
    for (const { process, spec } of this.record.slots) process?.updateFiles(this.record.volumes.mountedFilesOf(spec, changed));
  }

  /** Stops everything at once, as when the node loses its power. */
  stop(): void {
    this.#isOver = true;
    this.#cancelPass?.();
    this.#cancelWake?.cancel();
    this.#cancelDeadline?.();
    for (const stop of this.#stops.splice(0)) stop();
    this.#probes.stop();
    for (const slot of this.record.slots) slot.process?.dispose();
    this.record.detach?.();
  }

  #resume(): void {
    const { record } = this;
    const { addresses, network, images, crashes, clock } = this.#services;
    const { namespace, name } = record.pod.metadata;
    if (!record.hasSandbox) return;
    addresses.keep(record.addresses.podIP);
    record.detach = network.attach(record.addresses.podIP, { namespace: namespace!, name });
    record.areVolumesMounted = record.volumes.setUp().length === 0;
    for (const slot of record.slots) {
      if (slot.current) images.keep(slot.spec.image ?? '');
      if (slot.restartCount > 0) {
        const delayMs = Math.min(LONGEST_CRASH_DELAY_MS, FIRST_CRASH_DELAY_MS * 2 ** (slot.restartCount - 1));
        crashes.restore(crashKey(record, slot), delayMs, slot.current?.startedAtMs ?? clock.now());
      }
      if (slot.isRunning) this.#resumeContainer(slot);
    }
  }

  #resumeContainer(slot: ContainerSlot): void {
    resumeContainer(this.#services, this.record, slot, (image) => {
      try {
        return prepareLaunch(this.#services, this.record, slot, image);
      } catch (error) {
        if (error instanceof ContainerConfigError) return undefined;
        throw error;
      }
    });
  }

  /** Makes the worker look at the pod after a delay, or sooner if that is planned. */
  #wakeIn(delayMs: number): void {
    const { clock } = this.#services;
    const dueMs = clock.now() + delayMs;
    if (this.#cancelWake && this.#cancelWake.dueMs <= dueMs) return;
    this.#cancelWake?.cancel();
    const cancel = clock.after(delayMs, () => {
      this.#cancelWake = undefined;
      if (this.#isBusy) this.#isPending = true;
      else this.#beginPass();
    });
    this.#cancelWake = { dueMs, cancel };
  }

  #beginPass(): void {
    if (this.#isOver) return;
    this.#isBusy = true;
    this.#isPending = false;
    this.#cancelPass = runActivity(this.#pass(), () => this.#endPass());
  }

  #endPass(): void {
    this.#isBusy = false;
    this.#cancelPass = undefined;
    if (this.#isPending) this.#wakeIn(0);
  }

  #abandonPass(): void {
    this.#cancelPass?.();
    this.#cancelPass = undefined;
    this.#isBusy = false;
  }

  *#pass(): Activity {
    if (this.#judge()) return;
    if (this.record.isLeaving || this.#isTerminating) {
      yield* this.#terminate();
      return;
    }
    this.#publish();
    if (this.#hasReachedEnd()) {
      this.#isTerminating = true;
      this.#wakeIn(Timing.transitionMs);
      return;
    }
    const { slots, hasSandbox } = this.record;
    const runs = slots.map(({ current }) => current);
    const mustRetry = yield* syncPod(this.#services, this.record, this.#probes);
    const hasStarted = slots.some(({ current }, index) => current !== runs[index]);
    if (hasStarted || this.record.hasSandbox !== hasSandbox) this.#wakeIn(Timing.noticeMs);
    if (mustRetry) this.#wakeIn(Timing.retryMs);
  }

  /** Shows what is known of the pod, and asks again those who might be ready. */
  #publish(): void {
    writeStatus(this.#services, this.record);
    this.#probes.askUnready();
  }

  #hasReachedEnd(): boolean {
    const phase = phaseOf(this.record.pod, this.record.slots, false);
    return phase === 'Succeeded' || phase === 'Failed';
  }

  /** Puts an end to a pod that has been active for too long; answers whether it does. Models active_deadline.go. */
  #judge(): boolean {
    const { record } = this;
    const dueMs = deadlineOf(record.pod);
    if (record.isLeaving || record.isTornDown || dueMs === undefined || this.#services.clock.now() < dueMs) return false;
    record.verdict = OVERDUE;
    this.#tellVerdict();
    this.#publish();
    this.#wakeIn(Timing.transitionMs);
    return true;
  }

  /** The kubelet says so each time it makes up the status. */
  #tellVerdict(): void {
    const { verdict, pod } = this.record;
    if (verdict) this.#services.events.record(pod, 'Normal', verdict.reason, verdict.message);
  }

  #limitTime(): void {
    const dueMs = deadlineOf(this.record.pod);
    this.#cancelDeadline?.();
    if (dueMs === undefined || this.#isOver) return;
    const { clock } = this.#services;
    this.#cancelDeadline = clock.after(dueMs - clock.now(), () => this.#wakeIn(0));
  }

  /** Ends what runs, shows how it ended, and lets the object go. Models SyncTerminatingPod, SyncTerminatedPod and the status manager's deletion. */
  *#terminate(): Activity {
    const { record } = this;
    this.#isTerminating = true;
    this.#probes.stopHealthProbes();
    if (!record.isTornDown) {
      this.#tellVerdict();
      writeStatus(this.#services, record);
      const graceSeconds = record.isRemoved ? LEAST_GRACE_SECONDS : Math.max(LEAST_GRACE_SECONDS, graceOf(record));
      yield* together(stopAll(this.#services, record, graceSeconds));
      this.#probes.stop();
      yield* stopSandbox(this.#services, record);
      this.#tearDown();
      this.#tellVerdict();
      writeStatus(this.#services, record);
    }
    if (!record.isOver) {
      yield* pause(this.#services.clock, Timing.transitionMs);
      record.isOver = true;
      markMissing(record.slots);
      this.#tellVerdict();
      writeStatus(this.#services, record);
    }
    if (!record.isRemoved) yield* this.#letGo();
    this.#isOver = true;
    if (record.isRemoved) this.#onGone();
  }

  #tearDown(): void {
    const { record } = this;
    const { crashes, images } = this.#services;
    record.isEnding = record.isTornDown = true;
    crashes.forget(`${record.uid}/`);
    images.forgetPod(record.uid);
  }

  /** Deletes the object of a pod that was to be deleted. */
  *#letGo(): Activity {
    const { metadata } = this.record.pod;
    if (!metadata.deletionTimestamp) return;
    yield* pause(this.#services.clock, Timing.deletionMs);
    try {
      const preconditions = { uid: this.record.uid };
      this.#services.api.delete('pods', metadata.namespace, metadata.name, { gracePeriodSeconds: 0, preconditions });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

/** Whether there is anything new for the kubelet, other than what it said itself. Models config.go podsDifferSemantically, and readiness gates. */
function isChanged(before: Pod, after: Pod): boolean {
  const { labels, annotations, deletionTimestamp, deletionGracePeriodSeconds } = after.metadata;
  return !(
    deletionTimestamp === before.metadata.deletionTimestamp &&
    deletionGracePeriodSeconds === before.metadata.deletionGracePeriodSeconds &&
    equalJson(after.spec, before.spec) &&
    equalJson(labels, before.metadata.labels) &&
    equalJson(annotations, before.metadata.annotations) &&
    (!after.spec.readinessGates?.length || equalJson(after.status?.conditions, before.status?.conditions))
  );
}

function specOf({ spec }: Pod, { name }: ContainerSlot) {
  return [...(spec.initContainers ?? []), ...spec.containers].find((container) => container.name === name);
}

/** When the pod has been active for too long; undefined for one that may go on for ever. */
function deadlineOf({ spec, status }: Pod): number | undefined {
  if (spec.activeDeadlineSeconds === undefined || status?.startTime === undefined) return undefined;
  return Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000;
}
