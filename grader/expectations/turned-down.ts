import type { DrillRecord, JournalEntry } from '../ports.ts';
import { readPath, readText } from '../read-path.ts';
import { ReplicaSets } from '../timeline/replica-sets.ts';
import { failed, passed, type Verdict } from '../verdict.ts';
import { analysisEnds, analysisRuns, hashOf, isCutShort, runEvidence } from '../timeline/analysis-ends.ts';

/**
 * An AnalysisRun for pods of one of the images ended otherwise than Successful, and says why: whoever looks need not guess. One that was cut
 * short, as by the next release, has turned nothing down.
 */
export async function judgeTurnedDown(wanted: { rollout: string; images: string[] }, { journal, after }: DrillRecord): Promise<Verdict> {
  const replicaSets = await ReplicaSets.read(after, journal);
  const isOfImages = (entry: JournalEntry): boolean => {
    const images = replicaSets.find(entry.after!.metadata.namespace, hashOf(entry) ?? '', entry.atMs)?.images ?? [];
    return images.some((image) => wanted.images.includes(image));
  };
  const ends = analysisEnds(wanted.rollout, journal).filter(isOfImages);
  const names = wanted.images.join(', ');
  const refusal = ends.find((end) => readText(end.after, 'status.phase') !== 'Successful' && !isCutShort(end.after));
  if (!refusal) {
    const unfinished = analysisRuns(wanted.rollout, journal).filter(isOfImages).at(-1);
    return failed(`${names} was not turned down: ${reasonFrom(ends, unfinished)}.`, ends.map(runEvidence));
  }
  if (reasonsOf(refusal).length === 0) return failed(`${refusal.name} turned ${names} down without a word.`, [runEvidence(refusal)]);
  return passed(`${refusal.name} turned ${names} down, and says why.`, [runEvidence(refusal)]);
}

function reasonFrom(ends: readonly JournalEntry[], unfinished: JournalEntry | undefined): string {
  const cutShort = ends.findLast(({ after: run }) => isCutShort(run));
  if (cutShort) return `${cutShort.name} was ended early, and had not come to a verdict`;
  if (ends.length > 0) return `every AnalysisRun of its pods ended well (${ends.map(({ name }) => name).join(', ')})`;
  if (!unfinished) return 'there was no AnalysisRun of its pods';
  return `${unfinished.name} did not come to an end, and was ${readText(unfinished.after, 'status.phase') ?? 'without a phase'} to the last`;
}

function reasonsOf({ after }: JournalEntry): string[] {
  const results = readPath(after, 'status.metricResults');
  const messages = Array.isArray(results) ? results.map((result) => readText(result, 'message')) : [];
  return [readText(after, 'status.message'), ...messages].filter((message) => message !== undefined && message !== '') as string[];
}
