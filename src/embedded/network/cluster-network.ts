import type { Clock } from '../../system/clock.ts';
import type { ApiClient } from '../api/client.ts';
import type { Faults } from '../faults.ts';
import type { AttachedPod } from './attached-pod.ts';
import { EVERYTHING_ALLOWED, type ConnectionPolicy } from './connection-policy.ts';
import { Exchange, type Outcome, type Trace } from './exchange.ts';
import {
  NetworkError,
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  type NetworkOrigin,
  type RequestRecord,
  type VirtualNetwork,
} from './http.ts';
import type { KubeProxy } from './kube-proxy.ts';
import { NetworkRoutes } from './network-routes.ts';

/** How long a request and its answer are on the way. */
const LATENCY_MS = 1;

export interface ClusterNetworkOptions {
  clock: Clock;
  /** For DNS: looks Services and pods up. */
  api: ApiClient;
  proxy: KubeProxy;
  faults: Pick<Faults, 'blocks'>;
  /** What NetworkPolicies allow; everything unless said. */
  policy?: ConnectionPolicy;
  /** Decides which endpoint of a Service a connection gets. */
  seed?: number;
}

/** The network between pods: pod IPs, Services as kube-proxy routes them, and cluster DNS. Nothing on it reaches the machine. */
export class ClusterNetwork implements VirtualNetwork {
  readonly #clock: Clock;
  readonly #routes: NetworkRoutes;
  readonly #observers = new Set<(record: RequestRecord) => void>();

  constructor({ clock, policy = EVERYTHING_ALLOWED, seed = 1, ...options }: ClusterNetworkOptions) {
    this.#clock = clock;
    this.#routes = new NetworkRoutes({ ...options, policy, seed });
  }

  /** Puts a pod on the network until the answer is called; an address without a pod is no destination. */
  attach(ip: string, pod: AttachedPod): () => void {
    return this.#routes.attach(ip, pod);
  }

  listen(podIp: string, port: number, handler: HttpHandler): () => void {
    return this.#routes.listen(podIp, port, handler);
  }

  isListening(ip: string, port: number): boolean {
    return this.#routes.isListening(ip, port);
  }

  observe(listener: (record: RequestRecord) => void): () => void {
    this.#observers.add(listener);
    return () => this.#observers.delete(listener);
  }

  async request(from: NetworkOrigin, request: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      this.#clock.after(LATENCY_MS, () =>
        this.exchange(from, request, (outcome) => {
          // Why: whoever awaits the answer goes on in a microtask; stepped time must not run ahead of it.
          const release = this.#clock.hold();
          if (outcome instanceof NetworkError) reject(outcome);
          else resolve(outcome);
          release();
        }),
      );
    });
  }

  /** As `request`, but tells the outcome by a call: at once, if the server answers at once. The kubelet probes this way. */
  exchange(from: NetworkOrigin, request: HttpRequest, done: (outcome: Outcome) => void): void {
    const exchange = new Exchange(this.#routes, this.#clock, from, request, (outcome, trace) => {
      this.#record(from, request, outcome, trace);
      done(outcome);
    });
    exchange.begin();
  }

  #record(from: NetworkOrigin, { method, url, headers }: HttpRequest, outcome: Outcome, { service, pod }: Trace): void {
    if (this.#observers.size === 0) return;
    const record: RequestRecord = {
      atMs: this.#clock.now(),
      from,
      method,
      url,
      userAgent: headers['user-agent'] ?? '',
      ...(service && { service }),
      ...(pod && { pod }),
      outcome: outcome instanceof NetworkError ? outcome.code : outcome.status,
    };
    for (const observer of [...this.#observers]) observer(record);
  }
}
