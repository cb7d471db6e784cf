import type { Caller, CallRecord, DrillRecord } from '../ports.ts';
import { failed, notJudged, passed, type Verdict } from '../verdict.ts';
import { callEvidence, capitalized, describeCaller, isSameCaller } from './callers.ts';

/** Each of the callers got an HTTP answer from an idle pod of the images. */
export function judgeLetIn({ callers, images }: { callers: Caller[]; images: string[] }, record: DrillRecord): Verdict {
  if (!record.calls) return notJudged('nobody was sent to call, so nothing can be said about who gets in.');
  const answered = record.calls.reached.filter(
    ({ pod, servedCustomers, outcome }) => !servedCustomers && images.includes(pod.image) && typeof outcome === 'number',
  );
  const turnedAway = callers.find((caller) => !answered.some((call) => isSameCaller(call.caller, caller)));
  if (turnedAway)
    return failed(`${capitalized(describeCaller(turnedAway))} never got an answer from ${whatWasIdle(images, record.calls)}.`);
  return passed(
    `Idle pods of ${images.join(', ')} answered ${callers.map(describeCaller).join(' and ')}.`,
    answered.slice(0, 1).map(callEvidence),
  );
}

function whatWasIdle(images: string[], { idlePods }: CallRecord): string {
  const names = new Set(idlePods.filter(({ image }) => images.includes(image)).map(({ name }) => name));
  const pods = `idle pods of ${images.join(', ')}`;
  return names.size > 0 ? `${pods}, of which ${names.size} ${names.size === 1 ? 'was' : 'were'} ready` : `${pods}: none ever became ready`;
}
