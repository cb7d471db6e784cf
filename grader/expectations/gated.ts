import type { CustomerAnswer, DrillRecord, JournalEntry } from '../ports.ts';
import { readText } from '../read-path.ts';
import { failed, passed, type Verdict } from '../verdict.ts';
import { analysisEnds, hashOf, isCutShort, isRealSuccess, runEvidence } from '../timeline/analysis-ends.ts';
import { answerEvidence, imagesInTurn, since } from './answers.ts';

/** Customers reached each image, and only after an AnalysisRun for its pods had measured something and succeeded. */
export function judgeGated(wanted: { rollout: string; images: string[] }, record: DrillRecord): Verdict {
  const first = record.answers.find(({ pod }) => pod && wanted.images.includes(pod.image));
  if (!first) return failed(`${wanted.images.join(', ')} never reached customers, who met ${imagesInTurn(record).join(', ') || 'nobody'}.`);
  if (first === record.answers[0])
    return failed(
      `${first.pod!.image} was in production when the drill began, so releasing it shows nothing. Go back to the release before it, and check again.`,
      [answerEvidence(first)],
    );
  const ends = analysisEnds(wanted.rollout, record.journal).filter((end) => hashOf(end) === first.pod!.podTemplateHash);
  const success = ends.find(({ atMs, after }) => atMs <= first.atMs && isRealSuccess(after!));
  if (success)
    return passed(`${success.name} measured and succeeded before ${first.pod!.image} reached customers.`, [
      runEvidence(success),
      answerEvidence(first),
    ]);
  return failed(
    `${first.pod!.image} reached customers ${since(record, first)} without a scan that had passed by then: ${reasonFrom(ends, first)}.`,
    [...ends.map(runEvidence), answerEvidence(first)],
  );
}

/** What the latest run before the first customer came to, or why there was none. */
function reasonFrom(ends: JournalEntry[], first: CustomerAnswer): string {
  const end = ends.findLast(({ atMs }) => atMs <= first.atMs);
  if (!end) return ends[0] ? `${ends[0].name} ended only afterwards` : 'no AnalysisRun of these pods ended';
  const phase = readText(end.after, 'status.phase') ?? 'without a phase';
  if (phase !== 'Successful') return `${end.name} was ${phase}`;
  return isCutShort(end.after)
    ? `${end.name} was ended early by somebody`
    : `${end.name} was Successful, and took no measurement that counts`;
}
