import type { DrillExpectation } from '../check-spec.ts';
import { formatSpan, parseDuration } from '../duration.ts';
import type { DrillRecord, PodRequest } from '../ports.ts';
import { combine, failed, passed, type Verdict } from '../verdict.ts';
import { requestEvidence } from './request-evidence.ts';

type Wanted = NonNullable<DrillExpectation['scansProduction']>;

/** Requests like these reached pods that served customers: at least one, between these times of day, and not too many at once. */
export function judgeScansProduction({ matching, between, atMost }: Wanted, record: DrillRecord): Verdict {
  const pattern = new RegExp(matching);
  const onProduction = record.requests.filter(({ servedCustomers }) => servedCustomers);
  const scans = onProduction.filter(({ method, target }) => pattern.test(`${method} ${target}`));
  if (scans.length === 0) return failed(`Production was not scanned: ${whatCame(onProduction)}.`);
  return combine([
    passed(`${scans.length} requests of a scan reached production.`),
    ...(between ? [judgeHours(scans, between)] : []),
    ...(atMost ? [judgePace(scans, atMost)] : []),
  ]);
}

function whatCame(onProduction: readonly PodRequest[]): string {
  if (onProduction.length === 0) return 'nobody but customers asked it for anything';
  return `${onProduction.length} requests reached it beside those of customers, and none of them was part of a scan`;
}

function judgeHours(scans: readonly PodRequest[], { from, to, timeZone }: NonNullable<Wanted['between']>): Verdict {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const isWithin = (time: string): boolean => (from <= to ? from <= time && time < to : from <= time || time < to);
  const outside = scans.filter(({ atMs }) => !isWithin(clock.format(atMs)));
  const hours = `between ${from} and ${to} (${timeZone})`;
  if (outside.length === 0) return passed(`All of them came ${hours}.`);
  const first = outside[0]!;
  return failed(
    `${outside.length} of ${scans.length} requests of scans reached production at other times than ${hours}; the first at ${clock.format(first.atMs)}.`,
    outside.slice(0, 3).map(requestEvidence),
  );
}

/** Counts from each request on, so that no border of a second or a minute hides a burst. */
function judgePace(scans: readonly PodRequest[], { requests, within }: NonNullable<Wanted['atMost']>): Verdict {
  const spanMs = parseDuration(within);
  const times = scans.map(({ atMs }) => atMs).sort((a, b) => a - b);
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last += 1) {
    while (times[last]! - times[first]! >= spanMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  const found = `${most} requests of scans reached production within ${formatSpan(spanMs)}`;
  return most <= requests
    ? passed(`At most ${found}.`)
    : failed(`${found}; ${requests} are allowed.`, scans.slice(0, 2).map(requestEvidence));
}
