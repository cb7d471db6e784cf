import type { Caller, DrillRecord } from '../ports.ts';
import { failed, notJudged, passed, type Verdict } from '../verdict.ts';
import { since } from './answers.ts';
import { callEvidence, capitalized, describeCaller, isSameCaller } from './callers.ts';

/** Idle pods of the images came up, and none of the callers reached one. An answer counts whatever it says, and so does a port that is closed. */
export function judgeKeptOut({ callers, images }: { callers: Caller[]; images: string[] }, record: DrillRecord): Verdict {
  if (!record.calls) return notJudged('nobody was sent to call, so nothing can be said about who gets in.');
  const { reached, idlePods } = record.calls;
  const intruders = reached.filter(
    ({ caller, pod, servedCustomers }) =>
      !servedCustomers && images.includes(pod.image) && callers.some((wanted) => isSameCaller(wanted, caller)),
  );
  const [first] = intruders;
  if (first) {
    const who = callers.filter((caller) => intruders.some((call) => isSameCaller(call.caller, caller)));
    return failed(
      `${capitalized(who.map(describeCaller).join(' and '))} got through to ${first.pod.name} (${first.pod.image}), to which no customers are sent; first ${since(record, first)}.`,
      who.map((caller) => callEvidence(intruders.find((call) => isSameCaller(call.caller, caller))!)),
    );
  }
  if (!idlePods.some(({ image }) => images.includes(image))) {
    return failed(`No idle pod of ${images.join(', ')} ever became ready, so there was nothing that anybody could be kept out of.`);
  }
  return passed(`${capitalized(callers.map(describeCaller).join(' and '))} did not get through to idle pods of ${images.join(', ')}.`);
}
