import { controlPlane } from '../../src/embedded/api/caller.ts';
import { EmbeddedCluster } from '../../src/embedded/cluster.ts';
import { HttpsServer } from '../../src/embedded/http/https-server.ts';
import { kubeconfigText } from '../../src/embedded/http/kubeconfig-text.ts';
import { createCertificates } from '../../src/embedded/tls.ts';
import { ClusterClock } from '../../src/system/clock.ts';

const LEASE_EVERY_MS = 50;

/**
 * An embedded cluster that stands in for the node of a kind cluster: it is reached by a kubeconfig, and can be shut down. What stands
 * in for Argo Rollouts says at short intervals that it is at work.
 */
export class PretendNode {
  readonly kubeconfig: string;
  readonly #server: HttpsServer;
  readonly #cluster: EmbeddedCluster;
  readonly #clock: ClusterClock;
  readonly #timer: NodeJS.Timeout;

  private constructor(parts: { kubeconfig: string; server: HttpsServer; cluster: EmbeddedCluster; clock: ClusterClock }) {
    this.#timer = setInterval(() => renewLease(parts.cluster), LEASE_EVERY_MS);
    this.kubeconfig = parts.kubeconfig;
    this.#server = parts.server;
    this.#cluster = parts.cluster;
    this.#clock = parts.clock;
  }

  static async start(): Promise<PretendNode> {
    const clock = new ClusterClock(Date.now());
    const cluster = EmbeddedCluster.create({ clock, adminToken: 'admin' });
    cluster.start();
    clock.goLive();
    const certificates = await createCertificates(Date.now());
    const server = await HttpsServer.listen({ certificates, answer: (call) => cluster.handler.handle(call) });
    const kubeconfig = kubeconfigText({ server: server.url, caPem: certificates.caPem, token: 'admin', name: 'kind' });
    return new PretendNode({ kubeconfig, server, cluster, clock });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#server.close();
    this.#cluster.stop();
    this.#clock.stop();
  }
}

/** As the controller of Argo Rollouts does, once its namespace is there. */
function renewLease({ core }: EmbeddedCluster): void {
  const [namespace, name] = ['argo-rollouts', 'argo-rollouts-controller-lock'];
  const api = core.clientFor(controlPlane('argo-rollouts', 'rollouts-controller'));
  if (!api.get('namespaces', undefined, namespace)) return;
  const spec = { holderIdentity: 'pretend', renewTime: new Date().toISOString().replace('Z', '000Z') };
  if (api.get('leases.coordination.k8s.io', namespace, name)) {
    api.patch('leases.coordination.k8s.io', namespace, name, { type: 'merge', body: { spec } });
  } else
    api.create('leases.coordination.k8s.io', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec });
}
