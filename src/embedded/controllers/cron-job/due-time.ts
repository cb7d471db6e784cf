import type { CronJob } from '../../../kube/types/workloads.ts';
import type { CronSchedule } from './cron-schedule.ts';

/** What a CronJob has missed up to now. */
export interface DueTime {
  /** The latest time that is due; undefined when none is. */
  dueMs: number | undefined;
  /** Whether more than a hundred times went by unused. */
  hasMissedMany: boolean;
}

const MANY = 100;
/** How long after a scheduled time the controller looks, so that it never looks too early. */
const MARGIN_MS = 100;

/** Models cronjob/utils.go mostRecentScheduleTime: the deadline limits how far back it looks. */
export function dueTime({ metadata, spec, status }: CronJob, schedule: CronSchedule, nowMs: number): DueTime {
  const sinceMs = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? '');
  const deadlineMs = spec.startingDeadlineSeconds === undefined ? -Infinity : nowMs - spec.startingDeadlineSeconds * 1000;
  const firstMs = schedule.next(Math.max(sinceMs, deadlineMs));
  if (firstMs === undefined || firstMs > nowMs) return { dueMs: undefined, hasMissedMany: false };
  const secondMs = schedule.next(firstMs);
  if (secondMs === undefined || secondMs > nowMs) return { dueMs: firstMs, hasMissedMany: false };
  const periodMs = secondMs - firstMs;
  const missed = Math.floor((nowMs - firstMs) / periodMs) + 1;
  let dueMs: number | undefined;
  for (let ms = schedule.next(firstMs + (missed - 2) * periodMs); ms !== undefined && ms <= nowMs; ms = schedule.next(ms)) dueMs = ms;
  return { dueMs, hasMissedMany: missed > MANY };
}

/** How long until the schedule is to be looked at again; undefined when it never comes round. */
export function untilNextMs(schedule: CronSchedule, nowMs: number): number | undefined {
  const nextMs = schedule.next(nowMs);
  return nextMs === undefined ? undefined : nextMs + MARGIN_MS - nowMs;
}
