import type { DrillRecord, PageVisit } from '../ports.ts';
import type { Evidence } from '../report.ts';
import { at, failed, notJudged, passed, type Verdict } from '../verdict.ts';
import { since } from './answers.ts';

/** None of these pages was there for a visitor of production, not once. */
export function judgeNeverFound({ paths }: { paths: string[] }, record: DrillRecord): Verdict {
  const visits = (record.visits ?? []).filter(({ path }) => paths.includes(path));
  if (!visits.some(({ pod }) => pod)) return notJudged('no visitor of production got an answer, so nothing can be said about its pages.');
  const found = visits.filter(({ outcome }) => typeof outcome === 'number' && outcome < 400);
  const [first] = found;
  if (!first) return passed(`${paths.join(', ')} were not there for any of ${visits.length} visitors.`);
  return failed(
    `Production showed ${first.path} to visitors, first ${since(record, first)}: ${found.length} of ${visits.length} got to see such a page.`,
    found.slice(0, 2).map(visitEvidence),
  );
}

function visitEvidence({ atMs, path, outcome, pod }: PageVisit): Evidence {
  const who = pod ? `pod ${pod.name} (${pod.image})` : 'no pod';
  return {
    kind: 'request',
    at: at(atMs),
    ...(pod && { object: `pods ${pod.name}` }),
    text: `a visitor's GET ${path} was answered by ${who}: ${outcome}`,
  };
}
