import { randomUUID } from 'node:crypto';
import { EmbeddedCluster, type EmbeddedClusterOptions } from '../../embedded/cluster.ts';
import { KubeClient } from '../../kube/client.ts';
import { ClusterClock } from '../../system/clock.ts';
import { InProcessTransport } from './in-process-transport.ts';
import { SteppedSession } from './stepped-session.ts';

/** A cluster in the memory of this process whose time only moves when it is told to. */
export class SteppedCluster {
  readonly cluster: EmbeddedCluster;
  readonly clock: ClusterClock;
  readonly session: SteppedSession;
  readonly #unexpected: unknown[] = [];

  /** Builds and starts it at a moment, in milliseconds since the epoch. */
  constructor(startMs: number, { adminToken = randomUUID(), ...options }: Omit<EmbeddedClusterOptions, 'clock' | 'onUnexpected'> = {}) {
    this.clock = new ClusterClock(startMs);
    const onUnexpected = (error: unknown): void => void this.#unexpected.push(error);
    this.cluster = EmbeddedCluster.create({ ...options, clock: this.clock, adminToken, onUnexpected });
    const client = new KubeClient(new InProcessTransport(this.cluster.handler, adminToken));
    this.session = new SteppedSession({ client, clock: this.clock, revision: () => this.cluster.core.store.revision });
    this.cluster.start();
  }

  /** Ends it; what it consists of can still be looked at. Rejects with what went wrong inside the server meanwhile, if anything did. */
  async close(): Promise<void> {
    this.cluster.stop();
    this.clock.stop();
    await this.cluster.close();
    if (this.#unexpected.length > 0) throw this.#unexpected[0] as Error;
  }
}
