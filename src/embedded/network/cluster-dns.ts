import type { Pod, Service } from '../../kube/types/core.ts';
import type { ApiClient } from '../api/client.ts';
import type { NetworkOrigin } from './http.ts';

const CLUSTER_DOMAIN = 'cluster.local';
/** The namespace that those who are no pod search first. */
const NAMESPACES: Readonly<Partial<Record<NetworkOrigin['kind'], string>>> = { controller: 'argo-rollouts', client: 'default' };

/** What a name stands for. */
export type Resolution = { kind: 'service'; namespace: string; name: string } | { kind: 'address'; ip: string };

/** Cluster DNS: Services and pods by name, with the search domains of whoever asks. The world outside does not exist. */
export class ClusterDns {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** Undefined for a name that stands for nothing. */
  resolve(host: string, from: NetworkOrigin): Resolution | undefined {
    // Why: the kubelet asks the node's resolver, which does not know the cluster's names.
    if (from.kind === 'kubelet') return undefined;
    const name = host.toLowerCase();
    if (name.endsWith('.')) return this.#lookUp(name.slice(0, -1));
    for (const domain of ['', ...searchDomains(from)]) {
      const found = this.#lookUp(domain ? `${name}.${domain}` : name);
      if (found) return found;
    }
    return undefined;
  }

  #lookUp(name: string): Resolution | undefined {
    const labels = name.split('.');
    if (labels.splice(-2).join('.') !== CLUSTER_DOMAIN) return undefined;
    const kind = labels.pop();
    const namespace = labels.pop();
    if (namespace === undefined) return undefined;
    if (kind === 'svc') return this.#service(labels, namespace);
    return kind === 'pod' && labels.length === 1 ? this.#podByAddress(labels[0]!, namespace) : undefined;
  }

  #service(labels: readonly string[], namespace: string): Resolution | undefined {
    const name = labels.at(-1);
    const service = name === undefined ? undefined : this.#api.get<Service>('services', namespace, name);
    if (!service || service.spec.type === 'ExternalName') return undefined;
    if (labels.length === 1) return { kind: 'service', namespace, name: name! };
    return labels.length === 2 && service.spec.clusterIP === 'None' ? this.#podByHostname(labels[0]!, name!, namespace) : undefined;
  }

  #podByHostname(hostname: string, subdomain: string, namespace: string): Resolution | undefined {
    const pods = this.#api.list<Pod>('pods', { namespace });
    const pod = pods.find(({ spec, status }) => spec.hostname === hostname && spec.subdomain === subdomain && status?.podIP);
    return pod && { kind: 'address', ip: pod.status!.podIP! };
  }

  #podByAddress(dashed: string, namespace: string): Resolution | undefined {
    const ip = dashed.replaceAll('-', '.');
    const exists = isAddress(ip) && this.#api.get('namespaces', undefined, namespace) !== undefined;
    return exists ? { kind: 'address', ip } : undefined;
  }
}

function searchDomains(from: NetworkOrigin): string[] {
  const namespace = from.kind === 'pod' ? from.namespace : NAMESPACES[from.kind];
  return [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN];
}

/** Whether the host is an IPv4 address already. */
export function isAddress(host: string): boolean {
  return /^(\d{1,3}\.){3}\d{1,3}$/.test(host) && host.split('.').every((part) => Number(part) <= 255);
}
