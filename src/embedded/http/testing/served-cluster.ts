import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterClock } from '../../../system/clock.ts';
import { EmbeddedCluster, type EmbeddedClusterOptions } from '../../cluster.ts';
import { createCertificates, type ClusterCertificates } from '../../tls.ts';
import { HttpsServer } from '../https-server.ts';
import { kubeconfigText } from '../kubeconfig-text.ts';

/** A running cluster behind a port of this machine; for tests. */
export interface ServedCluster {
  cluster: EmbeddedCluster;
  clock: ClusterClock;
  server: HttpsServer;
  certificates: ClusterCertificates;
  folder: string;
  kubeconfigFile: string;
  token: string;
  /** What went wrong inside without being expected. */
  unexpected: unknown[];
  close(): Promise<void>;
}

/** Starts a cluster on a live clock and serves it. */
export async function serveCluster(options: Partial<EmbeddedClusterOptions> = {}): Promise<ServedCluster> {
  const unexpected: unknown[] = [];
  const clock = new ClusterClock(Date.now(), (error) => unexpected.push(error));
  const certificates = await createCertificates(Date.now());
  const token = 'secret-of-the-test';
  const cluster = EmbeddedCluster.create({
    clock,
    adminToken: token,
    caPem: certificates.caPem,
    onUnexpected: (error) => unexpected.push(error),
    ...options,
  });
  const server = await HttpsServer.listen({ certificates, answer: (call) => cluster.handler.handle(call) });
  const folder = await mkdtemp(join(tmpdir(), 'served-'));
  const kubeconfigFile = join(folder, 'kubeconfig');
  const text = kubeconfigText({ server: server.url, caPem: certificates.caPem, token, name: 'lab', namespace: 'lab' });
  await writeFile(kubeconfigFile, text, { mode: 0o600 });
  cluster.start();
  clock.goLive();
  const close = async (): Promise<void> => {
    await server.close();
    await cluster.close();
    clock.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { cluster, clock, server, certificates, folder, kubeconfigFile, token, unexpected, close };
}
