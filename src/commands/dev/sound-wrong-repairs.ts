import type { Course } from '../../scenarios/course.ts';
import type { LoadedScenario } from '../../scenarios/load.ts';
import { listWrongRepairs, loadWrongRepair, type LoadedSolution } from '../../scenarios/solutions.ts';

/** Those that can be loaded; what is wrong with others is told by their own tests. */
export async function soundWrongRepairs(course: Course, loaded: LoadedScenario): Promise<LoadedSolution[]> {
  const names = await listWrongRepairs(course, loaded);
  const repairs = await Promise.all(names.map((name) => loadWrongRepair(course, loaded, name).catch(() => undefined)));
  return repairs.filter((repair) => repair !== undefined);
}
