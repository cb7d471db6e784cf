import type { Journal, JournalGap } from '../../../grader/index.ts';
import { toJournalEntries } from '../audit-journal.ts';
import type { DaemonClient } from './daemon-client.ts';
import { knownBefore } from './previous-objects.ts';

/** The auditID of the first entry, which only says when the scenario had been planted. */
export const PLANTED_MARK = 'planted';

/** The journal of a cluster process, which begins when the scenario was planted. */
export function daemonJournal(daemon: Pick<DaemonClient, 'journal'>): Journal {
  return {
    read: async () => {
      const { firstNumber, damaged, items } = await daemon.journal();
      const entries = toJournalEntries(items, knownBefore(items));
      const mark = items.find(({ auditID }) => auditID === PLANTED_MARK);
      const sinceMs = mark ? Date.parse(mark.requestReceivedTimestamp) : 0;
      const gaps: JournalGap[] = [];
      if (!mark && !damaged) {
        const reason = `the journal keeps the newest writes only; ${firstNumber - 1} older ones are gone`;
        gaps.push({ fromMs: 0, toMs: entries[0]?.atMs ?? 0, reason });
      }
      if (damaged) {
        const reason = `${damaged === 1 ? 'an entry was' : `${damaged} entries were`} changed or taken out from outside; \`lab reset\` begins anew`;
        gaps.push({ fromMs: sinceMs, toMs: entries.at(-1)?.atMs ?? sinceMs, reason });
      }
      return { sinceMs, entries, gaps };
    },
  };
}
