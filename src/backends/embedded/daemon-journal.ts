import type { ClusterObject, Journal } from '../../../grader/index.ts';
import { toJournalEntries } from '../audit-journal.ts';
import type { DaemonClient, JournalRecord } from './daemon-client.ts';

/** The auditID of the first entry, which only says when the scenario had been planted. */
export const PLANTED_MARK = 'planted';

/** The journal of a cluster process, which begins when the scenario was planted. */
export function daemonJournal(daemon: Pick<DaemonClient, 'journal'>): Journal {
  return {
    read: async () => {
      const { firstNumber, items } = await daemon.journal();
      const entries = toJournalEntries(items, knownBefore(items));
      const mark = items.find(({ auditID }) => auditID === PLANTED_MARK);
      if (mark) return { sinceMs: Date.parse(mark.requestReceivedTimestamp), entries, gaps: [] };
      const toMs = entries[0]?.atMs ?? 0;
      const reason = `the journal keeps the newest writes only; ${firstNumber - 1} older ones are gone`;
      return { sinceMs: 0, entries, gaps: [{ fromMs: 0, toMs, reason }] };
    },
  };
}

/** Objects as they were before the first write that the journal has of them, by UID. */
function knownBefore(records: readonly JournalRecord[]): Map<string, ClusterObject> {
  const known = new Map<string, ClusterObject>();
  for (const { previousObject } of records) {
    const uid = (previousObject as ClusterObject | undefined)?.metadata.uid;
    if (uid !== undefined && !known.has(uid)) known.set(uid, previousObject as ClusterObject);
  }
  return known;
}
