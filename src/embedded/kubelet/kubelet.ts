import type { ClusterAnswer, ClusterRequest } from '../../apps/gitops/cluster-api.ts';
import type { Pod } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import type { Cancel, Clock } from '../../system/clock.ts';
import type { ApiClient } from '../api/client.ts';
import type { PodCommand, PodCommands, PodCommandSink, PodLogOptions, PodLogs, PodLogSink, RunningPodCommand } from '../api/pod-ports.ts';
import type { ControlPlane, Controller } from '../controllers/control-plane.ts';
import { EventRecorder } from '../controllers/event-recorder.ts';
import type { Faults } from '../faults.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import type { ImageCatalog } from '../programs/image.ts';
import type { Repositories } from '../repositories.ts';
import type { SandboxPool } from '../shell/container-process.ts';
import type { StoreEvent } from '../store/store.ts';
import { Backoff } from './backoff.ts';
import { ContainerRuntime } from './container-runtime.ts';
import { ImageStore } from './image-store.ts';
import { IpPool } from './ip-pool.ts';
import { NodeStatus } from './node/node-status.ts';
import { allocatableOf } from './node-resources.ts';
import type { NodeServices, NotSimulated } from './node-services.ts';
import type { ContainerLogs } from './container-logs.ts';
import type { PodPlace } from './pod-place.ts';
import { openContainerLog } from './pod-logs.ts';
import { runPodCommand } from './pod-commands.ts';
import { PodWorker } from './pod-worker.ts';
import { Timing } from './timings.ts';

const FIRST_CRASH_DELAY_MS = 10_000;
const LONGEST_CRASH_DELAY_MS = 300_000;
const POD_CIDR = '10.244.0.0/24';

export interface KubeletOptions {
  plane: ControlPlane;
  nodeName: string;
  network: ClusterNetwork;
  images: ImageCatalog;
  sandboxes: SandboxPool;
  faults: Faults;
  containerLogs: ContainerLogs;
  tokenOf(pod: Pod): string;
  /** Asks the API as a pod's service account. */
  callApiAs?: ((pod: Pod, request: ClusterRequest) => Promise<ClusterAnswer>) | undefined;
  repositories?: Repositories | undefined;
  /** Hears of containers that needed something that is not modelled. */
  onCannotSimulate?: ((report: NotSimulated) => void) | undefined;
}

/** The node's agent: runs the pods that are assigned to it, and says in their statuses what became of them. Models pkg/kubelet. */
export class Kubelet implements Controller, PodLogs, PodCommands {
  readonly #options: KubeletOptions;
  readonly #clock: Clock;
  readonly #api: ApiClient;
  readonly #events: EventRecorder;
  readonly #workers = new Map<string, PodWorker>();
  #services: NodeServices | undefined;
  #nodeStatus: NodeStatus | undefined;
  #unsubscribe: Cancel | undefined;

  constructor(options: KubeletOptions) {
    const { plane, nodeName } = options;
    this.#options = options;
    this.#clock = plane.clock;
    const groups = ['system:nodes', 'system:authenticated'];
    this.#api = plane.clientFor({ user: `system:node:${nodeName}`, groups, userAgent: 'kubelet' });
    this.#events = new EventRecorder({ api: this.#api, clock: this.#clock, source: { component: 'kubelet', host: nodeName } });
  }

