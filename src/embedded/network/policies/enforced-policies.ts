import type { Pod } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import type { NetworkPolicy } from '../../../kube/types/networking.ts';
import type { ApiClient } from '../../api/client.ts';
import { ARGO_NAMESPACE, NODE_IP } from '../../bootstrap/system-objects.ts';
import type { AttachedPod } from '../attached-pod.ts';
import type { ConnectionPolicy } from '../connection-policy.ts';
import type { NetworkOrigin } from '../http.ts';
import { addressOf } from '../origin-address.ts';
import type { Target } from '../programmed-service.ts';
import { isAllowed, type ConnectionEnd, type PolicyPod } from './policy-rules.ts';

const POLICIES = 'networkpolicies.networking.k8s.io';
const DNS_PORT = 53;

/** The DNS server, as kubeadm labels it; no such pod is in the store. */
const CLUSTER_DNS = { ip: '10.244.0.3', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
const DNS_PORTS = [
  { name: 'dns', containerPort: DNS_PORT, protocol: 'UDP' },
  { name: 'dns-tcp', containerPort: DNS_PORT, protocol: 'TCP' },
];
/** The Argo Rollouts controller, as its manifest labels it. */
const ROLLOUTS_CONTROLLER = { namespace: ARGO_NAMESPACE, labels: { 'app.kubernetes.io/name': 'argo-rollouts' } };

/**
 * The cluster's NetworkPolicies in force. Each connection is judged when it is opened, by what the API says at that moment; without
 * policies nothing is looked up. The node and the kubelet reach every pod and are reached by every pod, and a pod reaches itself.
 */
export class EnforcedPolicies implements ConnectionPolicy {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  allows(from: NetworkOrigin, { ip, port }: Target, pod: AttachedPod | undefined): boolean {
    const policies = this.#api.list<NetworkPolicy>(POLICIES);
    if (policies.length === 0) return true;
    const source = addressOf(from);
    if (from.kind === 'kubelet' || source === NODE_IP || ip === NODE_IP || source === ip) return true;
    return isAllowed(policies, { from: this.#origin(from), to: this.#end(ip, pod), port, protocol: 'TCP' });
  }

  allowsLookup(from: NetworkOrigin): boolean {
    const policies = this.#api.list<NetworkPolicy>(POLICIES);
    if (policies.length === 0 || addressOf(from) === NODE_IP) return true;
    // Why: who is no pod asks a name server of its own.
    if (from.kind === 'client' || from.kind === 'kubelet') return true;
    const to = { ip: CLUSTER_DNS.ip, pod: this.#podLike(CLUSTER_DNS, DNS_PORTS) };
    return isAllowed(policies, { from: this.#origin(from), to, port: DNS_PORT, protocol: 'UDP' });
  }

  #origin(from: NetworkOrigin): ConnectionEnd {
    const ip = addressOf(from);
    if (from.kind === 'pod') return this.#end(ip, { namespace: from.namespace, name: from.pod });
    return from.kind === 'controller' ? { ip, pod: this.#podLike(ROLLOUTS_CONTROLLER) } : { ip };
  }

  #end(ip: string, attached: AttachedPod | undefined): ConnectionEnd {
    const pod = attached && this.#api.get<Pod>('pods', attached.namespace, attached.name);
    if (!pod) return { ip };
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    const ports = containers.flatMap((container) => container.ports ?? []);
    return { ip, pod: this.#podLike({ namespace: attached.namespace, labels: pod.metadata.labels ?? {} }, ports) };
  }

  #podLike({ namespace, labels }: Pick<PolicyPod, 'namespace' | 'labels'>, ports: PolicyPod['ports'] = []): PolicyPod {
    const namespaceLabels = this.#api.get<KubeObject>('namespaces', undefined, namespace)?.metadata.labels ?? {};
    return { namespace, labels, namespaceLabels, ports };
  }
}
