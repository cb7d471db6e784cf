import { formatSpan } from '../duration.ts';
import type { CustomerAnswer, DrillRecord } from '../ports.ts';
import type { Evidence } from '../report.ts';
import { at } from '../verdict.ts';

/** A moment of a drill in words: `40 s into the drill`. */
export function since(record: Pick<DrillRecord, 'startedAtMs'>, { atMs }: { atMs: number }): string {
  return `${formatSpan(atMs - record.startedAtMs)} into the drill`;
}

export function answerEvidence({ atMs, outcome, pod }: CustomerAnswer): Evidence {
  const who = pod ? `pod ${pod.name} (${pod.image})` : 'no pod';
  return {
    kind: 'request',
    at: at(atMs),
    ...(pod && { object: `pods ${pod.name}` }),
    text: `a customer's GET / was answered by ${who}: ${outcome}`,
  };
}

/** The images that answered customers, each once for every time that it took over. */
export function imagesInTurn({ answers }: Pick<DrillRecord, 'answers'>): string[] {
  const images = answers.filter(isGood).flatMap(({ pod }) => (pod ? [pod.image] : []));
  return images.filter((image, index) => image !== images[index - 1]);
}

/** Whether a customer got something useful: an HTTP answer below 500. */
export function isGood({ outcome }: CustomerAnswer): boolean {
  return typeof outcome === 'number' && outcome < 500;
}
