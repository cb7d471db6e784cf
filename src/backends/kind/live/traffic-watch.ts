import { setMaxListeners } from 'node:events';
import type { AnsweringPod, CustomerAnswer, PageVisit, PodRequest, ServiceName } from '../../../../grader/index.ts';
import { ClusterError } from '../../../errors.ts';
import type { KubeClient } from '../../../kube/client.ts';
import type { EndpointSlice, Pod } from '../../../kube/types/core.ts';
import type { WatchEvent } from '../../../kube/watch.ts';
import { CUSTOMER, type CustomerLine } from './customer.ts';

const POD_TEMPLATE_HASH = 'rollouts-pod-template-hash';
const SERVICE_NAME = 'kubernetes.io/service-name';

/** A line of the shop's log. */
interface ShopLine {
  time: string;
  method: string;
  path: string;
  status: number;
  userAgent: string;
  remote: string;
}

/** Which pods were behind a Service from a moment on. */
interface Serving {
  sinceMs: number;
  pods: ReadonlySet<string>;
}

/** Follows who answers the customers of production, and who else asks whom, by the logs of the pods themselves. */
export class TrafficWatch {
  readonly #client: KubeClient;
  readonly #production: ServiceName;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];
  readonly #pods = new Map<string, AnsweringPod>();
  readonly #namesByIp = new Map<string, string>();
  readonly #slices = new Map<string, EndpointSlice>();
  readonly #serving: Serving[] = [];
  readonly #customerLines: CustomerLine[] = [];
  readonly #shopLines: { pod: string; line: ShopLine }[] = [];
  readonly #followed = new Set<string>();

  constructor(client: KubeClient, production: ServiceName) {
    this.#client = client;
    this.#production = production;
  }

  /** `customerLog` is the path of the log in which the customers' answers are. */
  start(customerLog: string): void {
    // Why: every pod's log is followed until this one signal.
    setMaxListeners(0, this.#stop.signal);
    const { namespace } = this.#production;
    this.#run(this.#follow<Pod>('pods', namespace, ({ object }) => this.#notePod(object)));
    this.#run(this.#follow<EndpointSlice>('endpointslices.discovery.k8s.io', namespace, (event) => this.#noteSlice(event)));
    this.#run(this.#readLog(customerLog, (text) => this.#customerLines.push(JSON.parse(text) as CustomerLine)));
  }

  /** Names of the pods that are ready behind a Service right now. */
  podsBehind(service: string): string[] {
    return [...readyPods(this.#slices.values(), service)];
  }

  /** Ends the watch. Rejects when it could not see everything. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  answers(fromMs: number, toMs: number): CustomerAnswer[] {
    return this.#visits(fromMs, toMs)
      .filter(({ path }) => path === '/')
      .map(({ path: _, ...answer }) => answer);
  }

  /** What was answered to who asked for other pages than the first. */
  visits(fromMs: number, toMs: number): PageVisit[] {
    return this.#visits(fromMs, toMs).filter(({ path }) => path !== '/');
  }

  #visits(fromMs: number, toMs: number): PageVisit[] {
    return this.#customerLines
      .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
      .map(({ atMs, path, outcome, pod }) => ({ atMs, path, outcome, ...(pod !== undefined && { pod: this.#describe(pod) }) }));
  }

  /** Requests of everybody but customers and the kubelet. */
  requests(fromMs: number, toMs: number): PodRequest[] {
    return this.#shopLines
      .map(({ pod, line }) => this.#toRequest(pod, line))
      .filter(({ atMs, userAgent }) => atMs >= fromMs && atMs <= toMs && userAgent !== CUSTOMER && !userAgent.startsWith('kube-probe/'))
      .sort((a, b) => a.atMs - b.atMs);
  }

  #toRequest(pod: string, { time, method, path, status, userAgent, remote }: ShopLine): PodRequest {
    const atMs = Date.parse(time);
    const serving = this.#serving.findLast(({ sinceMs }) => sinceMs <= atMs)?.pods ?? new Set();
    return {
      atMs,
      from: this.#namesByIp.get(remote) ?? remote,
      method,
      target: path,
      userAgent,
      outcome: status,
      pod: this.#describe(pod),
      servedCustomers: serving.has(pod),
    };
  }

  #describe(name: string): AnsweringPod {
    return this.#pods.get(name) ?? { name, image: '(unknown)' };
  }

  #notePod({ metadata, spec, status }: Pod): void {
    const { name, namespace } = metadata;
    const hash = metadata.labels?.[POD_TEMPLATE_HASH];
    this.#pods.set(name, { name, image: spec.containers[0]?.image ?? '(none)', ...(hash !== undefined && { podTemplateHash: hash }) });
    if (status?.podIP) this.#namesByIp.set(status.podIP, name);
    if (hash === undefined || status?.phase !== 'Running' || this.#followed.has(name)) return;
    this.#followed.add(name);
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?follow=true&sinceSeconds=10`;
    this.#run(
      this.#readLog(path, (text) => {
        const line = JSON.parse(text) as Partial<ShopLine>;
        // Why: the shop also says when it starts.
        if (line.method !== undefined) this.#shopLines.push({ pod: name, line: line as ShopLine });
      }),
    );
  }

  #noteSlice({ type, object }: WatchEvent<EndpointSlice>): void {
    if (type === 'DELETED') this.#slices.delete(object.metadata.name);
    else this.#slices.set(object.metadata.name, object);
    this.#serving.push({ sinceMs: Date.now(), pods: readyPods(this.#slices.values(), this.#production.name) });
  }

  #run(work: Promise<void>): void {
    this.#running.push(work);
    // Why: an error is told when the watch is stopped; until then nobody waits for it.
    work.catch(() => undefined);
  }

  async #follow<T extends Pod | EndpointSlice>(resource: string, namespace: string, note: (event: WatchEvent<T>) => void): Promise<void> {
    const { signal } = this.#stop;
    for await (const event of this.#client.watch<T>(resource, { namespace, signal })) if (event.type !== 'BOOKMARK') note(event);
  }

  async #readLog(path: string, note: (text: string) => void): Promise<void> {
    const { signal } = this.#stop;
    try {
      const { status, lines, errorBody } = await this.#client.transport.stream({ method: 'GET', path, headers: {}, signal });
      // Why: the pod may be gone by the time its log is asked for; then nobody has reached it.
      if (status === 404 || status === 400) return;
      if (status >= 300) throw new ClusterError(`${path} was answered with ${status}: ${errorBody}`, { status });
      for await (const line of lines) if (line.startsWith('{') && line.endsWith('}')) note(line);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

function readyPods(slices: Iterable<EndpointSlice>, service: string): Set<string> {
  const pods = new Set<string>();
  for (const { metadata, endpoints } of slices) {
    if (metadata.labels?.[SERVICE_NAME] !== service) continue;
    for (const { conditions, targetRef } of endpoints ?? []) if (conditions?.ready !== false && targetRef?.name) pods.add(targetRef.name);
  }
  return pods;
}
