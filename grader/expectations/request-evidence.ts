import type { DrillRecord, PodRequest } from '../ports.ts';
import type { Evidence } from '../report.ts';
import { at, failed, type Verdict } from '../verdict.ts';
import { since } from './answers.ts';

/** A request that somebody other than a customer made, in words. */
export function requestEvidence({ atMs, from, method, target, userAgent, outcome, pod }: PodRequest): Evidence {
  return {
    kind: 'request',
    at: at(atMs),
    object: `pods ${pod.name}`,
    text: `${method} ${target} from ${from} (${userAgent || 'no User-Agent'}) to ${pod.name} (${pod.image}): ${outcome}`,
  };
}

/** Requests that must not reach pods that serve customers did; says how many, whom, and which was the first. */
export function hitProduction(harmful: readonly PodRequest[], record: DrillRecord): Verdict {
  const [first] = harmful as [PodRequest];
  const images = [...new Set(harmful.map(({ pod }) => pod.image))].join(', ');
  const times = harmful.length === 1 ? 'One intrusive request' : `${harmful.length} intrusive requests`;
  return failed(
    `${times} hit pods of ${images} that were serving customers; first ${first.method} ${first.target}, ${since(record, first)}.`,
    harmful.slice(0, 3).map(requestEvidence),
  );
}
