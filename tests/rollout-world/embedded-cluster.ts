import { SteppedCluster } from '../../src/backends/embedded/stepped-cluster.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { FOLLOWED, type Change, type FollowedCluster } from './followed-cluster.ts';

const START_MS = Date.parse('2026-03-02T09:00:00Z');

/** The embedded cluster, on a clock that moves only while somebody waits. */
export class EmbeddedCluster implements FollowedCluster {
  readonly isStepped = true;
  readonly #stepped: SteppedCluster;
  readonly #followed: readonly string[];

  /** What is followed are the kinds that matter to Rollouts unless others are named. */
  constructor({ needs = [], followed = FOLLOWED }: { needs?: readonly string[]; followed?: readonly string[] } = {}) {
    this.#stepped = new SteppedCluster(START_MS, { needs });
    this.#followed = followed;
  }

  get client(): KubeClient {
    return this.#stepped.session.client;
  }

  now(): number {
    return this.#stepped.clock.now();
  }

  follow(namespace: string, onChange: (change: Change) => void): Promise<() => void> {
    const cancel = this.#stepped.cluster.core.store.subscribe(({ type, resource, object }) => {
      if (object.metadata.namespace === namespace && this.#followed.includes(resource)) onChange({ type, resource, object });
    });
    return Promise.resolve(cancel);
  }

  waitUntil(holds: () => boolean, withinMs: number): Promise<boolean> {
    const { clock } = this.#stepped;
    return clock.advance({ deadlineMs: clock.now() + withinMs, until: holds });
  }

  async pass(delayMs: number): Promise<void> {
    const { clock } = this.#stepped;
    await clock.advance({ deadlineMs: clock.now() + delayMs });
  }

  /** Rejects with what went wrong inside, if anything did. */
  close(): Promise<void> {
    return this.#stepped.close();
  }
}
