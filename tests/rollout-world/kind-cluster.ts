import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { KubeClient } from '../../src/kube/client.ts';
import { HttpsTransport } from '../../src/kube/https-transport.ts';
import { accessFromKubeconfig } from '../../src/kube/kubeconfig.ts';
import { FOLLOWED, type Change, type FollowedCluster } from './followed-cluster.ts';

/** A cluster in real time, through a kubeconfig. */
export class KindCluster implements FollowedCluster {
  readonly client: KubeClient;
  readonly isStepped = false;
  readonly #wake = new Set<() => void>();

  readonly #followed: readonly string[];

  private constructor(client: KubeClient, followed: readonly string[]) {
    this.client = client;
    this.#followed = followed;
  }

  static async connect(kubeconfigFile: string, followed: readonly string[] = FOLLOWED): Promise<KindCluster> {
    const access = await accessFromKubeconfig(await readFile(kubeconfigFile, 'utf8'), { readFile: (path) => readFile(path, 'utf8') });
    return new KindCluster(new KubeClient(new HttpsTransport(access)), followed);
  }

  now(): number {
    return Date.now();
  }

  async follow(namespace: string, onChange: (change: Change) => void): Promise<() => void> {
    const stop = new AbortController();
    const begun = this.#followed.map(async (resource) => {
      const list = await this.client.list(resource, { namespace });
      for (const object of list.items) onChange({ type: 'ADDED', resource, object });
      void this.#follow(namespace, resource, list.metadata.resourceVersion ?? '', stop.signal, onChange);
    });
    await Promise.all(begun);
    return () => stop.abort();
  }

  async waitUntil(holds: () => boolean, withinMs: number): Promise<boolean> {
    const deadlineMs = performance.now() + withinMs;
    for (;;) {
      if (holds()) return true;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) return false;
      await this.#nextChange(leftMs);
    }
  }

  async pass(delayMs: number): Promise<void> {
    await setTimeout(delayMs);
  }

  async #follow(
    namespace: string,
    resource: string,
    resourceVersion: string,
    signal: AbortSignal,
    onChange: (change: Change) => void,
  ): Promise<void> {
    for await (const { type, object } of this.client.watch(resource, { namespace, resourceVersion, signal })) {
      if (type === 'BOOKMARK') continue;
      onChange({ type, resource, object });
      for (const wake of this.#wake) wake();
    }
  }

  async #nextChange(withinMs: number): Promise<void> {
    const stop = new AbortController();
    const wake = (): void => stop.abort();
    this.#wake.add(wake);
    await setTimeout(withinMs, undefined, { signal: stop.signal }).catch(() => undefined);
    this.#wake.delete(wake);
  }
}
