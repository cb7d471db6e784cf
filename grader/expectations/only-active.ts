import type { DrillRecord, PodRequest } from '../ports.ts';
import type { Evidence } from '../report.ts';
import { at, failed, notJudged, passed, type Verdict } from '../verdict.ts';
import { since } from './answers.ts';

/** Pods of the one images reached pods of the other ones while they served customers, and never while they served none. */
export function judgeOnlyActive({ from, to }: { from: string[]; to: string[] }, record: DrillRecord): Verdict {
  const isKnownWhoAsked = record.requests.length === 0 || record.requests.some(({ sender }) => sender);
  if (!isKnownWhoAsked) return notJudged('it is not known which pods the requests came from.');
  const requests = record.requests.filter(({ pod, sender }) => to.includes(pod.image) && sender && from.includes(sender.image));
  const [first, ...more] = requests.filter(({ sender }) => !sender!.servedCustomers);
  if (first) {
    return failed(
      `${first.sender!.name} (${first.sender!.image}) served no customers and reached ${first.pod.name} (${first.pod.image}) all the same; ${1 + more.length} such requests, first ${since(record, first)}.`,
      [first, ...more].slice(0, 3).map(requestEvidence),
    );
  }
  const [active] = requests;
  if (!active) return failed(`No pod of ${from.join(', ')} ever reached ${to.join(', ')}, not even while it served customers.`);
  return passed(`Pods of ${from.join(', ')} reached ${to.join(', ')} only while they served customers.`, [requestEvidence(active)]);
}

function requestEvidence({ atMs, method, target, outcome, pod, sender }: PodRequest): Evidence {
  return {
    kind: 'request',
    at: at(atMs),
    object: `pods ${sender!.name}`,
    text: `${method} ${target} from ${sender!.name} (${sender!.image}) to ${pod.name} (${pod.image}): ${outcome}`,
  };
}
