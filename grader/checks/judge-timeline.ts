import type { EventPattern, TimelineExpectation, TimelineSpec } from '../check-spec.ts';
import { formatSpan, parseDuration } from '../duration.ts';
import type { ClusterReader, Journal, JournalGap } from '../ports.ts';
import { findOccurrences, findSimilar } from '../timeline/find-occurrences.ts';
import { toEvidence, type Occurrence } from '../timeline/occurrence.ts';
import { ReplicaSets } from '../timeline/replica-sets.ts';
import { at, combine, failed, notJudged, passed, type Verdict } from '../verdict.ts';

/** A named event with every time it happened. */
interface Event {
  says: string;
  occurrences: Occurrence[];
  /** What happened of that kind, and is not it. */
  similar: Occurrence[];
  /** When the lab began. */
  sinceMs: number;
}

/** Judges the order of events in the journal since the scenario was planted. */
export async function judgeTimeline(spec: TimelineSpec, reader: ClusterReader, journal: Journal): Promise<Verdict> {
  const { sinceMs, entries, gaps } = await journal.read();
  const history = { sinceMs, entries, replicaSets: await ReplicaSets.read(reader, entries) };
  const events = new Map(
    Object.entries(spec.events).map(([name, pattern]: [string, EventPattern]): [string, Event] => [
      name,
      { says: pattern.says, occurrences: findOccurrences(pattern, history), similar: findSimilar(pattern, history), sinceMs },
    ]),
  );
  const verdict = combine(spec.expect.map((expectation) => judgeExpectation(expectation, events)));
  return mayHide(gaps, verdict, spec) ? notJudged(`the journal has gaps: ${gaps.map(describeGap).join('; ')}.`) : verdict;
}

function judgeExpectation(expectation: TimelineExpectation, events: ReadonlyMap<string, Event>): Verdict {
  const event = (name: string): Event => {
    const found = events.get(name);
    if (!found) throw new Error(`the check names an event "${name}" that it does not define`);
    return found;
  };
  if (expectation.happens !== undefined) return judgeHappens(event(expectation.happens));
  if (expectation.never !== undefined) return judgeNever(event(expectation.never));
  if (expectation.before) return judgeBefore(event(expectation.before[0]), event(expectation.before[1]));
  if (expectation.within) return judgeWithin(event(expectation.within.from), event(expectation.within.to), expectation.within.time);
  throw new Error('the check has an expectation without content');
}

function judgeHappens({ says, occurrences, similar }: Event): Verdict {
  const [first] = occurrences;
  if (first) return passed(`It happened that ${says}.`, [toEvidence(first)]);
  const seen = similar.slice(-2).map(({ object, text, program }) => `${object} ${text} (${program})`);
  return failed([`Not seen since the lab began: ${says}.`, ...(seen.length > 0 ? [`What was seen: ${seen.join('; ')}.`] : [])].join(' '));
}

function judgeNever({ says, occurrences, sinceMs }: Event): Verdict {
  const [first] = occurrences;
  if (!first) return passed(`It never happened that ${says}.`);
  const times = occurrences.length === 1 ? 'once' : `${occurrences.length} times, first`;
  return failed(
    `It happened that ${says}: ${times} ${formatSpan(first.atMs - sinceMs)} after the lab began, by ${first.program}.`,
    occurrences.slice(0, 5).map(toEvidence),
  );
}

function judgeBefore(earlier: Event, later: Event): Verdict {
  const [first, second] = [earlier.occurrences[0], later.occurrences[0]];
  if (!first || !second) return combine([judgeHappens(earlier), judgeHappens(later)]);
  const evidence = [toEvidence(first), toEvidence(second)];
  if (first.atMs <= second.atMs) return passed(`First ${earlier.says}, then ${later.says}.`, evidence);
  return failed(`The order was the other way round: first ${later.says}, then ${earlier.says}.`, evidence);
}

function judgeWithin(from: Event, to: Event, time: string): Verdict {
  const start = from.occurrences[0];
  if (!start) return judgeHappens(from);
  const end = to.occurrences.find(({ atMs }) => atMs >= start.atMs);
  if (!end) return failed(`After ${from.says}, this did not follow: ${to.says}.`, [toEvidence(start)]);
  const tookMs = end.atMs - start.atMs;
  const text = `From ${from.says} to ${to.says} it took ${formatSpan(tookMs)}.`;
  return (tookMs <= parseDuration(time) ? passed : failed)(text, [toEvidence(start), toEvidence(end)]);
}

/** A gap can hide an event that should never have happened, and the one that should have. */
function mayHide(gaps: readonly JournalGap[], verdict: Verdict, spec: TimelineSpec): boolean {
  if (gaps.length === 0) return false;
  const restsOnAbsence = spec.expect.some(({ never }) => never !== undefined);
  return verdict.result === 'failed' ? verdict.evidence.length === 0 : restsOnAbsence;
}

function describeGap({ fromMs, toMs, reason }: JournalGap): string {
  return `from ${at(fromMs)} to ${at(toMs)} (${reason})`;
}
