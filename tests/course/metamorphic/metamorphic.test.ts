import { afterAll, describe, expect, it } from 'vitest';
import { plantedObjects, Rehearsal, type PlantedScenario } from '../../../src/backends/embedded/rehearsal.ts';
import { compareResults, gradeRehearsal } from '../../../src/commands/dev/grade-rehearsal.ts';
import { planOf } from '../../../src/commands/plan.ts';
import { LabError } from '../../../src/errors.ts';
import { isChallenge, listScenarioIds } from '../../../src/scenarios/course.ts';
import { loadScenario, type LoadedScenario } from '../../../src/scenarios/load.ts';
import {
  listRightRepairs,
  listWrongRepairs,
  loadReferenceRepair,
  loadRightRepair,
  loadWrongRepair,
  type LoadedSolution,
} from '../../../src/scenarios/solutions.ts';
import { draftOf, withFolder, type Draft } from './draft.ts';
import { carryOutSteps } from './other-tools.ts';
import { SeededRandom } from './seeded-random.ts';
import { spellDifferently, TRANSFORMATIONS } from './spell-differently.ts';

/** A minute of grading where others take seconds. */
const SLOW = 'scenario-11';
const MINUTE_MS = 60_000;
const course = { root: new URL('../../..', import.meta.url).pathname };
const ids = await listScenarioIds(course);
const chosen = process.env['METAMORPHIC_SCENARIOS']?.split(',') ?? ids;
const seed = Number(process.env['METAMORPHIC_SEED'] ?? 1);
const startMs = Date.parse('2026-03-04T05:06:07Z');
const names = Object.keys(TRANSFORMATIONS);
const rehearsal = new Rehearsal();
console.log(`metamorphic tests of the course: METAMORPHIC_SEED=${seed}`);
if (chosen.includes(SLOW))
  console.log(`metamorphic tests of ${SLOW}: its reference repair only, as its drills take days of the cluster's time`);

afterAll(() => rehearsal.close());

/** What a repair is expected to do, and what it did in another spelling. */
interface Trial {
  repair: string;
  spelling: string[];
  deviations: { expected: string; found: string }[];
}

/** Carries a repair out in another spelling on a planted scenario, and holds the results against those that the repair is known for. */
async function tryOut(
  loaded: LoadedScenario,
  planted: PlantedScenario,
  repair: LoadedSolution,
  random: SeededRandom,
  transformations: readonly string[],
): Promise<Trial> {
  const draft = await draftOf(repair);
  const spelling = spellDifferently(draft, { loaded, planted: plantedObjects(planted), random }, transformations);
  const deviations = await results(loaded, planted, repair, draft);
  return { repair: repair.name, spelling, deviations };
}

function results(loaded: LoadedScenario, planted: PlantedScenario, repair: LoadedSolution, draft: Draft): Promise<Trial['deviations']> {
  return withFolder(draft, async (folder) => {
    const cluster = rehearsal.open(planted);
    try {
      await carryOutSteps(loaded, { ...repair, folder }, draft.steps, cluster.session).catch((error: unknown) => {
        if (!isLockedOutBy(repair, error)) throw error;
      });
      return compareResults(await gradeRehearsal(loaded, cluster), repair.solution.spec.mustFail ?? []);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      return [{ expected: 'the repair can be carried out', found: error.message }];
    } finally {
      await cluster.stop();
    }
  });
}

/** A wrong policy may shut out its own author as well, who then goes on with what there is. */
function isLockedOutBy({ solution }: LoadedSolution, error: unknown): boolean {
  const isWrong = (solution.spec.mustFail ?? []).length > 0;
  return isWrong && error instanceof LabError && /ValidatingAdmissionPolicy .* denied request/.test(error.message);
}

/** All repairs of a scenario, the right and the wrong ones. */
async function everyRepair(loaded: LoadedScenario): Promise<LoadedSolution[]> {
  const right = (await listRightRepairs(course, loaded)).map((name) => loadRightRepair(course, loaded, name));
  const wrong = (await listWrongRepairs(course, loaded)).map((name) => loadWrongRepair(course, loaded, name));
  return Promise.all([loadReferenceRepair(course, loaded), ...right, ...wrong]);
}

describe.each(chosen)('%s', (id) => {
  const planted = async (): Promise<{ loaded: LoadedScenario; planted: PlantedScenario }> => {
    const loaded = await loadScenario(course, id);
    return { loaded, planted: await rehearsal.plant(planOf(loaded), startMs) };
  };

  it('scores the same however its repairs are spelled', { timeout: 10 * MINUTE_MS }, async () => {
    const scenario = await planted();
    const { loaded } = scenario;
    const random = new SeededRandom(seed + ids.indexOf(id));
    const some = (): string[] => names.filter(() => random.below(3) > 0);
    const reference = await loadReferenceRepair(course, loaded);
    const trials: Trial[] = [];
    if (!isChallenge(id)) trials.push(await tryOut(loaded, scenario.planted, reference, random, names));
    if (id !== SLOW) trials.push(await tryOut(loaded, scenario.planted, random.oneOf(await everyRepair(loaded)), random, some()));
    expect(trials.filter(({ deviations }) => deviations.length > 0)).toEqual([]);
  });
});
