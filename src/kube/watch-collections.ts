import { ClusterError } from '../errors.ts';
import type { KubeClient } from './client.ts';

/** Calls back whenever an object of one of the resources changes in the namespace, or in any, until the signal is aborted; rejects when a watch fails. */
export async function watchCollections(
  client: KubeClient,
  { namespace, resources, signal }: { namespace?: string; resources: readonly string[]; signal: AbortSignal },
  onChange: () => void,
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const watchers = resources.map((resource) =>
    watchOne(client, { resource, signal: either, ...(namespace !== undefined && { namespace }) }, onChange),
  );
  try {
    await Promise.all(watchers);
  } finally {
    stop.abort();
    await Promise.allSettled(watchers);
  }
}

async function watchOne(
  client: KubeClient,
  { resource, ...options }: { namespace?: string; resource: string; signal: AbortSignal },
  onChange: () => void,
): Promise<void> {
  const { signal } = options;
  while (!signal.aborted) {
    try {
      for await (const { type } of client.watch(resource, options)) if (type !== 'BOOKMARK') onChange();
    } catch (error) {
      if (signal.aborted) return;
      const isExpired = error instanceof ClusterError && error.reason === 'Expired';
      if (!isExpired) throw error;
    }
  }
}
