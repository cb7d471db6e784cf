import { UsageError } from '../errors.ts';
import { listScenarioIds, type Course } from '../scenarios/course.ts';
import { nearest } from '../system/nearest.ts';

/** The id if the course has such a scenario; rejects with UsageError naming the nearest one. */
export async function knownScenarioId(course: Course, id: string): Promise<string> {
  const ids = await listScenarioIds(course);
  if (ids.includes(id)) return id;
  throw unknownName('scenario', id, ids, 'Type `lab list` to see all scenarios.');
}

/** The error for a name that is none of the candidates, with the nearest one. */
export function unknownName(what: string, name: string, candidates: readonly string[], hint: string): UsageError {
  const near = nearest(name, candidates);
  return new UsageError(`there is no ${what} "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`, { hint });
}
