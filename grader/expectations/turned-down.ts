import type { DrillRecord, JournalEntry } from '../ports.ts';
import { readPath, readText } from '../read-path.ts';
import { ReplicaSets } from '../timeline/replica-sets.ts';
import { failed, passed, type Verdict } from '../verdict.ts';
import { analysisEnds, hashOf, runEvidence } from './analysis-ends.ts';

/** An AnalysisRun for pods of one of the images ended otherwise than Successful, and says why: whoever looks need not guess. */
export async function judgeTurnedDown(wanted: { rollout: string; images: string[] }, { journal, after }: DrillRecord): Promise<Verdict> {
  const replicaSets = await ReplicaSets.read(after, journal);
  const ends = analysisEnds(wanted.rollout, journal).filter((end) => {
    const images = replicaSets.find(end.after!.metadata.namespace, hashOf(end) ?? '', end.atMs)?.images ?? [];
    return images.some((image) => wanted.images.includes(image));
  });
  const names = wanted.images.join(', ');
  const refusal = ends.find(({ after: run }) => readText(run, 'status.phase') !== 'Successful');
  if (!refusal) {
    const what = ends.length > 0 ? 'every AnalysisRun of its pods ended well' : 'no AnalysisRun of its pods came to an end';
    return failed(`${names} was not turned down: ${what}.`, ends.map(runEvidence));
  }
  if (reasonsOf(refusal).length === 0) return failed(`${refusal.name} turned ${names} down without a word.`, [runEvidence(refusal)]);
  return passed(`${refusal.name} turned ${names} down, and says why.`, [runEvidence(refusal)]);
}

function reasonsOf({ after }: JournalEntry): string[] {
  const results = readPath(after, 'status.metricResults');
  const messages = Array.isArray(results) ? results.map((result) => readText(result, 'message')) : [];
  return [readText(after, 'status.message'), ...messages].filter((message) => message !== undefined && message !== '') as string[];
}
