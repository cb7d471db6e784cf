import type { Course } from '../../scenarios/course.ts';
import type { LoadedScenario } from '../../scenarios/load.ts';
import type { Deviation } from './deviation.ts';
import { soundWrongRepairs } from './sound-wrong-repairs.ts';

/**
 * Checks that could be deleted without anybody noticing: no wrong repair fails such a one and nothing else. What wrong repairs come to is
 * taken from what they say of themselves, which is tested elsewhere.
 */
export async function findNeedlessChecks(course: Course, loaded: LoadedScenario): Promise<Deviation[]> {
  const wrong = await soundWrongRepairs(course, loaded);
  const needed = new Set(wrong.flatMap(({ solution: { spec } }) => (spec.mustFail!.length === 1 ? spec.mustFail! : [])));
  return loaded.scenario.spec.checks
    .filter(({ id }) => !needed.has(id))
    .map(({ id }) => ({
      expected: `a wrong repair that fails ${id} and nothing else`,
      found: `none: without ${id}, the same repairs would be told wrong`,
    }));
}
