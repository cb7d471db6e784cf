import { formatSpan } from '../duration.ts';
import type { CustomerAnswer, DrillRecord } from '../ports.ts';
import { failed, notJudged, passed, type Verdict } from '../verdict.ts';
import { answerEvidence, since } from './answers.ts';

/** None of the images answered a customer, not once. */
export function judgeNeverServed({ images }: { images: string[] }, record: DrillRecord): Verdict {
  if (!record.answers.some(({ pod }) => pod))
    return notJudged('no customer got an answer during the whole drill, so nothing can be said about who served.');
  const served = record.answers.filter(({ pod }) => pod && images.includes(pod.image));
  const [first] = served;
  if (!first) return passed(`${images.join(', ')} never answered a customer.`);
  return failed(`${first.pod!.image} answered customers, first ${since(record, first)}, ${lasted(served, record)}.`, [
    answerEvidence(first),
  ]);
}

function lasted(served: CustomerAnswer[], record: DrillRecord): string {
  const last = served.at(-1)!;
  if (last === record.answers.at(-1)) return 'and still when the drill ended';
  if (served.length === 1) return 'then no more';
  return `for ${formatSpan(last.atMs - served[0]!.atMs)}`;
}
