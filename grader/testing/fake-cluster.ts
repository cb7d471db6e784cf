import type { ClusterObject, ClusterReader, JournalEntry, JournalExtract } from '../ports.ts';

/** A cluster that holds just these objects, by GroupResource. */
export function fakeReader(objects: Record<string, ClusterObject[]>): ClusterReader {
  const list = (resource: string, namespace?: string) =>
    (objects[resource] ?? []).filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
  return {
    get: (resource, namespace, name) => Promise.resolve(list(resource, namespace).find(({ metadata }) => metadata.name === name)),
    list: (resource, namespace) => Promise.resolve(list(resource, namespace)),
  };
}

export function object(
  kind: string,
  name: string,
  rest: Record<string, unknown> = {},
  metadata: Partial<ClusterObject['metadata']> = {},
): ClusterObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'lab', ...metadata }, ...rest };
}

export function write(atMs: number, resource: string, name: string, change: Partial<JournalEntry>): JournalEntry {
  return { atMs, user: 'kubernetes-admin', program: 'kubectl', verb: 'patch', resource, namespace: 'lab', name, ...change };
}

export function journalOf(entries: JournalEntry[], extract: Partial<JournalExtract> = {}): { read(): Promise<JournalExtract> } {
  return { read: () => Promise.resolve({ sinceMs: 0, gaps: [], ...extract, entries }) };
}

export function replicaSet(hash: string, image: string, createdMs: number): ClusterObject {
  return object(
    'ReplicaSet',
    `shop-${hash}`,
    { spec: { template: { spec: { containers: [{ name: 'shop', image }] } } } },
    { labels: { 'rollouts-pod-template-hash': hash }, creationTimestamp: new Date(createdMs).toISOString() },
  );
}
