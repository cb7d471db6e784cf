import type { AnsweringPod, CallRecord, Caller, ServiceName } from '../../../../grader/index.ts';
import { NODE_IP } from '../../../embedded/bootstrap/system-objects.ts';
import type { NetworkOrigin, RequestRecord, VirtualNetwork } from '../../../embedded/network/http.ts';
import type { Store } from '../../../embedded/store/store.ts';
import type { Pod, Service } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import type { Cancel, Clock } from '../../../system/clock.ts';

const CALL_EVERY_MS = 2_000;
const PATIENCE_MS = 1_500;
const USER_AGENT = 'lab-caller';
/** Addresses of pods that no node has given away. */
const ADDRESSES = '10.244.9';

export interface CallersOptions {
  clock: Clock;
  store: Store;
  network: VirtualNetwork;
  production: ServiceName;
  callers: readonly Caller[];
  describe: (pod: { namespace: string; name: string }) => AnsweringPod;
  isServing: (pod: { namespace: string; name: string }) => boolean;
}

/**
 * People and pods who try, every other second, to reach the pods of production's namespace: from outside by the node ports, from a pod by each
 * Service and each idle pod's address. Their pods are there for the network and its policies, and run nothing.
 */
export class Callers implements CallRecord {
  readonly reached: CallRecord['reached'] = [];
  readonly idlePods: AnsweringPod[] = [];
  readonly #options: CallersOptions;
  readonly #origins: ReadonlyMap<Caller, NetworkOrigin>;
  #next: Cancel | undefined;

  constructor(options: CallersOptions) {
    this.#options = options;
    this.#origins = new Map(options.callers.map((caller, index) => [caller, originOf(caller, index)]));
    options.callers.forEach((caller, index) => {
      if (caller !== 'outside') this.#putPod(caller, index);
    });
  }

  start(): void {
    this.#call();
    this.#next = this.#options.clock.after(CALL_EVERY_MS, () => this.start());
  }

  stop(): void {
    this.#next?.();
  }

  /** Whether a request was a caller's; notes whom it reached. */
  note({ atMs, from, url, userAgent, pod: answering, outcome }: RequestRecord): boolean {
    if (userAgent !== USER_AGENT) return false;
    const caller = [...this.#origins].find(([, origin]) => origin === from)?.[0];
    if (caller === undefined || !answering) return caller !== undefined;
    const { describe, isServing } = this.#options;
    this.reached.push({ atMs, caller, url, outcome, pod: describe(answering), servedCustomers: isServing(answering) });
    return true;
  }

  #call(): void {
    const { store, production } = this.#options;
    const services = store.list('services', production.namespace) as Service[];
    const idle = this.#idlePods();
    for (const pod of idle) this.#noteIdle(pod);
    const byNode = services.flatMap(nodePortsOf);
    const inside = [...services.flatMap(clusterAddressesOf), ...idle.flatMap(podAddressesOf)];
    for (const [caller, origin] of this.#origins) for (const address of caller === 'outside' ? byNode : inside) this.#ask(origin, address);
  }

  #ask(origin: NetworkOrigin, address: string): void {
    const request = { method: 'GET', url: `http://${address}/healthz`, headers: { 'user-agent': USER_AGENT }, timeoutMs: PATIENCE_MS };
    // Why: how it ended is told to every observer of the network.
    this.#options.network.request(origin, request).catch(() => undefined);
  }

  #idlePods(): Pod[] {
    const { store, production, isServing } = this.#options;
    const pods = store.list('pods', production.namespace) as Pod[];
    return pods.filter((pod) => isReady(pod) && !isServing({ namespace: production.namespace, name: pod.metadata.name }));
  }

  #noteIdle({ metadata: { namespace, name } }: Pod): void {
    if (!this.idlePods.some((pod) => pod.name === name)) this.idlePods.push(this.#options.describe({ namespace: namespace!, name }));
  }

  /** Goes straight to the store, and to no node: nobody schedules or runs it. */
  #putPod({ namespace, labels }: Exclude<Caller, 'outside'>, index: number): void {
    const { store } = this.#options;
    if (!store.get('namespaces', undefined, namespace)) store.put('namespaces', namespaceNamed(namespace));
    const pod: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: podName(index), namespace, labels, uid: podName(index) },
      spec: { schedulerName: USER_AGENT, containers: [{ name: 'caller', image: USER_AGENT }] },
      status: { phase: 'Pending' },
    };
    store.put('pods', pod);
  }
}

function originOf(caller: Caller, index: number): NetworkOrigin {
  if (caller === 'outside') return { kind: 'client', name: USER_AGENT };
  return { kind: 'pod', namespace: caller.namespace, pod: podName(index), ip: `${ADDRESSES}.${index + 1}` };
}

function podName(index: number): string {
  return `${USER_AGENT}-${index}`;
}

function namespaceNamed(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid: name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function isReady({ status }: Pod): boolean {
  return (
    status?.podIP !== undefined && (status.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True')
  );
}

function nodePortsOf({ spec }: Service): string[] {
  return (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [`${NODE_IP}:${nodePort}`] : []));
}

function clusterAddressesOf({ metadata, spec }: Service): string[] {
  if (!spec.clusterIP || spec.clusterIP === 'None') return [];
  return (spec.ports ?? []).map(({ port }) => `${metadata.name}.${metadata.namespace}.svc.cluster.local:${port}`);
}

function podAddressesOf({ spec, status }: Pod): string[] {
  const ports = spec.containers.flatMap((container) => container.ports ?? []);
  return ports.map(({ containerPort }) => `${status!.podIP}:${containerPort}`);
}
