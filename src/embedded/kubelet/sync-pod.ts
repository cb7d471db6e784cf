import { pause, together, type Activity } from './activity.ts';
import type { ContainerRun, ContainerSlot } from './container-slot.ts';
import { mountVolumes } from './mount-volumes.ts';
import type { NodeServices } from './node-services.ts';
import { podActions, type Replacement } from './pod-actions.ts';
import type { PodProbes } from './pod-probes.ts';
import type { PodRecord } from './pod-record.ts';
import { startContainer } from './start-container.ts';
import { graceOf, stopContainer } from './stop-container.ts';
import { Timing } from './timings.ts';

/** Brings a pod's containers to what they should be; answers whether it has to be tried again soon. Models kubelet.go SyncPod. */
export function* syncPod(services: NodeServices, record: PodRecord, probes: PodProbes): Activity<boolean> {
  if (!record.areVolumesMounted) {
    record.areVolumesMounted = yield* mountVolumes(services, record);
    if (!record.areVolumesMounted) return true;
  }
  if (record.isLeaving) return false;
  probes.begin();
  const { isOver, replace, start } = podActions(record.pod, record.slots);
  if (isOver) {
    yield* together(stopAll(services, record));
    yield* stopSandbox(services, record);
    return false;
  }
  const lastEnded = new Map(record.slots.map((slot) => [slot, slot.current]));
  for (const replacement of replace) {
    lastEnded.set(replacement.slot, replacement.slot.previous);
    yield* stopContainer(services, record, replacement.slot, stopOptions(record, replacement));
  }
  if (start.length > 0 && !record.hasSandbox && !(yield* createSandbox(services, record))) return true;
  yield* startAll(services, record, start, lastEnded);
  return start.some(({ waiting }) => waiting !== undefined);
}

function stopOptions({ pod }: PodRecord, { slot, message, probe }: Replacement): { message: string; graceSeconds?: number } {
  const own = probe && (probe === 'startup' ? slot.spec.startupProbe : slot.spec.livenessProbe);
  const graceSeconds = pod.metadata.deletionGracePeriodSeconds ?? own?.terminationGracePeriodSeconds;
  return { message, ...(graceSeconds !== undefined && { graceSeconds }) };
}

/** One container after the other; an init container that does not start keeps those after it from being tried. */
function* startAll(
  services: NodeServices,
  record: PodRecord,
  slots: readonly ContainerSlot[],
  lastEnded: ReadonlyMap<ContainerSlot, ContainerRun | undefined>,
): Activity {
  for (const slot of slots) {
    yield* startContainer(services, record, slot, lastEnded.get(slot));
    if (slot.kind === 'init' && slot.waiting) return;
  }
}

/** Gives the pod an address; answers false when there is none left. */
function* createSandbox({ clock, addresses, network, events }: NodeServices, record: PodRecord): Activity<boolean> {
  yield* pause(clock, Timing.sandboxMs);
  const { namespace, name } = record.pod.metadata;
  const ip = record.pod.spec['hostNetwork'] ? record.addresses.hostIP : addresses.take();
  if (ip === undefined) {
    const problem =
      'rpc error: code = Unknown desc = failed to setup network for sandbox: plugin type="ptp" failed (add): failed to allocate for range 0: no IP addresses available in range set';
    events.record(record.pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${problem}`);
    return false;
  }
  record.addresses.podIP = ip;
  record.hasSandbox = true;
  record.detach = network.attach(ip, { namespace: namespace!, name });
  return true;
}

/** Takes the pod off the network. */
export function* stopSandbox({ clock, addresses }: NodeServices, record: PodRecord): Activity {
  if (!record.hasSandbox) return;
  yield* pause(clock, Timing.sandboxStopMs);
  record.detach?.();
  record.detach = undefined;
  record.hasSandbox = false;
  if (!record.pod.spec['hostNetwork']) addresses.giveBack(record.addresses.podIP);
}

/** Ends all containers at the same time; sidecars after the main ones, the last first. Models killContainersWithSyncResult. */
export function stopAll(services: NodeServices, record: PodRecord, graceSeconds: number = graceOf(record)): Activity[] {
  const sidecars = record.slots.filter(({ kind }) => kind === 'sidecar');
  const main = record.slots.filter(({ kind }) => kind === 'main');
  return record.slots.map((slot) => {
    const after = slot.kind === 'sidecar' ? [...main, ...sidecars.slice(sidecars.indexOf(slot) + 1)] : [];
    return stopContainer(services, record, slot, { graceSeconds, after });
  });
}
