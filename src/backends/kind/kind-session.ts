import type { KubeClient } from '../../kube/client.ts';
import type { ClusterSession } from '../../kube/cluster-session.ts';
import { watchCollections } from '../../kube/watch-collections.ts';
import type { ReplicaSet } from '../../kube/types/workloads.ts';

const SCALE_DOWN_DEADLINE = 'scale-down-deadline';
const SETTLE_MS = 30_000;
const WATCHED = ['rollouts.argoproj.io', 'replicasets.apps'];
const SLOWEST_LOOK_MS = 500;

/**
 * A real cluster on which a history is told. Its time cannot be sped up, but what waiting would bring can be brought forward: old colours
 * whose delay is over by then are scaled down at once.
 */
export class KindSession implements ClusterSession {
  readonly client: KubeClient;
  readonly #now: () => number;

  constructor(client: KubeClient, now: () => number = Date.now) {
    this.client = client;
    this.#now = now;
  }

  /** Looks whenever a Rollout or a ReplicaSet has changed; now and then all the same, where the cluster cannot be watched. */
  async waitUntil(holds: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    const deadlineMs = performance.now() + withinMs;
    const stop = new AbortController();
    const news = new Bell();
    const watching = watchCollections(this.client, { resources: WATCHED, signal: stop.signal }, () => news.ring()).catch(() => undefined);
    try {
      for (;;) {
        if (await holds()) return true;
        const leftMs = deadlineMs - performance.now();
        if (leftMs <= 0) return false;
        await news.heard(Math.min(leftMs, SLOWEST_LOOK_MS));
      }
    } finally {
      stop.abort();
      await watching;
    }
  }

  async elapse(delayMs: number): Promise<void> {
    const untilMs = this.#now() + delayMs;
    const due = (await this.#replicaSets()).filter((replicaSet) => deadlineMs(replicaSet) <= untilMs);
    if (due.length === 0) return;
    const past = toDeadline(this.#now() - 1_000);
    for (const { metadata } of due) {
      const body = { metadata: { annotations: { [SCALE_DOWN_DEADLINE]: past } } };
      await this.client.patch('replicasets.apps', metadata.namespace, metadata.name, { type: 'merge', body });
    }
    const uids = new Set(due.map(({ metadata }) => metadata.uid));
    await this.waitUntil(
      async () => {
        const waited = (await this.#replicaSets()).filter(({ metadata }) => uids.has(metadata.uid));
        return waited.every(({ spec, status }) => spec.replicas === 0 && (status?.replicas ?? 0) === 0);
      },
      Math.min(delayMs, SETTLE_MS),
    );
  }

  async #replicaSets(): Promise<ReplicaSet[]> {
    return (await this.client.list<ReplicaSet>('replicasets.apps')).items;
  }
}

/** Tells whoever waits that something has happened, be it before they began to wait. */
class Bell {
  #hasRung = false;
  #wake: () => void = () => undefined;

  ring(): void {
    this.#hasRung = true;
    this.#wake();
  }

  /** Settles once it has rung since the last time, or when the time is over. */
  async heard(withinMs: number): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#hasRung = false;
  }
}

/** When a ReplicaSet is to be scaled down; never, when nothing says so. */
function deadlineMs({ metadata, spec }: ReplicaSet): number {
  const text = metadata.annotations?.[SCALE_DOWN_DEADLINE];
  const epochMs = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(epochMs) || spec.replicas === 0 ? Infinity : epochMs;
}

/** As the controller writes it: RFC 3339 in whole seconds. */
function toDeadline(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
