import type { Caller, DrillRecord } from '../ports.ts';
import { failed, notJudged, passed, type Verdict } from '../verdict.ts';
import { callEvidence, describeCaller, isSameCaller } from './callers.ts';

/** Each of the callers got an HTTP answer from an idle pod of the images. */
export function judgeLetIn({ callers, images }: { callers: Caller[]; images: string[] }, record: DrillRecord): Verdict {
  if (!record.calls) return notJudged('nobody was sent to call, so nothing can be said about who gets in.');
  const answered = record.calls.reached.filter(
    ({ pod, servedCustomers, outcome }) => !servedCustomers && images.includes(pod.image) && typeof outcome === 'number',
  );
  const turnedAway = callers.find((caller) => !answered.some((call) => isSameCaller(call.caller, caller)));
  if (turnedAway) return failed(`Idle pods of ${images.join(', ')} never answered ${describeCaller(turnedAway)}.`);
  return passed(
    `Idle pods of ${images.join(', ')} answered ${callers.map(describeCaller).join(' and ')}.`,
    answered.slice(0, 1).map(callEvidence),
  );
}
