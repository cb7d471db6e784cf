import type { PodRequest } from '../ports.ts';
import type { Evidence } from '../report.ts';
import { at } from '../verdict.ts';

/** A request that somebody other than a customer made, in words. */
export function requestEvidence({ atMs, from, method, target, userAgent, outcome, pod }: PodRequest): Evidence {
  return {
    kind: 'request',
    at: at(atMs),
    object: `pods ${pod.name}`,
    text: `${method} ${target} from ${from} (${userAgent || 'no User-Agent'}) to ${pod.name} (${pod.image}): ${outcome}`,
  };
}
