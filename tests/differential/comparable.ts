import type { Observation } from './run-program.ts';

/**
 * What of an observation is the same in every run on a real cluster. Left out is what comes and goes with single pods, whose order is
 * chance: the conditions that follow availability, the phase Progressing on the way, the order in which the runs of a revision are deleted,
 * and whether it is before or after it scales that the controller hears of a run that has begun.
 */
export function comparable({ rests, history }: Observation): Observation {
  const writes = withoutOrderOfDeletions(history.writes.flatMap(withoutAvailability));
  return { rests, history: { ...history, writes, events: withBeginningsFirst(history.events) } };
}

/** Runs that begin come before the sizes that are changed meanwhile. */
function withBeginningsFirst(events: readonly string[]): string[] {
  const ordered: string[] = [];
  for (const event of events) {
    let place = ordered.length;
    while (event.startsWith('AnalysisRunRunning: ') && ordered[place - 1]?.startsWith('ScalingReplicaSet: ')) place -= 1;
    ordered.splice(place, 0, event);
  }
  return ordered;
}

const FLEETING = /^(?:(?:Progressing|Available|Healthy):|phase=Progressing )/;

function withoutAvailability(line: string): string[] {
  if (!line.startsWith('status ')) return [line];
  // Why this split: messages have commas too.
  const parts = line.slice('status '.length).split(/, (?=[a-zA-Z]+[=:])/);
  const lasting = parts.filter((part) => !FLEETING.test(part));
  return lasting.length > 0 ? [`status ${lasting.join(', ')}`] : [];
}

function withoutOrderOfDeletions(lines: readonly string[]): string[] {
  const ordered: string[] = [];
  let deletions: string[] = [];
  for (const line of lines) {
    if (/^AnalysisRun \S+ deleted$/.test(line)) {
      deletions.push(line);
      continue;
    }
    ordered.push(...deletions.sort(), line);
    deletions = [];
  }
  return [...ordered, ...deletions.sort()];
}

/** Whether two observations are the same in all that is not chance. */
export function areAlike(a: Observation, b: Observation): boolean {
  return JSON.stringify(comparable(a)) === JSON.stringify(comparable(b));
}
