import type { DrillRecord } from '../ports.ts';
import { failed, notJudged, passed, type Verdict } from '../verdict.ts';
import { answerEvidence, isGood, since } from './answers.ts';

/** Every customer got an answer below 500, all the time. */
export function judgeAlwaysAnswered(record: DrillRecord): Verdict {
  if (record.answers.length === 0) return notJudged('no customer asked for anything during the drill.');
  const bad = record.answers.filter((answer) => !isGood(answer));
  if (bad.length === 0) return passed(`All ${record.answers.length} requests of customers were answered.`);
  return failed(
    `${bad.length} of ${record.answers.length} requests of customers failed; the first ${since(record, bad[0]!)} with ${bad[0]!.outcome}.`,
    bad.slice(0, 3).map(answerEvidence),
  );
}
