import type { JournalEntry } from '../ports.ts';
import { readText } from '../read-path.ts';
import type { Evidence } from '../report.ts';
import { POD_TEMPLATE_HASH } from '../timeline/replica-sets.ts';
import { at } from '../verdict.ts';

/** The moments at which AnalysisRuns of a Rollout ended, oldest first. */
export function analysisEnds(rollout: string, journal: readonly JournalEntry[]): JournalEntry[] {
  return journal.filter(({ resource, before, after }) => {
    if (resource !== 'analysisruns.argoproj.io' || !after || readText(after, 'status.completedAt') === undefined) return false;
    const isOfRollout = after.metadata.ownerReferences?.some(
      (owner) => owner.controller && owner.kind === 'Rollout' && owner.name === rollout,
    );
    return isOfRollout && readText(before, 'status.phase') !== readText(after, 'status.phase');
  });
}

/** The pods that an AnalysisRun was about. */
export function hashOf({ after }: JournalEntry): string | undefined {
  return after?.metadata.labels?.[POD_TEMPLATE_HASH];
}

export function runEvidence({ atMs, name, after }: JournalEntry): Evidence {
  const message = readText(after, 'status.message');
  return {
    kind: 'analysis',
    at: at(atMs),
    object: `analysisruns.argoproj.io ${name}`,
    text: `${readText(after, 'status.phase') ?? '?'}${message ? `: ${message}` : ''}`,
  };
}
