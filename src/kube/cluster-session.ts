import { setTimeout } from 'node:timers/promises';
import type { KubeClient } from './client.ts';

/** A cluster on which steps can be carried out, whatever its time is made of. */
export interface ClusterSession {
  readonly client: KubeClient;
  /** Waits until `holds` answers true; answers false when it did not within the time. */
  waitUntil(holds: () => Promise<boolean>, withinMs: number): Promise<boolean>;
  /** Lets time pass where time costs nothing; on a cluster that lives in real time it does nothing. */
  elapse(delayMs: number): Promise<void>;
}

const FIRST_POLL_MS = 50;
const SLOWEST_POLL_MS = 500;

/** A cluster in real time. */
export class LiveSession implements ClusterSession {
  readonly client: KubeClient;

  constructor(client: KubeClient) {
    this.client = client;
  }

  async waitUntil(holds: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    const deadlineMs = performance.now() + withinMs;
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(2 * pollMs, SLOWEST_POLL_MS)) {
      if (await holds()) return true;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) return false;
      await setTimeout(Math.min(pollMs, leftMs));
    }
  }

  elapse(_delayMs: number): Promise<void> {
    return Promise.resolve();
  }
}
