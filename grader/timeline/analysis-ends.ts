import type { ClusterObject, JournalEntry } from '../ports.ts';
import { readPath, readText } from '../read-path.ts';
import type { Evidence } from '../report.ts';
import { POD_TEMPLATE_HASH } from './replica-sets.ts';
import { at } from '../verdict.ts';

/** Phases of an AnalysisRun that are no end. */
const UNFINISHED = ['Pending', 'Running'];

/** The moments at which AnalysisRuns of a Rollout ended, oldest first. Why by the phase: a run that cannot begin ends without `completedAt`. */
export function analysisEnds(rollout: string, journal: readonly JournalEntry[]): JournalEntry[] {
  return analysisRuns(rollout, journal).filter(({ before, after }) => {
    const phase = readText(after, 'status.phase');
    return phase !== undefined && !UNFINISHED.includes(phase) && phase !== readText(before, 'status.phase');
  });
}

/** Everything that was written to AnalysisRuns of a Rollout, oldest first. */
export function analysisRuns(rollout: string, journal: readonly JournalEntry[]): JournalEntry[] {
  return journal.filter(
    ({ resource, after }) =>
      resource === 'analysisruns.argoproj.io' &&
      after?.metadata.ownerReferences?.some((owner) => owner.controller && owner.kind === 'Rollout' && owner.name === rollout),
  );
}

/** Whether a run was told to end before it had come to a verdict of its own: because something else was released, or somebody gave up. */
export function isCutShort(run: ClusterObject | undefined): boolean {
  return readPath(run, 'spec.terminate') === true;
}

/** Successful, not cut short, and resting on at least one measurement that counts. A run that was terminated or ran dry is Successful too. */
export function isRealSuccess(run: ClusterObject): boolean {
  if (readText(run, 'status.phase') !== 'Successful' || isCutShort(run)) return false;
  const results = readPath(run, 'status.metricResults');
  return (
    Array.isArray(results) &&
    results.some((result) => readPath(result, 'dryRun') !== true && Number(readPath(result, 'successful') ?? 0) > 0)
  );
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
