import type { KubeClient } from '../../kube/client.ts';
import type { ClusterSession } from '../../kube/cluster-session.ts';
import type { ClusterClock } from '../../system/clock.ts';

/** A cluster whose time only moves while somebody waits for it, so that hours cost milliseconds. */
export class SteppedSession implements ClusterSession {
  readonly client: KubeClient;
  readonly #clock: ClusterClock;
  readonly #revision: () => number;

  /** `revision` tells the newest write of the cluster: without a new one nothing can have come to hold. */
  constructor({ client, clock, revision }: { client: KubeClient; clock: ClusterClock; revision: () => number }) {
    this.client = client;
    this.#clock = clock;
    this.#revision = revision;
  }

  async waitUntil(holds: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    const deadlineMs = this.#clock.now() + withinMs;
    for (;;) {
      const seen = this.#revision();
      if (await holds()) return true;
      if (this.#clock.now() >= deadlineMs) return false;
      await this.#clock.advance({ deadlineMs, until: () => this.#revision() !== seen });
    }
  }

  async elapse(delayMs: number): Promise<void> {
    await this.#clock.advance({ deadlineMs: this.#clock.now() + delayMs });
  }
}
