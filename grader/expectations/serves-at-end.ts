import type { CustomerAnswer, DrillRecord } from '../ports.ts';
import { readText } from '../read-path.ts';
import { failed, passed, type Verdict } from '../verdict.ts';
import { answerEvidence, isGood } from './answers.ts';

/** The last moments of a drill in which the answers must agree. */
const END_MS = 5000;

/** One of the images answers customers at the end of the drill, and nothing else does. */
export async function judgeServesAtEnd({ images }: { images: string[] }, record: DrillRecord): Promise<Verdict> {
  const last = record.answers.filter(({ atMs }) => atMs >= record.endedAtMs - END_MS);
  const other = last.find((answer) => !isGood(answer) || !answer.pod || !images.includes(answer.pod.image));
  if (last.length > 0 && !other) return passed(`${images.join(' or ')} serves customers at the end.`);
  return failed(
    [
      `At the end ${images.join(' or ')} should have answered customers, but ${whatHappened(other)}.`,
      ...(await rolloutStates(record)),
    ].join(' '),
    other ? [answerEvidence(other)] : [],
  );
}

function whatHappened(answer: CustomerAnswer | undefined): string {
  if (!answer) return 'nobody did';
  if (answer.pod && isGood(answer)) return `${answer.pod.image} did`;
  return typeof answer.outcome === 'number' ? `one of them got ${answer.outcome}` : `one of them got no answer (${answer.outcome})`;
}

/** How the Rollouts of the copy ended, which is most often the reason. */
async function rolloutStates({ after }: DrillRecord): Promise<string[]> {
  const rollouts = await after.list('rollouts.argoproj.io');
  return rollouts.map((rollout) => {
    const message = readText(rollout, 'status.message');
    return `Rollout ${rollout.metadata.name} was ${readText(rollout, 'status.phase') ?? 'without a phase'}${message ? ` (${message})` : ''}.`;
  });
}
