import type { Journal } from '../../../grader/index.ts';
import { toJournalEntries } from '../audit-journal.ts';
import type { DaemonClient } from './daemon-client.ts';
import { knownBefore } from './previous-objects.ts';

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
