import { ClusterError } from '../errors.ts';
import type { KubeClient } from './client.ts';

/** Calls back whenever an object of one of the resources changes in the namespace, until the signal is aborted; rejects when a watch fails. */
export async function watchCollections(
  client: KubeClient,
  { namespace, resources, signal }: { namespace: string; resources: readonly string[]; signal: AbortSignal },
  onChange: () => void,
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const watchers = resources.map((resource) => watchOne(client, { namespace, resource, signal: either }, onChange));
  try {
    await Promise.all(watchers);
  } finally {
    stop.abort();
    await Promise.allSettled(watchers);
  }
}

async function watchOne(
  client: KubeClient,
  { namespace, resource, signal }: { namespace: string; resource: string; signal: AbortSignal },
  onChange: () => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { type } of client.watch(resource, { namespace, signal })) if (type !== 'BOOKMARK') onChange();
    } catch (error) {
      if (signal.aborted) return;
      const isExpired = error instanceof ClusterError && error.reason === 'Expired';
      if (!isExpired) throw error;
    }
  }
}
