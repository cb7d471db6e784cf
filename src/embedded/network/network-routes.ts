import type { ApiClient } from '../api/client.ts';
import { NODE_IP } from '../bootstrap/system-objects.ts';
import type { Faults } from '../faults.ts';
import type { AttachedPod } from './attached-pod.ts';
import { ClusterDns, isAddress } from './cluster-dns.ts';
import type { ConnectionPolicy } from './connection-policy.ts';
import type { HttpHandler, NetworkErrorCode, NetworkOrigin } from './http.ts';
import type { KubeProxy } from './kube-proxy.ts';
import type { Target } from './programmed-service.ts';
import { seededRandom } from './seeded-random.ts';

/** Where a connection goes; the address is empty when packets for it lead nowhere. */
export interface Destination extends Target {
  host: string;
  /** The Service it was addressed to, if any. */
  service?: AttachedPod;
  /** The Service has no endpoint: the node refuses in its name. */
  isRefused?: true;
  /** The pod sees the node instead of who asks. */
  isMasqueraded?: true;
}

/** What happens to a packet for a destination. */
export type Arrival =
  | { kind: 'served'; handler: HttpHandler; pod?: AttachedPod }
  /** Nobody listens there, and the pod says so. */
  | { kind: 'refused'; pod: AttachedPod }
  /** Lost without a word. */
  | { kind: 'dropped' }
  /** No pod has this address. */
  | { kind: 'no-route' }
  /** A drill stands in the way. */
  | { kind: 'blocked'; code: NetworkErrorCode; pod: AttachedPod };

export interface NetworkRoutesOptions {
  /** For DNS: looks Services and pods up. */
  api: ApiClient;
  proxy: KubeProxy;
  faults: Pick<Faults, 'blocks'>;
  policy: ConnectionPolicy;
  /** Decides which endpoint of a Service a connection gets. */
  seed: number;
}

const NODE: NetworkOrigin = { kind: 'kubelet' };

/** Who has which address, who listens where, and where a URL leads. */
export class NetworkRoutes {
  readonly #dns: ClusterDns;
  readonly #proxy: KubeProxy;
  readonly #faults: Pick<Faults, 'blocks'>;
  readonly #policy: ConnectionPolicy;
  readonly #random: () => number;
  readonly #listeners = new Map<string, HttpHandler>();
  readonly #pods = new Map<string, AttachedPod>();

  constructor({ api, proxy, faults, policy, seed }: NetworkRoutesOptions) {
    this.#dns = new ClusterDns(api);
    this.#proxy = proxy;
    this.#faults = faults;
    this.#policy = policy;
    this.#random = seededRandom(seed);
  }

  /** Puts a pod on the network until the answer is called; an address without a pod is no destination. */
  attach(ip: string, pod: AttachedPod): () => void {
    this.#pods.set(ip, pod);
    return () => {
      if (this.#pods.get(ip) === pod) this.#pods.delete(ip);
    };
  }

  listen(podIp: string, port: number, handler: HttpHandler): () => void {
    const key = `${podIp}:${port}`;
    this.#listeners.set(key, handler);
    return () => {
      if (this.#listeners.get(key) === handler) this.#listeners.delete(key);
    };
  }

  isListening(ip: string, port: number): boolean {
    return this.#listeners.has(`${ip}:${port}`);
  }

  /** Whether somebody gets an answer to the question what a URL's host stands for; addresses need no answer. */
  canLookUp(from: NetworkOrigin, { hostname }: URL): boolean {
    return isAddress(hostname) || isLoopback(from, hostname) || this.#policy.allowsLookup(from);
  }

  /** The address behind a URL, chosen anew for each connection; undefined when the name stands for nothing. */
  locate(from: NetworkOrigin, url: URL): Destination | undefined {
    const port = url.port ? Number(url.port) : 80;
    const host = url.hostname;
    if (isLoopback(from, host)) return { host, ip: from.ip, port };
    if (isAddress(host)) return this.#throughClusterIP(host, port) ?? this.#throughNodePort(host, port) ?? { host, ip: host, port };
    const found = this.#dns.resolve(host, from);
    if (!found) return undefined;
    if (found.kind === 'address') return { host, ip: found.ip, port };
    return this.#throughService(host, found.namespace, found.name, port);
  }

  /** What happens to a packet for a destination. */
  arrive(from: NetworkOrigin, { ip, port, isMasqueraded }: Pick<Destination, 'ip' | 'port' | 'isMasqueraded'>): Arrival {
    const pod = this.#pods.get(ip);
    const blocked = pod && this.#faults.blocks(from, { namespace: pod.namespace, pod: pod.name });
    if (pod && blocked) return { kind: 'blocked', code: blocked, pod };
    if (ip !== '' && !this.#policy.allows(isMasqueraded ? NODE : from, { ip, port }, pod)) return { kind: 'dropped' };
    const handler = this.#listeners.get(`${ip}:${port}`);
    if (handler) return { kind: 'served', handler, ...(pod && { pod }) };
    return pod ? { kind: 'refused', pod } : { kind: 'no-route' };
  }

  #throughClusterIP(ip: string, port: number): Destination | undefined {
    const service = this.#proxy.findByClusterIP(ip);
    return service && this.#choose(ip, service.namespace, service.name, port);
  }

  /** As kube-proxy does it: what comes in by a node port is passed on in the node's name, unless the Service wants to know who it was. */
  #throughNodePort(host: string, nodePort: number): Destination | undefined {
    const service = host === NODE_IP ? this.#proxy.findByNodePort(nodePort) : undefined;
    if (!service) return undefined;
    const destination = this.#choose(host, service.namespace, service.name, service.nodePorts.get(nodePort)!);
    return service.keepsClientAddress ? destination : { ...destination, isMasqueraded: true };
  }

  #throughService(host: string, namespace: string, name: string, port: number): Destination | undefined {
    const rules = this.#proxy.find(namespace, name);
    if (rules?.clusterIP !== undefined || !rules || rules.ports.has(port)) return this.#choose(host, namespace, name, port);
    const ip = this.#pick(rules.addresses);
    return ip === undefined ? undefined : { host, ip, port, service: { namespace, name } };
  }

  /** A Service without endpoints refuses, as kube-proxy's rules do; one that has no rules yet leads nowhere. */
  #choose(host: string, namespace: string, name: string, port: number): Destination {
    const service = { namespace, name };
    const rules = this.#proxy.find(namespace, name);
    const targets = rules?.ports.get(port);
    if (!rules || !targets) return { host, ip: '', port, service };
    const target = this.#pick(targets);
    return target ? { host, ...target, service } : { host, ip: '', port, service, isRefused: true };
  }

  #pick<T>(candidates: readonly T[]): T | undefined {
    return candidates.length < 2 ? candidates[0] : candidates[Math.floor(this.#random() * candidates.length)];
  }
}

function isLoopback(from: NetworkOrigin, host: string): from is NetworkOrigin & { kind: 'pod' } {
  return from.kind === 'pod' && (host === 'localhost' || host.startsWith('127.'));
}
