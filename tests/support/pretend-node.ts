import { EmbeddedCluster } from '../../src/embedded/cluster.ts';
import { HttpsServer } from '../../src/embedded/http/https-server.ts';
import { kubeconfigText } from '../../src/embedded/http/kubeconfig-text.ts';
import { createCertificates } from '../../src/embedded/tls.ts';
import { ClusterClock } from '../../src/system/clock.ts';

/** An embedded cluster that stands in for the node of a kind cluster: it is reached by a kubeconfig, and can be shut down. */
export class PretendNode {
  readonly kubeconfig: string;
  readonly #server: HttpsServer;
  readonly #cluster: EmbeddedCluster;
  readonly #clock: ClusterClock;

  private constructor(parts: { kubeconfig: string; server: HttpsServer; cluster: EmbeddedCluster; clock: ClusterClock }) {
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
    await this.#server.close();
    this.#cluster.stop();
    this.#clock.stop();
  }
}
