import type { Pod } from '../../kube/types/core.ts';
import { isPodTerminal } from '../controllers/pod-state.ts';
import { restoreSlot, slotsOf, type ContainerRun, type ContainerSlot } from './container-slot.ts';
import type { RuntimeAddresses } from './field-path.ts';
import type { ContainerLogs } from './container-logs.ts';
import type { NodeServices } from './node-services.ts';
import type { PodPlace } from './pod-place.ts';
import { PodVolumes } from './volumes/pod-volumes.ts';

/** Why the kubelet itself puts an end to a pod. */
export interface Verdict {
  reason: string;
  message: string;
}

/** What a node knows of one of its pods. */
export class PodRecord {
  /** As the API last showed it. */
  pod: Pod;
  readonly slots: readonly ContainerSlot[];
  readonly volumes: PodVolumes;
  readonly addresses: RuntimeAddresses;
  areVolumesMounted = false;
  /** The pod has a sandbox, with a network. */
  hasSandbox = false;
  /** Takes the pod off the network. */
  detach: (() => void) | undefined;
  /** None of the containers will run again. */
  isEnding = false;
  /** Nothing of the pod runs any more. */
  isTornDown = false;
  /** The kubelet is done with the pod. */
  isOver = false;
  /** The object is gone from the API. */
  isRemoved = false;
  verdict: Verdict | undefined;
  /** The runs that the published status shows as running. */
  readonly publishedRuns = new Map<ContainerSlot, ContainerRun>();

  /** Takes over what the pod's status says, as a node does that comes back. */
  constructor(pod: Pod, services: Pick<NodeServices, 'api' | 'hostIP' | 'allocatable' | 'tokenOf' | 'logs'>) {
    this.pod = pod;
    this.slots = slotsOf(pod);
    this.addresses = { podIP: pod.status?.podIP ?? '', hostIP: services.hostIP };
    const currentPod = (): Pod => this.pod;
    this.volumes = new PodVolumes({
      api: services.api,
      addresses: this.addresses,
      node: services.allocatable,
      tokenOf: (of) => services.tokenOf(of),
      get pod() {
        return currentPod();
      },
    });
    this.#restore(services.logs);
  }

  get uid(): string {
    return this.pod.metadata.uid ?? '';
  }

  /** `name_namespace(uid)`, as the kubelet's messages name it. */
  get fullName(): string {
    const { name, namespace } = this.pod.metadata;
    return `${name}_${namespace}(${this.uid})`;
  }

  get isLeaving(): boolean {
    return this.isRemoved || this.verdict !== undefined || this.pod.metadata.deletionTimestamp !== undefined;
  }

  /** Where a container of the pod runs. */
  placeOf(slot: ContainerSlot): PodPlace {
    const { name, namespace } = this.pod.metadata;
    return { namespace: namespace!, pod: name, ip: this.addresses.podIP, image: slot.spec.image ?? '' };
  }

  #restore(logs: ContainerLogs): void {
    const { status = {} } = this.pod;
    const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const slot of this.slots) {
      const known = statuses.find(({ name }) => name === slot.name);
      if (known) restoreSlot(slot, known, logs);
      if (slot.isRunning) this.publishedRuns.set(slot, slot.current!);
    }
    const isOver = isPodTerminal(this.pod);
    this.isEnding = this.isTornDown = this.isOver = isOver;
    this.hasSandbox = !isOver && this.addresses.podIP !== '';
  }
}