  /** Takes over what the node had, lets its pods run on, and follows the API. */
  start(): void {
    this.#services = this.#createServices();
    this.#unsubscribe = this.#options.plane.watch((event) => this.#observe(event));
    this.#nodeStatus!.start();
    for (const pod of this.#api.list<Pod>('pods')) this.#take(pod);
  }

  /** Everything that ran stops without a word; `start` goes on with it. */
  stop(): void {
    this.#unsubscribe?.();
    this.#nodeStatus?.stop();
    for (const worker of this.#workers.values()) worker.stop();
    this.#workers.clear();
  }

  open(pod: Pod, options: PodLogOptions): (sink: PodLogSink) => Cancel {
    return openContainerLog(this.#workers.get(pod.metadata.uid ?? '')?.record, pod, options, this.#clock);
  }

  run(pod: Pod, command: PodCommand, sink: PodCommandSink): RunningPodCommand {
    return runPodCommand(this.#workers.get(pod.metadata.uid ?? '')?.record, command, sink);
  }

  async #callApi({ namespace, pod: name }: PodPlace, request: ClusterRequest): Promise<ClusterAnswer> {
    const pod = this.#api.get<Pod>('pods', namespace, name);
    const { callApiAs } = this.#options;
    if (!pod || !callApiAs) throw new Error('the API cannot be reached');
    return callApiAs(pod, request);
  }

  #createServices(): NodeServices {
    const { network, faults, images: catalog, sandboxes, nodeName, repositories } = this.#options;
    const clock = this.#clock;
    const node = this.#api.get('nodes', undefined, nodeName);
    const images = new ImageStore({ catalog, faults, clock });
    const nodeStatus = new NodeStatus({ api: this.#api, clock, images, nodeName });
    this.#nodeStatus = nodeStatus;
    return {
      clock,
      api: this.#api,
      events: this.#events,
      network,
      runtime: new ContainerRuntime({
        clock,
        network,
        sandboxes,
        faults,
        repositories,
        callApi: (place, request) => this.#callApi(place, request),
      }),
      images,
      addresses: new IpPool(cidrOf(node)),
      logs: this.#options.containerLogs,
      crashes: new Backoff(FIRST_CRASH_DELAY_MS, LONGEST_CRASH_DELAY_MS),
      hostIP: addressOf(node),
      allocatable: node ? allocatableOf(node) : { cpuMillis: 0, memoryBytes: 0, pods: 0 },
      tokenOf: (pod) => this.#options.tokenOf(pod),
      onImage: () => nodeStatus.noteImages(),
      onCannotSimulate: (report) => this.#options.onCannotSimulate?.(report),
    };
  }

  #observe({ type, resource, object }: StoreEvent): void {
    if (resource === 'pods') this.#observePod(type, object as Pod);
    if (resource !== 'configmaps' && resource !== 'secrets') return;
    const { namespace, name } = object.metadata;
    for (const worker of this.#workers.values()) {
      const { pod, volumes } = worker.record;
      if (pod.metadata.namespace === namespace && volumes.follows(`${resource}/${name}`)) this.#refreshLater(worker);
    }
  }

  #observePod(type: StoreEvent['type'], pod: Pod): void {
    if (pod.spec.nodeName !== this.#options.nodeName) return;
    const uid = pod.metadata.uid ?? '';
    this.#clock.after(Timing.reactionMs, () => {
      const worker = this.#workers.get(uid);
      if (type !== 'DELETED') {
        if (worker) worker.update(pod);
        else if (this.#isThere(pod)) this.#take(pod);
        return;
      }
      worker?.remove();
    });
  }

  #isThere({ metadata: { namespace, name, uid } }: Pod): boolean {
    return this.#unsubscribe !== undefined && this.#api.get('pods', namespace, name)?.metadata.uid === uid;
  }

  #take(pod: Pod): void {
    if (pod.spec.nodeName !== this.#options.nodeName) return;
    const uid = pod.metadata.uid ?? '';
    const worker = new PodWorker(this.#services!, pod, () => {
      for (const run of worker.record.slots.flatMap(({ current, previous }) => [current, previous]))
        if (run) this.#services!.logs.forget(run.id);
      this.#workers.delete(uid);
    });
    this.#workers.set(uid, worker);
    worker.start();
  }

  /** A change reaches the pod when its volumes are looked at the next time: at regular distances from the pod's beginning. */
  #refreshLater(worker: PodWorker): void {
    const { startTime } = worker.record.pod.status ?? {};
    const ageMs = this.#clock.now() - Date.parse(startTime ?? new Date(this.#clock.now()).toISOString());
    this.#clock.after(Timing.refreshMs - (ageMs % Timing.refreshMs), () => worker.refreshVolumes());
  }
}

function cidrOf(node: KubeObject | undefined): string {
  return (node?.['spec'] as { podCIDR?: string } | undefined)?.podCIDR ?? POD_CIDR;
}

function addressOf(node: KubeObject | undefined): string {
  const { addresses = [] } = (node?.['status'] ?? {}) as { addresses?: { type: string; address: string }[] };
  return addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
}
