import type { ClusterObject } from '../../../grader/index.ts';

/** Objects as they were before the first write that a journal has of them, by UID. */
export function knownBefore(records: readonly { previousObject?: unknown }[]): Map<string, ClusterObject> {
  const known = new Map<string, ClusterObject>();
  for (const { previousObject } of records) {
    const uid = (previousObject as ClusterObject | undefined)?.metadata.uid;
    if (uid !== undefined && !known.has(uid)) known.set(uid, previousObject as ClusterObject);
  }
  return known;
}
