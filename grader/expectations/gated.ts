import type { ClusterObject, CustomerAnswer, DrillRecord, JournalEntry } from '../ports.ts';
import { readPath, readText } from '../read-path.ts';
import type { Evidence } from '../report.ts';
import { POD_TEMPLATE_HASH } from '../timeline/replica-sets.ts';
import { at, failed, passed, type Verdict } from '../verdict.ts';
import { answerEvidence, since } from './answers.ts';

/** Customers reached each image, and only after an AnalysisRun for its pods had measured something and succeeded. */
export function judgeGated(wanted: { rollout: string; images: string[] }, record: DrillRecord): Verdict {
  const first = record.answers.find(({ pod }) => pod && wanted.images.includes(pod.image));
  if (!first) return failed(`${wanted.images.join(', ')} never reached customers.`);
  const ends = analysisEnds(wanted.rollout, first.pod!.podTemplateHash, record.journal);
  const success = ends.find(({ atMs, after }) => atMs <= first.atMs && isRealSuccess(after!));
  if (success)
    return passed(`${success.name} measured and succeeded before ${first.pod!.image} reached customers.`, [
      runEvidence(success),
      answerEvidence(first),
    ]);
  return failed(
    `${first.pod!.image} reached customers ${since(record, first)} without a scan that had passed by then${reasonFrom(ends, first)}.`,
    [...ends.map(runEvidence), answerEvidence(first)],
  );
}

/** The moments at which AnalysisRuns of the Rollout for these pods ended. */
function analysisEnds(rollout: string, hash: string | undefined, journal: readonly JournalEntry[]): JournalEntry[] {
  return journal.filter(({ resource, before, after }) => {
    if (resource !== 'analysisruns.argoproj.io' || !after || readText(after, 'status.completedAt') === undefined) return false;
    const isOfRollout = after.metadata.ownerReferences?.some(
      (owner) => owner.controller && owner.kind === 'Rollout' && owner.name === rollout,
    );
    if (!isOfRollout || after.metadata.labels?.[POD_TEMPLATE_HASH] !== hash) return false;
    return readText(before, 'status.phase') !== readText(after, 'status.phase');
  });
}

/** Successful, not cut short, and resting on at least one measurement that counts. A run that was terminated or ran dry is Successful too. */
function isRealSuccess(run: ClusterObject): boolean {
  if (readText(run, 'status.phase') !== 'Successful' || readPath(run, 'spec.terminate') === true) return false;
  const results = readPath(run, 'status.metricResults');
  return (
    Array.isArray(results) &&
    results.some((result) => readPath(result, 'dryRun') !== true && Number(readPath(result, 'successful') ?? 0) > 0)
  );
}

function reasonFrom(ends: JournalEntry[], first: CustomerAnswer): string {
  const [end] = ends;
  if (!end) return ': no AnalysisRun of these pods ended';
  if (end.atMs > first.atMs) return `: ${end.name} ended only afterwards`;
  return `: ${end.name} was ${readText(end.after, 'status.phase') ?? 'without a phase'}, and took no measurement that counts`;
}

function runEvidence({ atMs, name, after }: JournalEntry): Evidence {
  const message = readText(after, 'status.message');
  return {
    kind: 'analysis',
    at: at(atMs),
    object: `analysisruns.argoproj.io ${name}`,
    text: `${readText(after, 'status.phase') ?? '?'}${message ? `: ${message}` : ''}`,
  };
}
