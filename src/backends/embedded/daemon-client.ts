import { HttpsTransport } from '../../kube/https-transport.ts';
import { KubeClient } from '../../kube/client.ts';
import type { AuditRecord } from '../audit-journal.ts';
import type { ClusterState } from './cluster-state.ts';
import type { Connection } from './connection.ts';

/** What the cluster process says about itself. */
export interface DaemonInfo {
  pid: number;
  scenario: string;
  /** Whether a scenario has been planted: without one, the process only waits for its state. */
  hasCluster: boolean;
  /** RFC 3339. */
  now: string;
  memoryBytes: number;
}

/** One entry of the journal; with the object before the write, which audit.k8s.io does not have. */
export interface JournalRecord extends AuditRecord {
  auditID: string;
  previousObject?: unknown;
}

/** The journal as the cluster process keeps it. */
export interface JournalPage {
  kind: 'EventList';
  apiVersion: 'audit.k8s.io/v1';
  metadata: Record<string, never>;
  /** Number of the first entry; above 1 when older ones were dropped. */
  firstNumber: number;
  items: JournalRecord[];
}

/** The private routes of the cluster process, beside the Kubernetes API. */
export class DaemonClient {
  readonly kube: KubeClient;

  constructor({ server, certificateAuthority, token }: Connection) {
    this.kube = new KubeClient(new HttpsTransport({ server, certificateAuthority, token }));
  }

  info(): Promise<DaemonInfo> {
    return this.kube.request('GET', '/lab/v1/info');
  }

  /** Replaces the whole cluster; answers when it is live. */
  async putState(state: ClusterState): Promise<void> {
    await this.kube.request('PUT', '/lab/v1/state', state);
  }

  journal(): Promise<JournalPage> {
    return this.kube.request('GET', '/lab/v1/journal');
  }

  /** Asks the process to end; answers before it has. */
  async stop(): Promise<void> {
    await this.kube.request('POST', '/lab/v1/stop');
  }

  close(): void {
    this.kube.close();
  }
}
