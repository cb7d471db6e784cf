import { KubeClient } from '../../kube/client.ts';
import { HttpsTransport } from '../../kube/https-transport.ts';
import type { Transport } from '../../kube/transport.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import type { AuditRecord } from '../audit-journal.ts';
import type { Connection } from './connection.ts';

/** What the cluster process says about itself. */
export interface DaemonInfo {
  pid: number;
  scenario: string;
  /** Whether a scenario has been planted: without one, the process serves no cluster yet. */
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
  /** How many entries are not as they were written; they are left out. Absent for none. */
  damaged?: number;
  items: JournalRecord[];
}

/** Where the API of the cluster that is being prepared is found. */
export const STAGED_API = '/lab/v1/staging/cluster';

/** The private routes of the cluster process, beside the Kubernetes API. */
export class DaemonClient {
  readonly kube: KubeClient;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.kube = new KubeClient(this.#transport(connection.server));
  }

  info(): Promise<DaemonInfo> {
    return this.kube.request('GET', '/lab/v1/info');
  }

  journal(): Promise<JournalPage> {
    return this.kube.request('GET', '/lab/v1/journal');
  }

  /** Every object of the cluster, all as they are at one moment. */
  async objects(): Promise<KubeObject[]> {
    const { items } = await this.kube.request<{ items: KubeObject[] }>('GET', '/lab/v1/objects');
    return items;
  }

  /** Begins to prepare a cluster, one with nothing in it but what is needed, at a moment in milliseconds since the epoch. */
  async beginStaging(startMs: number, needs: readonly string[] = []): Promise<void> {
    await this.kube.request('POST', '/lab/v1/staging', { startMs, needs });
  }

  /** Moves its time: to the deadline, or until a write touches one of the paths. */
  advanceStaging(request: { deadlineMs: number; until?: string[] }): Promise<{ nowMs: number }> {
    return this.kube.request('POST', '/lab/v1/staging/advance', request);
  }

  /** Makes it the cluster that is served. Its time goes on from where the machine's is; answers by how much it was ahead, if it was. */
  commitStaging(): Promise<{ leadMs: number }> {
    return this.kube.request('POST', '/lab/v1/staging/commit');
  }

  /** The way to the API of the cluster that is being prepared. */
  stagedTransport(): Transport {
    return this.#transport(this.#connection.server + STAGED_API);
  }

  /** Asks the process to end; answers before it has. */
  async stop(): Promise<void> {
    await this.kube.request('POST', '/lab/v1/stop');
  }

  close(): void {
    this.kube.close();
  }

  #transport(server: string): Transport {
    const { certificateAuthority, token } = this.#connection;
    return new HttpsTransport({ server, certificateAuthority, token });
  }
}
